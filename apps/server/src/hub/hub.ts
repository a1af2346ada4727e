import type { Membership, Role } from '@stet/protocol';
import type { Store } from '@stet/store';
import type { Logger } from 'pino';
import type { Bus } from '../bus/bus.js';
import { readingFrom } from '../door/from.js';
import { membershipsOf } from '../door/me.js';
import { noteFailure } from '../failure.js';
import { between } from '../spread.js';
import { Access } from './access.js';
import { Feeds } from './feeds.js';
import type { Reader } from './reader.js';
import type { Watched, Watcher } from './watcher.js';

// Who hears what, on this node: readers by user, a feed for each workspace that somebody here reads.

// The floors under the bus (H3): what it loses is delayed by so much, and who may see what must hold within a second (S4).
// A node whose store is away tells nobody anything: after a while its readers are better off at another one.
const floors = { log: 5_000, access: 500, away: 5_000 };

/** How often to look without having been woken, and how long the store may be away, in milliseconds; null: never, for ever. */
export type HubFloors = { [floor in keyof typeof floors]?: number | null };

interface Place {
  /** What it hears, by workspace, each with the role that it knows of; null where it knows of none. */
  entered: Map<string, Role | null>;
  /** What has been begun for this reader; the next thing waits for it. */
  turn: Promise<void>;
}

type Allowed = Pick<Membership, 'role' | 'cursor'>;

/** Whoever has another role may see and do other things than what it knows of. */
const isStill = (access: Allowed | undefined, role: Role | null): boolean =>
  access !== undefined && (role === null || role === access.role);

export class Hub implements Watched {
  readonly #store: Store;
  readonly #log: Logger;
  readonly #readers = new Map<Reader, Place>();
  readonly #feeds: Feeds;
  readonly #watchers = new Set<Watcher>();
  readonly #allowed: Access;
  readonly #floors: NodeJS.Timeout[];

