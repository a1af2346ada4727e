import type { Membership, Role } from '@stet/protocol';
import type { Store } from '@stet/store';
import type { Logger } from 'pino';
import type { Bus } from '../bus/bus.js';
import { readingFrom } from '../door/from.js';
import { membershipsOf } from '../door/me.js';
import { Feed } from './feed.js';
import type { Reader } from './reader.js';
import type { Watched, Watcher } from './watcher.js';

// Who hears what, on this node: readers by user, a feed for each workspace that somebody here reads.

// The floor under the bus: a lost wake-up delays by this much and loses nothing (H3).
const lookAnyway = 5_000;

interface Place {
  /** What it hears, by workspace, each with the role that it knows of; null where it knows of none. */
  entered: Map<string, Role | null>;
  /** What has been begun for this reader; the next thing waits for it. */
  turn: Promise<void>;
}

type Access = Pick<Membership, 'role' | 'cursor'>;

/** Whoever has another role may see and do other things than what it knows of. */
const isStill = (access: Access | undefined, role: Role | null): boolean =>
  access !== undefined && (role === null || role === access.role);

export class Hub implements Watched {
  readonly #store: Store;
  readonly #log: Logger;
  readonly #readers = new Map<Reader, Place>();
  readonly #feeds = new Map<string, Promise<Feed | null>>();
  readonly #watchers = new Set<Watcher>();
  readonly #unsubscribe: () => void;
  readonly #floor: NodeJS.Timeout;

  constructor(store: Store, bus: Bus, log: Logger) {
    this.#store = store;
    this.#log = log;
    this.#unsubscribe = bus.subscribe((wake) => {
      if (wake.kind === 'log') this.#wake(wake.workspace);
      else this.#accessChanged(wake.user);
    });
    this.#floor = setInterval(() => {
      for (const workspace of this.#feeds.keys()) this.#wake(workspace);
    }, lookAnyway).unref();
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
    for (const reader of this.#readers.keys()) reader.bye('stopping', Math.round(500 + Math.random() * 2_500));
  }

  async close(): Promise<void> {
    clearInterval(this.#floor);
    this.#unsubscribe();
    const feeds = [...this.#feeds.values()];
    this.#feeds.clear();
    for (const feed of feeds) (await feed)?.close();
  }

  async #enter(reader: Reader, workspace: string, cursor: string, role: Role | null): Promise<void> {
    const entered = this.#readers.get(reader)?.entered;
    if (!entered) return;
    entered.set(workspace, role);
    for (const watcher of this.#watchers) watcher.entered(reader, workspace);
    const feed = await this.#feed(workspace);
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
    if (!feed || isWanted || !feed.isEmpty) return;
    this.#feeds.delete(workspace);
    feed.close();
  }

  // Listed before the log's place is read: a wake-up that comes meanwhile finds the feed and is not lost.
  #feed(workspace: string): Promise<Feed | null> {
    let feed = this.#feeds.get(workspace);
    if (!feed) {
      const dropped = (reader: Reader) => this.#quietly(this.#inTurn(reader, () => this.#settle(reader)));
      feed = this.#store.workspaces
        .get(workspace)
        .then((found) => found && new Feed(this.#store, found, this.#log, dropped));
      this.#feeds.set(workspace, feed);
      // The next who asks tries again.
      feed.catch(() => this.#feeds.delete(workspace));
    }
    return feed;
  }

  #wake(workspace: string): void {
    const feed = this.#feeds.get(workspace);
    if (feed) this.#quietly(feed.then((found) => found?.wake()));
  }

  /** Brings open connections to what the user may see now: access given or taken away acts at once (H1). */
  #accessChanged(user: string): void {
    for (const reader of this.#readers.keys()) {
      if (reader.user !== user) continue;
      this.#quietly(this.#release(reader));
      this.#quietly(this.#inTurn(reader, () => this.#settle(reader)));
    }
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
  async #access({ user, only }: Reader): Promise<Map<string, Access>> {
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
    work.catch((error: unknown) => this.#log.error({ err: error }, 'the hub failed'));
  }
}
