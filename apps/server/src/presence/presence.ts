import type { Person, PresencePlace, Problem } from '@stet/protocol';

// Who is where: what sockets and pages say of themselves, gathered to people, and told to whoever may know.

/** An open socket, which says something of itself. */
export interface Sayer {
  /** The connection's id. */
  readonly id: string;
  readonly user: { readonly id: string; readonly name: string };
}

/** A page that has no socket. */
export interface Page extends Sayer {
  /** The session or token by which it asks: what it says goes with it (S4). */
  readonly session: string;
}

/** All who are at one record, as far as somebody may know. */
export interface Here {
  resource: string;
  id: string;
  people: Person[];
  more: number;
}

export interface Presence {
  /**
   * Null once it is taken; else why not: `not-found` for who may not read there, `invalid` for what does not exist. One
   * after the other for one sayer, however fast it talks.
   */
  say(sayer: Sayer, workspace: string, place: PresencePlace): Promise<Problem | null>;
  /** All that a page is at in a workspace, in place of what it said before; believed for `presenceLease`. */
  keep(page: Page, workspace: string, places: readonly PresencePlace[]): Promise<Problem | null>;
  /** The socket was heard of: what it said holds on. */
  renew(id: string): void;
  /** The socket is gone, and all that it said with it. */
  gone(id: string): void;
  /** A session or token has ended, and with it what was said by it over HTTP. */
  endSession(session: string): void;
  /** Who is where in a workspace, as far as `user` may know. */
  within(workspace: string, user: string): Promise<Here[]>;
  /** Other nodes hear that all who are here are gone. */
  close(): Promise<void>;
}
