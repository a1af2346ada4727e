import type { Role } from '@stet/protocol';
import type { Entry, Store } from '@stet/store';
import type { Logger } from 'pino';
import { rolesIn } from '../door/scope.js';
import { type Before, hearing, readBefore } from '../door/sight.js';
import { noteFailure } from '../failure.js';
import { concerns, noticeFrame, readSeen, type Seen, stillOpen } from './concern.js';
import { type Deferred, deferred } from './deferred.js';
import type { Reader } from './reader.js';
import { Telling } from './told.js';
import { inLine, othersTurn } from './turns.js';

// One workspace's log on its way to the readers that are connected here: each change once, in order, without a gap (H2).

const together = 200;
// For who catches up: some milliseconds, in which everybody else waits.
const page = 50;
// For a reader that could not take that much.
const leastTogether = 8;
const retryAfter = 1_000;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, retryAfter).unref());

/** One time of catching up, which ends when the reader leaves: one that left and came back has another one. */
type Stay = Deferred;

export class Feed {
  readonly #store: Store;
  readonly #workspace: string;
  readonly #epoch: string;
  readonly #log: Logger;
  readonly #dropped: (reader: Reader) => void;
  /** Everything up to here has been sent to the live readers. */
  #head: number;
  /** Those that have all up to the head, each with the place at which it joined. */
  readonly #live = new Map<Reader, number>();
  /** Those that are told what they missed, each with its stay. */
  readonly #joining = new Map<Reader, Stay>();
  #running: Promise<void> | null = null;
  #awake = false;
  #closed = false;

  /** `dropped` hears of each reader that is let go since its user may not read here any more. */
  constructor(
    store: Store,
    workspace: { id: string; epoch: string; seq: number },
    log: Logger,
    dropped: (reader: Reader) => void,
  ) {
    this.#store = store;
    this.#workspace = workspace.id;
    this.#epoch = workspace.epoch;
    this.#head = workspace.seq;
    this.#log = log;
    this.#dropped = dropped;
  }

  get isEmpty(): boolean {
    return this.#live.size === 0 && this.#joining.size === 0;
  }

  holds(reader: Reader): boolean {
    return this.#live.has(reader) || this.#joining.has(reader);
  }

  /** What the reader missed, at its own pace, then what is live; there is no moment between the two. */
  join(reader: Reader, from: number): Promise<void> {
    const stay = deferred();
    this.#joining.set(reader, stay);
    return this.#follow(reader, stay, from);
  }

  /** A reader that is full is told from the log again, once it can take more: until then it costs nothing. */
  #fallBehind(reader: Reader, place: number): void {
    if (this.#live.delete(reader)) void this.join(reader, place);
  }

