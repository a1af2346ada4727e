import type { Role } from '@stet/protocol';

// A server without a network, as the in-process world needs it. The server itself makes it (it imports the simulator,
// not the other way round); who asks is told, not proven.

export interface CoreAsk {
  method: string;
  /** Below `/api`, with its query. */
  path: string;
  headers: Readonly<Record<string, string>>;
  /** JSON as text; undefined where there is none. */
  body: string | undefined;
}

export interface CoreAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** As text; empty where there is none. */
  body: string;
}

/** One socket, as SockJS would carry it. */
export interface CoreLine {
  /** What the client says. */
  say(text: string): void;
  /** The client is gone. */
  leave(): void;
}

export interface CoreNode {
  /** False once it has crashed: it takes nothing any more, and what it was asked is never answered but by an error. */
  readonly isUp: boolean;
  ask(ask: CoreAsk, user: string): Promise<CoreAnswer>;
  connect(hears: { message(text: string): void; closed(): void }): CoreLine;
}

/** One store and the nodes on it. */
export interface Core {
  /** As many as were asked for; after a crash, another one in its place. */
  readonly nodes: ReadonlyArray<CoreNode>;
  access(user: string, role: Role | null): Promise<void>;
  /** As by `kill -9`: nothing that it still does counts, nobody is told; what was committed is there. */
  crash(node: number): Promise<void>;
  /** A new process on the same store, in the place of the one that crashed. */
  restart(node: number): Promise<void>;
  /** What carries news between nodes: gone with all that it held, silent (and telling it later), or there. */
  bus(is: 'up' | 'lost' | 'paused'): void;
  close(): Promise<void>;
}

export interface CoreOptions {
  workspace: string;
  users: ReadonlyArray<{ user: string; role: Role }>;
  nodes: number;
}

export type StartCore = (options: CoreOptions) => Promise<Core>;
