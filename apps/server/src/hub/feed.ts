import type { Reset, Role } from '@stet/protocol';
import type { Entry, Store } from '@stet/store';
import type { Logger } from 'pino';
import { mayHear, toChange } from '../door/changes.js';
import { concerns, noticeFrame, readSeen, type Seen, stillOpen } from './concern.js';
import type { Reader } from './reader.js';

// One workspace's log on its way to the readers that are connected here: each change once, in order, without a gap (H2).

const together = 200;
const retryAfter = 1_000;

/** SQLite answers at once: whoever reads on and on without this would hold up the whole process. */
const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Serialised once for all who hear it, not once for each. */
const frameOf = (entry: Entry, epoch: string): string =>
  JSON.stringify({ type: 'rt-change', ...toChange(entry, epoch) });

export const resetFrame = (workspace: string, reason: Reset['reason']): string =>
  JSON.stringify({ type: 'reset', workspace, reason } satisfies Reset);

export class Feed {
  readonly #store: Store;
  readonly #workspace: string;
  readonly #epoch: string;
  readonly #log: Logger;
  /** Everything up to here has been sent to the live readers. */
  #head: number;
  /** Those that have all up to the head, each with the place at which it joined. */
  readonly #live = new Map<Reader, number>();
  readonly #joining = new Set<Reader>();
  #running: Promise<void> | null = null;
  #awake = false;
  #closed = false;

  constructor(store: Store, workspace: { id: string; epoch: string; seq: number }, log: Logger) {
    this.#store = store;
    this.#workspace = workspace.id;
    this.#epoch = workspace.epoch;
    this.#head = workspace.seq;
    this.#log = log;
  }

  get isEmpty(): boolean {
    return this.#live.size === 0 && this.#joining.size === 0;
  }

  /** What the reader missed, then what is live; there is no moment between the two. */
  async join(reader: Reader, from: number): Promise<void> {
    this.#joining.add(reader);
    let place = from;
    // A reader may be ahead of the head: the answer that it has its cursor from can be faster than the feed.
    while (place < this.#head && this.#joining.has(reader)) {
      const entries = await this.#store.log.after(this.#workspace, place, together);
      if (entries.length === 0) break;
      const seen = await this.#missedBy(reader.user, entries);
      const roles = await this.#roles();
      for (const entry of entries) this.#tell(reader, roles, entry, seen, () => frameOf(entry, this.#epoch));
      place = entries.at(-1)?.seq ?? place;
      await othersTurn();
    }
    if (this.#joining.delete(reader)) this.#live.set(reader, place);
  }

  leave(reader: Reader): void {
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
    this.#joining.clear();
    this.#live.clear();
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
        let frame: string | undefined;
        const once = () => (frame ??= frameOf(entry, this.#epoch));
        for (const [reader, joinedAt] of this.#live) {
          if (entry.seq > joinedAt) this.#tell(reader, roles, entry, seen, once);
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
    return [...this.#live.keys(), ...this.#joining].some(({ user }) => concerns(entry, user));
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

  #tell(reader: Reader, roles: ReadonlyMap<string, Role>, entry: Entry, seen: Seen, frame: () => string): void {
    const role = roles.get(reader.user);
    if (!role || !mayHear(role, entry)) return;
    reader.send(frame());
    const notice = noticeFrame(entry, seen, reader.user, this.#epoch);
    if (notice) reader.send(notice);
  }

  async #roles(): Promise<Map<string, Role>> {
    const members = await this.#store.workspaces.members(this.#workspace);
    return new Map(members.map(({ user, role }) => [user, role]));
  }
}
