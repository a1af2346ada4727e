import { type PresencePlace, presenceLease } from '@stet/protocol';

// What each page said of where it is, for as long as it is believed. Who may know of it is asked where it is told.

/**
 * Whose word it is: a socket's, or that of a page without one, which goes with the session that it asks by (S4); both
 * are this node's own. Or that of either at another node, which goes with that node's lease.
 */
export type Voice = {
  readonly id: string;
  readonly user: { readonly id: string; readonly name: string };
} & (
  | { readonly kind: 'socket' }
  | { readonly kind: 'page'; readonly session: string }
  | { readonly kind: 'remote'; readonly node: string }
);

export type Spot = Pick<PresencePlace, 'resource' | 'id'>;

export interface Said {
  readonly voice: Voice;
  readonly workspace: string;
  readonly place: PresencePlace;
  /** The higher, the later it was said. */
  readonly order: number;
}

/** All that one voice says in one workspace. */
export interface Word {
  readonly user: Voice['user'];
  readonly places: readonly PresencePlace[];
}

interface Held {
  readonly voice: Voice;
  until: number;
  /** The oldest first. */
  readonly said: Set<Said>;
}

/** The most records that one voice may be at. */
export const mostPlaces = 50;
/** The most pages without a socket of one user. */
const mostPages = 20;
// A socket answers its pings within 25 s or is closed: this is only the floor under a goodbye that never comes.
const leases = { socket: 60_000, page: presenceLease, remote: Number.POSITIVE_INFINITY };

/** A record within its workspace, as one text: neither part can hold the slash. */
export const keyOf = ({ resource, id }: Spot): string => `${resource}/${id}`;
export function spotOf(key: string): Spot {
  const slash = key.indexOf('/');
  return { resource: key.slice(0, slash), id: key.slice(slash + 1) };
}

/** A page that speaks at one node and then at another has the same id at both. */
const isOf = (voice: Voice, other: Voice): boolean =>
  voice.kind === other.kind && (voice.kind !== 'remote' || other.kind !== 'remote' || voice.node === other.node);

const isSame = (a: PresencePlace, b: PresencePlace): boolean =>
  a.state === b.state && a.focus === b.focus && a.dirty.join() === b.dirty.join();

export class Board {
  readonly #voices = new Map<string, Held>();
  readonly #users = new Map<string, Set<Held>>();
  /** By workspace, record and voice. */
  readonly #rooms = new Map<string, Map<string, Map<string, Said>>>();
  readonly #changed: (workspace: string, key: string) => void;
  readonly #spoke: (workspace: string, id: string) => void;
  #order = 0;

  /** `changed` is told where something else is true of a record, `spoke` where one of this node's own voices says so. */
  constructor(changed: (workspace: string, key: string) => void, spoke: (workspace: string, id: string) => void) {
    this.#changed = changed;
    this.#spoke = spoke;
  }

  /** Adds to what it said, or takes something of it back. */
  put(voice: Voice, workspace: string, place: PresencePlace, now: number): void {
    const held = this.#hold(voice, now);
    if (place.state === 'left') this.#remove(this.#rooms.get(workspace)?.get(keyOf(place))?.get(voice.id));
    else this.#set(held, workspace, place);
    this.#release(held);
  }

  /** All that it is at in this workspace, in place of what it said before. */
  keep(voice: Voice, workspace: string, places: readonly PresencePlace[], now: number): void {
    const held = this.#hold(voice, now);
    const here = new Map(places.filter(({ state }) => state !== 'left').map((place) => [keyOf(place), place]));
    for (const said of [...held.said]) {
      if (said.workspace === workspace && !here.has(keyOf(said.place))) this.#remove(said);
    }
    for (const place of here.values()) this.#set(held, workspace, place);
    this.#release(held);
  }

  renew(id: string, now: number): void {
    const held = this.#voices.get(id);
    if (held) held.until = now + leases[held.voice.kind];
  }

  drop(id: string): void {
    this.#dropAll(this.#voices.get(id));
  }

