import type { Role } from '@stet/protocol';

// Where a run finds its servers, whether they are ours or somebody's.

export interface Servers {
  /** One for each node. */
  readonly urls: readonly string[];
  /** A bearer token; throws where nobody is called so. */
  tokenOf(user: string): string;
}

/** What only servers of ours let be done to them. Nodes count from 0. */
export interface Own extends Servers {
  /** Gives or takes access; resolves when every connection to every node acts by it. */
  access(user: string, role: Role | null): Promise<void>;
  /** By SIGKILL; resolves when it is over. */
  kill(node: number): Promise<void>;
  /** On the same port and data, until it is ready again. */
  restart(node: number): Promise<void>;
  /** Where there are several nodes. */
  readonly redis: { kill(): Promise<void>; restart(): Promise<void>; pause(ms: number): Promise<void> } | null;
  /** The data folder; of the first node, where there are several. */
  readonly data: string;
  /** Where several nodes keep what they share. */
  readonly database: string | null;
  /** Ends all of it and takes it away, the data too. */
  stop(): Promise<void>;
}

export const tokenIn =
  (tokens: ReadonlyMap<string, string>) =>
  (user: string): string => {
    const token = tokens.get(user);
    if (token === undefined) throw new Error(`There is no user "${user}" in this run.`);
    return token;
  };