  constructor(store: Store, bus: Bus, log: Logger, own: HubFloors = {}) {
    this.#store = store;
    this.#log = log;
    const every = { ...floors, ...own };
    const dropped = (reader: Reader) =>
      void this.#inTurn(reader, () => this.#settle(reader)).catch(() => this.#allowed.changed(reader.user));
    this.#feeds = new Feeds(store, bus, log, dropped);
    this.#allowed = new Access({
      store,
      bus,
      log,
      everybody: () => [...this.#readers.keys()].map(({ user }) => user),
      settle: (user) => this.#accessChanged(user),
      away: () => this.stop(),
      awayAfter: every.away ?? Number.POSITIVE_INFINITY,
    });
    const looks = [
      { every: every.log, look: () => this.#feeds.wakeAll() },
      { every: every.access, look: () => this.#allowed.look() },
    ];
    this.#floors = looks.flatMap(({ every, look }) => (every === null ? [] : [setInterval(look, every).unref()]));
  }

  get size(): number {
    return this.#readers.size;
  }

  /** Returns its undo. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /**
   * Begins to tell the reader what it may know, from its cursors on; where a cursor proves nothing, `reset` and live.
   * `memberships` are what it was told of, those with a role to be told when that changes.
   */
  async join(
    reader: Reader,
    memberships: ReadonlyArray<Pick<Membership, 'id' | 'cursor'> & Partial<Pick<Membership, 'role'>>>,
    cursors: Readonly<Record<string, string>>,
  ): Promise<void> {
    this.#readers.set(reader, { entered: new Map(), turn: Promise.resolve() });
    return this.#inTurn(reader, async () => {
      for (const { id, cursor, role } of memberships) {
        const from = Object.hasOwn(cursors, id) ? (cursors[id] ?? cursor) : cursor;
        await this.#enter(reader, id, from, role ?? null);
      }
      // What it may hear was asked before it was here: access that was taken away in between was not told to it.
      await this.#settle(reader);
    });
  }

  leave(reader: Reader): void {
    const place = this.#readers.get(reader);
    this.#readers.delete(reader);
    for (const workspace of place?.entered.keys() ?? []) {
      for (const watcher of this.#watchers) watcher.exited(reader, workspace);
      this.#quietly(this.#exit(reader, workspace));
    }
  }

  /** Closes what a session or token had opened (S4). */
  endSession(session: string): void {
    for (const reader of this.#readers.keys()) if (reader.session === session) reader.bye('signed-out', null);
  }

  /** Says goodbye to all, and asks them to come back spread over some seconds. */
  stop(): void {
    for (const reader of this.#readers.keys()) reader.bye('stopping', between(500, 3_000));
  }

  async close(): Promise<void> {
    for (const floor of this.#floors) clearInterval(floor);
    this.#feeds.closeAll();
    await this.#allowed.close();
  }

  async #enter(reader: Reader, workspace: string, cursor: string, role: Role | null): Promise<void> {
    const entered = this.#readers.get(reader)?.entered;
    if (!entered) return;
    entered.set(workspace, role);
    for (const watcher of this.#watchers) watcher.entered(reader, workspace);
    const feed = await this.#feeds.open(workspace);
    const standing = await this.#store.workspaces.get(workspace);
    if (!feed || !standing || !this.#readers.has(reader)) return;
    const from = readingFrom(cursor, standing);
    if (from.kind === 'reset') reader.reset(workspace, from.reason);
    await feed.join(reader, from.kind === 'from' ? from.seq : standing.seq);
    // It may have gone while it joined.
    if (!this.#readers.has(reader)) await this.#exit(reader, workspace);
  }

  async #exit(reader: Reader, workspace: string): Promise<void> {
    if (this.#readers.get(reader)?.entered.delete(workspace)) {
      for (const watcher of this.#watchers) watcher.exited(reader, workspace);
    }
    const feed = await this.#feeds.get(workspace);
    feed?.leave(reader);
    const isWanted = [...this.#readers.values()].some(({ entered }) => entered.has(workspace));
    if (feed?.isEmpty && !isWanted) this.#feeds.close(workspace);
  }

  /** Brings open connections to what the user may see now: access given or taken away acts at once (H1). */
  async #accessChanged(user: string): Promise<void> {
    for (const watcher of this.#watchers) watcher.accessChanged?.(user);
    const theirs = [...this.#readers.keys()].filter((reader) => reader.user === user);
    await Promise.all(
      theirs.flatMap((reader) => [this.#release(reader), this.#inTurn(reader, () => this.#settle(reader))]),
    );
  }

  /** Out of turn, since a reader that takes its time with what it missed would have to take all of it first. */
  async #release(reader: Reader): Promise<void> {
    const now = await this.#access(reader);
    for (const [workspace, role] of this.#readers.get(reader)?.entered ?? []) {
      if (!isStill(now.get(workspace), role)) (await this.#feeds.get(workspace))?.leave(reader);
    }
  }

  async #settle(reader: Reader): Promise<void> {
    const now = await this.#access(reader);
    const entered = this.#readers.get(reader)?.entered;
    for (const [workspace, role] of [...(entered ?? [])]) {
      const access = now.get(workspace);
      // Let go by the feed: it was out for a moment, and what it may have missed is not known.
      const isHeld = (await this.#feeds.get(workspace))?.holds(reader);
      if (isHeld && access && isStill(access, role)) {
        if (this.#readers.has(reader)) entered?.set(workspace, access.role);
        continue;
      }
      await this.#exit(reader, workspace);
      if (!access) reader.reset(workspace, 'access');
    }
    for (const [workspace, { cursor, role }] of now) {
      if (!this.#readers.has(reader)) return;
      if (entered?.has(workspace)) continue;
      reader.reset(workspace, 'access');
      await this.#enter(reader, workspace, cursor, role);
    }
  }

  /** What this reader may hear now, by workspace, each with where its log stands. */
  async #access({ user, only }: Reader): Promise<Map<string, Allowed>> {
    const memberships = await membershipsOf(this.#store, user);
    return new Map(
      memberships.filter(({ id }) => only === undefined || id === only).map((access) => [access.id, access]),
    );
  }

  /** One thing after the other for one reader: what it hears of coming and going would get out of order otherwise. */
  #inTurn(reader: Reader, work: () => Promise<void>): Promise<void> {
    const place = this.#readers.get(reader);
    if (!place) return Promise.resolve();
    const done = place.turn.then(work);
    place.turn = done.catch(() => {});
    return done;
  }

  #quietly(work: Promise<unknown>): void {
    work.catch((error: unknown) => noteFailure(this.#log, error, 'the hub failed'));
  }
}