  dropSession(session: string): void {
    for (const held of [...this.#voices.values()]) {
      if (held.voice.kind === 'page' && held.voice.session === session) this.#dropAll(held);
    }
  }

  expire(now: number): void {
    for (const held of [...this.#voices.values()]) if (held.until <= now) this.#dropAll(held);
  }

  /** Forgets what a voice of another node said in a workspace; this node's own stays. */
  dropRemote(id: string, workspace: string): void {
    const held = this.#voices.get(id);
    if (held?.voice.kind !== 'remote') return;
    for (const said of [...held.said]) if (said.workspace === workspace) this.#remove(said);
    this.#release(held);
  }

  /** Forgets all that this user said in a workspace at this node. */
  dropFrom(workspace: string, user: string): void {
    for (const said of this.#of(workspace, user)) if (said.voice.kind !== 'remote') this.#remove(said);
    for (const held of [...(this.#users.get(user) ?? [])]) this.#release(held);
  }

  /** What this user may do there has changed, and so may what is told of them. */
  touch(workspace: string, user: string): void {
    for (const { place } of this.#of(workspace, user)) this.#changed(workspace, keyOf(place));
  }

  /** The workspaces in which this user said something. */
  workspacesOf(user: string): string[] {
    const held = [...(this.#users.get(user) ?? [])];
    return [...new Set(held.flatMap(({ said }) => [...said].map(({ workspace }) => workspace)))];
  }

  /** What one of this node's own voices says in a workspace; null where it says nothing. */
  wordOf(id: string, workspace: string): Word | null {
    const held = this.#voices.get(id);
    if (!held || held.voice.kind === 'remote') return null;
    const places = [...held.said].filter((said) => said.workspace === workspace).map(({ place }) => place);
    return places.length > 0 ? { user: held.voice.user, places } : null;
  }

  /** The records in a workspace where somebody is. */
  keys(workspace: string): string[] {
    return [...(this.#rooms.get(workspace)?.keys() ?? [])];
  }

  /** All that was said of a record, in the order of arrival there. */
  at(workspace: string, key: string): Iterable<Said> {
    return this.#rooms.get(workspace)?.get(key)?.values() ?? [];
  }

  #of(workspace: string, user: string): Said[] {
    const said = [...(this.#users.get(user) ?? [])].flatMap((held) => [...held.said]);
    return said.filter((one) => one.workspace === workspace);
  }

  #hold(voice: Voice, now: number): Held {
    const before = this.#voices.get(voice.id);
    const until = now + leases[voice.kind];
    if (before && isOf(before.voice, voice)) {
      before.until = until;
      return before;
    }
    this.#dropAll(before);
    const held: Held = { voice, until, said: new Set() };
    const theirs = this.#users.get(voice.user.id) ?? new Set();
    const pages = [...theirs].filter(({ voice: { kind } }) => kind === 'page');
    if (voice.kind === 'page' && pages.length >= mostPages) {
      this.#dropAll(pages.reduce((oldest, page) => (page.until < oldest.until ? page : oldest)));
    }
    this.#voices.set(voice.id, held);
    this.#users.set(voice.user.id, theirs.add(held));
    return held;
  }

  #set(held: Held, workspace: string, place: PresencePlace): void {
    const { voice } = held;
    const key = keyOf(place);
    const room = this.#rooms.get(workspace) ?? new Map<string, Map<string, Said>>();
    const here = room.get(key) ?? new Map<string, Said>();
    const before = here.get(voice.id);
    if (before && isSame(before.place, place)) return;
    this.#order += 1;
    const said = { voice, workspace, place, order: this.#order };
    if (before) held.said.delete(before);
    held.said.add(said);
    this.#rooms.set(workspace, room.set(key, here.set(voice.id, said)));
    this.#tell(said);
    if (held.said.size <= mostPlaces) return;
    const [oldest, ...others] = held.said;
    const clean = [oldest, ...others.slice(0, -1)].find((one) => one?.place.dirty.length === 0);
    this.#remove(clean ?? oldest);
  }

  #remove(said: Said | undefined): void {
    if (!said) return;
    const { voice, workspace, place } = said;
    const key = keyOf(place);
    const room = this.#rooms.get(workspace);
    const here = room?.get(key);
    this.#voices.get(voice.id)?.said.delete(said);
    here?.delete(voice.id);
    if (here?.size === 0) room?.delete(key);
    if (room?.size === 0) this.#rooms.delete(workspace);
    this.#tell(said);
  }

  #tell({ voice, workspace, place }: Said): void {
    this.#changed(workspace, keyOf(place));
    if (voice.kind !== 'remote') this.#spoke(workspace, voice.id);
  }

  #dropAll(held: Held | undefined): void {
    if (!held) return;
    for (const said of [...held.said]) this.#remove(said);
    this.#release(held);
  }

  /** Who is nowhere need not be known. */
  #release(held: Held): void {
    if (held.said.size > 0) return;
    const { id, user } = held.voice;
    const theirs = this.#users.get(user.id);
    this.#voices.delete(id);
    theirs?.delete(held);
    if (theirs?.size === 0) this.#users.delete(user.id);
  }
}
