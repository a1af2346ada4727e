import type { Person, PresencePlace, Problem } from '@stet/protocol';

// Who is where, on this node: what connections say of themselves, gathered to people, and told to whoever may know.

/** Says something of itself: an open socket, or a page that has none. */
export interface Sayer {
  /** The connection's or the page's id. */
  readonly id: string;
  readonly user: { id: string; name: string };
}

export interface Presence {
  /** Null once it is taken; else why not. One after the other for one sayer, however fast it talks. */
  say(sayer: Sayer, workspace: string, place: PresencePlace): Promise<Problem | null>;
  /** The sayer was heard of: what it said holds on. */
  renew(id: string): void;
  /** The sayer is gone, and all that it said with it. */
  gone(id: string): void;
  /** Who is where in a workspace, as far as `user` may know. */
  within(
    workspace: string,
    user: string,
  ): Promise<Array<{ resource: string; id: string; people: Person[]; more: number }>>;
}

export function createPresence(): Presence {
  return { say: async () => null, renew() {}, gone() {}, within: async () => [] };
}