  /** Never fails: the log is the truth and the place stands, so reading again loses nothing. */
  async #follow(reader: Reader, stay: Stay, from: number): Promise<void> {
    const at: Place = { seq: from, most: page };
    for (;;) {
      if (!this.#stays(reader, stay)) return;
      // A reader may be ahead of the head: the answer that it has its cursor from can be faster than the feed.
      if (at.seq >= this.#head) break;
      const full = reader.full?.();
      if (full) {
        await Promise.race([full, stay.promise]);
        continue;
      }
      try {
        await inLine(() => this.#catchUp(reader, stay, at));
      } catch (error) {
        if (!this.#stays(reader, stay)) return;
        noteFailure(this.#log, error, 'catching up failed, trying again', {
          workspace: this.#workspace,
          reader: reader.id,
        });
        await Promise.race([pause(), stay.promise]);
      }
    }
    this.#joining.delete(reader);
    this.#live.set(reader, at.seq);
  }

  #stays(reader: Reader, stay: Stay): boolean {
    return this.#joining.get(reader) === stay;
  }

  /** Tells what it can take. What is left of a page is not kept for it: who may hear is asked anew by then. */
  async #catchUp(reader: Reader, stay: Stay, at: Place): Promise<void> {
    const entries = await this.#store.log.after(this.#workspace, at.seq, at.most);
    if (entries[0]?.seq !== at.seq + 1) throw new Error(`The log has a gap after ${at.seq}`);
    const seen = await this.#missedBy(reader.user, entries);
    const before = await readBefore(this.#store, entries);
    const roles = await rolesIn(this.#store, this.#workspace);
    const start = at.seq;
    for (const entry of entries) {
      if (!this.#stays(reader, stay) || reader.full?.()) break;
      this.#tell(reader, { roles, seen, before }, entry, new Telling(entry, this.#epoch));
      at.seq = entry.seq;
    }
    const taken = at.seq - start;
    at.most = taken === entries.length ? page : Math.max(taken, leastTogether);
  }

  leave(reader: Reader): void {
    this.#joining.get(reader)?.resolve();
    this.#joining.delete(reader);
    this.#live.delete(reader);
  }

  /** Says that the log may have grown, or that it has come so far: then whoever has it all need not look. */
  wake(seq = Number.POSITIVE_INFINITY): void {
    if (seq <= this.#head) return;
    this.#awake = true;
    this.#running ??= this.#run();
  }

  close(): void {
    this.#closed = true;
    for (const reader of [...this.#joining.keys(), ...this.#live.keys()]) this.leave(reader);
  }

  async #run(): Promise<void> {
    while (this.#awake && !this.#closed) {
      this.#awake = false;
      try {
        await this.#deliver();
      } catch (error) {
        // The log is the truth and the head stands where it stood: reading again loses nothing.
        noteFailure(this.#log, error, 'delivery failed, trying again', { workspace: this.#workspace });
        this.#awake = true;
        await pause();
      }
    }
    this.#running = null;
  }

  async #deliver(): Promise<void> {
    while (!this.#closed) {
      const entries = await this.#store.log.after(this.#workspace, this.#head, together);
      if (entries.length === 0) return;
      const known = await this.#known(entries);
      for (const entry of entries) {
        const telling = new Telling(entry, this.#epoch);
        const behind: Reader[] = [];
        for (const [reader, joinedAt] of this.#live) {
          if (entry.seq <= joinedAt) continue;
          if (reader.full?.()) behind.push(reader);
          else this.#tell(reader, known, entry, telling);
        }
        this.#head = entry.seq;
        for (const reader of behind) this.#fallBehind(reader, entry.seq - 1);
      }
      await othersTurn();
    }
  }

  /** Roles are asked last, so nobody hears what was taken from them before (H1). Whoever came meanwhile is told too. */
  async #known(entries: readonly Entry[]): Promise<Known> {
    const before = await readBefore(this.#store, entries);
    const seen: Seen = new Map();
    for (;;) {
      await readSeen(
        this.#store,
        entries.filter((entry) => this.#lacks(entry, seen)),
        seen,
      );
      const roles = await rolesIn(this.#store, this.#workspace);
      if (!entries.some((entry) => this.#lacks(entry, seen))) return { roles, seen, before };
    }
  }

  #lacks(entry: Entry, seen: Seen): boolean {
    if (!entry.how?.over || seen.has(entry)) return false;
    return [...this.#live.keys(), ...this.#joining.keys()].some(({ user }) => concerns(entry, user));
  }

  async #missedBy(user: string, entries: readonly Entry[]): Promise<Seen> {
    const seen: Seen = new Map();
    const theirs = entries.filter((entry) => concerns(entry, user));
    if (theirs.length === 0) return seen;
    const open = await stillOpen(this.#store, this.#workspace, user);
    await readSeen(
      this.#store,
      theirs.filter(({ seq }) => open.has(seq)),
      seen,
    );
    return seen;
  }

  #tell(reader: Reader, { roles, seen, before }: Known, entry: Entry, telling: Telling): void {
    const role = roles.get(reader.user);
    if (!role) {
      // Passed over and kept, it would have a gap that nobody knows of, should it be let in again.
      this.leave(reader);
      this.#dropped(reader);
      return;
    }
    const heard = hearing(role, entry, before);
    if (heard === 'nothing') return;
    reader.tell(telling.as(heard));
    if (heard === 'gone') return;
    const notice = noticeFrame(entry, seen, reader.user, this.#epoch);
    if (notice) reader.notice(notice);
  }
}

/** What decides who hears what of some writes. */
interface Known {
  roles: ReadonlyMap<string, Role>;
  seen: Seen;
  before: Before;
}

/** How far a reader has come, and how many entries are read for it next. */
interface Place {
  seq: number;
  most: number;
}
