import type { Role } from '@stet/protocol';
import type { Store } from '@stet/store';
import type { Logger } from 'pino';
import { rolesIn } from '../door/scope.js';
import { noteFailure } from '../failure.js';
import type { Reader } from '../hub/reader.js';
import { othersTurn } from '../hub/turns.js';
import type { Watcher } from '../hub/watcher.js';
import { type Board, spotOf } from './board.js';
import type { Clock } from './clock.js';
import { type Frame, Round } from './round.js';
import { seesSome } from './sight.js';

// Tells those who hear a workspace who is at its records. The last word on a record is enough: what changes between two
// ticks is told once, and who can't take more now is told later what is true then.

const tickEvery = 250;
/** The most that one reader is told at one tick. */
const mostFrames = 10;
const together = 200;

/**
 * What one reader is still to be told, and what it believes. Neither holds a record where nobody is and nobody was told
 * to be: so both are bounded by where people are, however fast they come and go.
 */
interface Hearing {
  /** The records, the longest waiting first. */
  readonly pending: Set<string>;
  /** For the records where it believes somebody to be: the frame that it was told last. */
  readonly told: Map<string, string>;
}

interface Room {
  readonly readers: Map<Reader, Hearing>;
  /** The records that have changed since the last tick. */
  readonly changed: Set<string>;
  /** A record may have moved into or out of somebody's sight. */
  hasMoved: boolean;
}

export class Telling implements Watcher {
  readonly #board: Board;
  readonly #store: Store;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #rooms = new Map<string, Room>();
  #rest: (() => void) | null = null;
  #isTicking = false;
  #isClosed = false;

  constructor(board: Board, store: Store, log: Logger, clock: Clock) {
    this.#board = board;
    this.#store = store;
    this.#log = log;
    this.#clock = clock;
  }

  entered(reader: Reader, workspace: string): void {
    const room = this.#rooms.get(workspace) ?? { readers: new Map(), changed: new Set(), hasMoved: false };
    this.#rooms.set(workspace, room);
    const pending = new Set(this.#board.keys(workspace));
    room.readers.set(reader, { pending, told: new Map() });
    if (pending.size > 0) this.#wake();
  }

  exited(reader: Reader, workspace: string): void {
    const room = this.#rooms.get(workspace);
    room?.readers.delete(reader);
    if (room?.readers.size === 0) this.#rooms.delete(workspace);
  }

  /** Something else may be true of who is at this record. */
  changed(workspace: string, key: string): void {
    const room = this.#rooms.get(workspace);
    if (!room) return;
    room.changed.add(key);
    this.#wake();
  }

  /** The workspace's log has grown. */
  moved(workspace: string): void {
    const room = this.#rooms.get(workspace);
    if (!room || this.#board.keys(workspace).length === 0) return;
    room.hasMoved = true;
    this.#wake();
  }

  close(): void {
    this.#isClosed = true;
    this.#sleep();
  }

  #wake(): void {
    if (!this.#isClosed) this.#rest ??= this.#clock.every(tickEvery, () => this.#tick());
  }

  #sleep(): void {
    this.#rest?.();
    this.#rest = null;
  }

  async #tick(): Promise<void> {
    if (this.#isTicking) return;
    this.#isTicking = true;
    for (const [workspace, room] of this.#rooms) {
      if (!hasMore(room)) continue;
      await this.#tellAll(workspace, room).catch((error: unknown) => {
        // What was not told is pending still.
        noteFailure(this.#log, error, 'presence could not be told, trying again', { workspace });
      });
    }
    this.#isTicking = false;
    if (![...this.#rooms.values()].some(hasMore)) this.#sleep();
  }

  async #tellAll(workspace: string, room: Room): Promise<void> {
    const roles = await rolesIn(this.#store, workspace);
    this.#spread(workspace, room, roles);
    const waiting = [...room.readers].filter(([reader, { pending }]) => pending.size > 0 && !reader.full?.());
    const round = new Round(this.#board, this.#store, workspace, roles);
    for (let from = 0; from < waiting.length; from += together) {
      if (from > 0) await othersTurn();
      await this.#tell(workspace, room, round, roles, waiting.slice(from, from + together));
    }
  }

  /** From what has changed to what each reader is still to be told. */
  #spread(workspace: string, room: Room, roles: ReadonlyMap<string, Role>): void {
    const there = new Set(this.#board.keys(workspace));
    for (const [reader, { pending, told }] of room.readers) {
      for (const key of room.changed) {
        if (there.has(key) || told.has(key)) pending.add(key);
        else pending.delete(key);
      }
      const role = room.hasMoved ? roles.get(reader.user) : undefined;
      if (role) for (const key of there) if (seesSome(role, spotOf(key))) pending.add(key);
    }
    room.changed.clear();
    room.hasMoved = false;
  }

  /** Roles are asked once more, last, so nobody hears what was taken from them before (H1). */
  async #tell(
    workspace: string,
    room: Room,
    round: Round,
    before: ReadonlyMap<string, Role>,
    readers: ReadonlyArray<[Reader, Hearing]>,
  ): Promise<void> {
    const picked: Array<{ reader: Reader; hearing: Hearing; frames: Map<string, Frame> }> = [];
    for (const [reader, hearing] of readers) {
      const role = before.get(reader.user);
      if (role) picked.push({ reader, hearing, frames: await pick(role, hearing, round) });
    }
    const roles = await rolesIn(this.#store, workspace);
    for (const { reader, hearing, frames } of picked) {
      // What is for who has gone, or may see other things by now, is picked anew.
      if (room.readers.get(reader) !== hearing || roles.get(reader.user) !== before.get(reader.user)) continue;
      for (const [key, { text, isEmpty }] of frames) {
        if (reader.full?.()) break;
        hearing.pending.delete(key);
        if (isEmpty) hearing.told.delete(key);
        else hearing.told.set(key, text);
        reader.presence(text);
      }
    }
  }
}

/** What this reader is to be told now; what it knows already waits no longer. */
async function pick(role: Role, { pending, told }: Hearing, round: Round): Promise<Map<string, Frame>> {
  const frames = new Map<string, Frame>();
  for (const key of pending) {
    if (frames.size >= mostFrames) break;
    const frame = await round.frame(role, key);
    const isKnown = frame.isEmpty ? !told.has(key) : told.get(key) === frame.text;
    if (isKnown) pending.delete(key);
    else frames.set(key, frame);
  }
  return frames;
}

const hasMore = ({ readers, changed, hasMoved }: Room): boolean =>
  hasMoved || changed.size > 0 || [...readers.values()].some(({ pending }) => pending.size > 0);
