import type { Person, PresencePlace, PresenceUp, Present } from '@stet/protocol';
import type { Api } from './api.js';
import { type Looking, movedPlaces, placeName, placesOf, type Unsaved } from './places.js';
import { randomId } from './random-id.js';

// Who is at which record: what this page says of itself, and what it knows of the others. Both hold only as long as
// the link does: what is not known is not shown, and each new link is told everything again.

/** For whoever shows records. */
export interface Presence {
  /** What this page looks at, and the field with the cursor. What it holds unsaved is said by itself. */
  here(looking: Looking | null): void;
  /** Nobody sees the page: it looks at nothing. What is unsaved stays so. */
  hidden(isHidden: boolean): void;
  /** The page is being left: what was said without a socket, which would tell by its end, is taken back. */
  leave(): void;
  /** Who is at a record beside this person; the same array for as long as nothing of it has changed. */
  of(resource: string, id: string): readonly Person[];
  /** How many are there beside those that are named. */
  more(resource: string, id: string): number;
  /** Whether anything is known at all: without a link, nobody at a record means nothing. */
  readonly isKnown: boolean;
  subscribe(listener: () => void): () => void;
}

/** The side that is turned to the link. */
export interface PresenceLink extends Presence {
  /** Something that this page holds may have changed. */
  look(): void;
  /** The socket is open. */
  welcomed(): void;
  /** The socket is gone. */
  lost(): void;
  /** Access has changed: what was known and said may not be so any more. */
  anew(): void;
  take(present: Present): void;
  /** Without a socket: says where this page is and learns where the others are, in one request. */
  beat(): Promise<void>;
  stop(): void;
}

export interface PresenceOptions {
  api: Api;
  workspace: string;
  /** The id of who is signed in. */
  user: string;
  /** By the open socket; false where there is none. */
  send(up: PresenceUp): boolean;
  /** What this page holds that is not saved. */
  unsaved(): Unsaved[];
}

// Milliseconds: what happens at once is gathered, and no record is spoken of more often than this.
const gather = 50;
const atMostEvery = 300;
// Without a socket, where each time is a request.
const beatAfter = 1_000;

interface Known {
  people: readonly Person[];
  more: number;
}
const nobody: Known = { people: [], more: 0 };

export function createPresence({ api, workspace, user, send, unsaved }: PresenceOptions): PresenceLink {
  const page = randomId();
  const path = `/workspaces/${encodeURIComponent(workspace)}/presence`;
  const listeners = new Set<() => void>();
  const known = new Map<string, Known>();
  let looking: Looking | null = null;
  let isHidden = false;
  let isKnown = false;
  /** What the other end of the open socket was told; null without one. */
  let said: Map<string, PresencePlace> | null = null;
  let saidAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Each link has its number: what a former one still answers is not listened to. */
  let link = 0;
  let lease: Promise<unknown> | null = null;

  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const places = () => placesOf(isHidden ? null : looking, unsaved());
  const put = (at: PresencePlace[], last?: true) =>
    api({ method: 'PUT', path, body: { page, places: at }, ...(last ? { last } : {}) });

  function look(): void {
    if (said) timer ??= setTimeout(say, Math.max(gather, saidAt + atMostEvery - performance.now()));
    else if (lease) timer ??= setTimeout(() => void beat(), beatAfter);
  }

  function say(): void {
    hush();
    if (!said) return;
    const now = places();
    const moved = movedPlaces(said, now);
    if (moved.length === 0 || !moved.every((place) => send({ type: 'presence', workspace, ...place }))) return;
    said = now;
    saidAt = performance.now();
  }

  function hush(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  function begin(isLinked: boolean): void {
    link += 1;
    hush();
    said = isLinked ? new Map() : null;
    isKnown = isLinked;
    known.clear();
  }

  function note({ resource, id, people, more }: Omit<Present, 'workspace'>): void {
    const others = people.filter((person) => person.id !== user);
    const name = placeName({ resource, id });
    const was = known.get(name) ?? nobody;
    if (was.more === more && JSON.stringify(was.people) === JSON.stringify(others)) return;
    if (others.length === 0 && more === 0) known.delete(name);
    else known.set(name, { people: others, more });
  }

  async function beat(): Promise<void> {
    hush();
    if (said) return;
    const mine = link;
    const asked = put([...places().values()]);
    lease = asked;
    const answer = await asked;
    if (mine !== link || said) return;
    isKnown = answer.kind === 'ok';
    const items = answer.kind === 'ok' ? (answer.body as { items: Present[] }).items : [];
    const there = new Set(items.map(placeName));
    for (const name of known.keys()) if (!there.has(name)) known.delete(name);
    for (const item of items) note(item);
    tell();
  }

  return {
    here(next) {
      looking = next;
      look();
    },
    hidden(next) {
      isHidden = next;
      look();
    },
    of: (resource, id) => (known.get(placeName({ resource, id })) ?? nobody).people,
    more: (resource, id) => (known.get(placeName({ resource, id })) ?? nobody).more,
    get isKnown() {
      return isKnown;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    look,
    welcomed() {
      begin(true);
      // From here on the socket speaks for this page, and the page without one is nowhere.
      if (lease) void lease.then(() => put([]));
      lease = null;
      say();
      tell();
    },
    lost() {
      if (!said) return;
      begin(false);
      tell();
    },
    anew() {
      // What is on the way goes out first, or what was left would be forgotten.
      say();
      begin(said !== null);
      look();
      tell();
    },
    take(present) {
      if (present.workspace !== workspace || !said) return;
      note(present);
      tell();
    },
    beat,
    leave() {
      hush();
      if (lease) void put([], true);
      lease = null;
    },
    stop() {
      this.leave();
      begin(false);
      tell();
    },
  };
}
