import type { Role } from '@stet/protocol';
import type { Entry, Store } from '@stet/store';
import type { Logger } from 'pino';
import { mayHear, toChange } from '../door/changes.js';
import { concerns, noticeFrame, readSeen, type Seen, stillOpen } from './concern.js';
import type { Reader } from './reader.js';
import { Told } from './told.js';

// One workspace's log on its way to the readers that are connected here: each change once, in order, without a gap (H2).

const together = 200;
// For a reader that could not take that much.
const leastTogether = 8;
const retryAfter = 1_000;

/** SQLite answers at once: whoever reads on and on without this would hold up the whole process. */
const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

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
  /** Those that are told what they missed, each with what ends its waiting. */
  readonly #joining = new Map<Reader, () => void>();
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
  async join(reader: Reader, from: number): Promise<void> {
    const left = new Promise<void>((resolve) => this.#joining.set(reader, resolve));
    let place = from;
    let most = together;
    // A reader may be ahead of the head: the answer that it has its cursor from can be faster than the feed.
    while (place < this.#head && this.#joining.has(reader)) {
      await Promise.race([reader.full?.(), left]);
      const entries = await this.#store.log.after(this.#workspace, place, most);
      if (entries.length === 0) break;
      const taken = await this.#catchUp(reader, entries);
      place = entries[taken - 1]?.seq ?? place;
      most = taken === entries.length ? together : Math.max(taken, leastTogether);
      await othersTurn();
    }
    if (this.#joining.delete(reader)) this.#live.set(reader, place);
  }

  /** How many of these it could be told. What is left is not kept for it: who may hear is asked anew by then. */
  async #catchUp(reader: Reader, entries: readonly Entry[]): Promise<number> {
    const seen = await this.#missedBy(reader.user, entries);
    const roles = await this.#roles();
    let taken = 0;
    for (const entry of entries) {
      if (!this.#joining.has(reader) || reader.full?.()) break;
      this.#tell(reader, roles, entry, seen, new Told(toChange(entry, this.#epoch)));
      taken += 1;
    }
    return taken;
  }

  leave(reader: Reader): void {
    this.#joining.get(reader)?.();
    this.#joining.delete(reader);
    this.#live.delete(reader);
  }

  /** Says that the log may have grown. */
  wake(): void {
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
        this.#log.error({ err: error, workspace: this.#workspace }, 'delivery failed, trying again');
        this.#awake = true;
        await new Promise((resolve) => setTimeout(resolve, retryAfter).unref());
      }
    }
    this.#running = null;
  }

  async #deliver(): Promise<void> {
    while (!this.#closed) {
      const entries = await this.#store.log.after(this.#workspace, this.#head, together);
      if (entries.length === 0) return;
      const { seen, roles } = await this.#hearing(entries);
      for (const entry of entries) {
        const told = new Told(toChange(entry, this.#epoch));
        for (const [reader, joinedAt] of this.#live) {
          if (entry.seq > joinedAt) this.#tell(reader, roles, entry, seen, told);
        }
        this.#head = entry.seq;
      }
      await othersTurn();
    }
  }

  /** Roles are asked last, so nobody hears what was taken from them before (H1). Whoever came meanwhile is told too. */
  async #hearing(entries: readonly Entry[]): Promise<{ seen: Seen; roles: Map<string, Role> }> {
    const seen: Seen = new Map();
    for (;;) {
      await readSeen(
        this.#store,
        entries.filter((entry) => this.#lacks(entry, seen)),
        seen,
      );
      const roles = await this.#roles();
      if (!entries.some((entry) => this.#lacks(entry, seen))) return { seen, roles };
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

  #tell(reader: Reader, roles: ReadonlyMap<string, Role>, entry: Entry, seen: Seen, told: Told): void {
    const role = roles.get(reader.user);
    if (!role) {
      // Passed over and kept, it would have a gap that nobody knows of, should it be let in again.
      this.leave(reader);
      this.#dropped(reader);
      return;
    }
    if (!mayHear(role, entry)) return;
    reader.tell(told);
    const notice = noticeFrame(entry, seen, reader.user, this.#epoch);
    if (notice) reader.notice(notice);
  }

  async #roles(): Promise<Map<string, Role>> {
    const members = await this.#store.workspaces.members(this.#workspace);
    return new Map(members.map(({ user, role }) => [user, role]));
  }
}
