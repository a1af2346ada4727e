import { presenceLease } from '@stet/protocol';
import type { Bus } from '../../bus/bus.js';
import type { Board, Voice, Word } from '../board.js';
import type { Clock } from '../clock.js';
import type { Attempt } from './attempt.js';
import type { Shelf } from './shelf.js';
import { writeWord } from './word.js';

// What this node's own voices say, laid out for the other nodes: what has changed since the last tick, in one write for
// each workspace, and a message that says whose word it is. After anything that went wrong, all of it anew.

/** Beyond this a message names nobody, and all is looked at. */
const mostNamed = 100;
/** The most pages of a workspace that are remembered to be nowhere. */
const mostNowhere = 1_000;

/** A voice that has said something, be it that it is nowhere. */
interface Spoken {
  /** When, by this node's clock. */
  readonly said: number;
  /** When, by that of Redis; null as long as it is not written. */
  at: number | null;
}

interface Room {
  readonly spoken: Map<string, Spoken>;
  /** Those whose word is not written yet. */
  readonly changed: Set<string>;
  /** Pages that said to be nowhere: another node may still hold what they said there before. The oldest first. */
  readonly nowhere: Map<string, Voice['user']>;
  /** What stands in Redis may be something else than what was written. */
  isUnsure: boolean;
  isWriting: boolean;
}

export interface OwnOptions {
  /** This node's name. */
  node: string;
  board: Board;
  shelf: Shelf;
  bus: Bus;
  clock: Clock;
  attempt: Attempt;
  /** It is known now when these were said. */
  written(workspace: string, voices: readonly string[]): void;
}

export class Own {
  readonly #with: OwnOptions;
  readonly #rooms = new Map<string, Room>();
  #revision = 0;

  constructor(options: OwnOptions) {
    this.#with = options;
  }

  /** What a voice says has changed, or it was said again. */
  spoke(workspace: string, id: string): void {
    const room = this.#rooms.get(workspace) ?? {
      spoken: new Map(),
      changed: new Set(),
      nowhere: new Map(),
      isUnsure: true,
      isWriting: false,
    };
    this.#rooms.set(workspace, room);
    room.nowhere.delete(id);
    room.spoken.set(id, { said: this.#with.clock.now(), at: null });
    room.changed.add(id);
  }

  /** A page has said where it is: its last word counts, also where it said the same before, or is nowhere. */
  kept(workspace: string, { id, user }: Voice): void {
    this.spoke(workspace, id);
    const room = this.#rooms.get(workspace);
    if (!room || this.#with.board.wordOf(id, workspace)) return;
    room.nowhere.set(id, user);
    const [oldest] = room.nowhere.keys();
    if (room.nowhere.size > mostNowhere && oldest !== undefined) this.spoke(workspace, oldest);
  }

  /** When a voice spoke last, by the clock of Redis: null where that is not known yet, undefined where it says nothing. */
  at(workspace: string, id: string): number | null | undefined {
    const room = this.#rooms.get(workspace);
    return room && this.#wordOf(workspace, room, id) ? room.spoken.get(id)?.at : undefined;
  }

  /** Writes what has changed. */
  async tell(): Promise<void> {
    const changed = [...this.#rooms].filter(([, room]) => room.changed.size > 0);
    await Promise.all(changed.map(([workspace, room]) => this.#write(workspace, room)));
  }

  /** Renews the leases, and finds out what was lost. */
  async renew(): Promise<void> {
    const over = this.#with.clock.now() - presenceLease;
    for (const [workspace, room] of this.#rooms) {
      for (const id of room.nowhere.keys()) {
        // By now no other node believes what this page said before.
        if ((room.spoken.get(id)?.said ?? over) <= over) this.spoke(workspace, id);
      }
    }
    await Promise.all([...this.#rooms].map(([workspace, room]) => this.#write(workspace, room)));
  }

  /** Redis may have lost everything. */
  async anew(): Promise<void> {
    for (const room of this.#rooms.values()) room.isUnsure = true;
    await this.renew();
  }

  async takeBack(): Promise<void> {
    const workspaces = [...this.#rooms.keys()];
    this.#rooms.clear();
    await Promise.all(workspaces.map((workspace) => this.#lay(workspace, { isAll: true, said: [], gone: [] })));
    for (const workspace of workspaces) this.#publish(workspace, null);
  }

  async #write(workspace: string, room: Room): Promise<void> {
    // What changes meanwhile waits for the next tick.
    if (room.isWriting) return;
    room.isWriting = true;
    const { clock, written } = this.#with;
    const changed = [...room.changed];
    room.changed.clear();
    const gone = changed.filter((id) => !this.#wordOf(workspace, room, id));
    for (const id of gone) room.spoken.delete(id);
    const isAll = room.isUnsure;
    const ids = isAll ? [...room.spoken.keys()] : changed.filter((id) => room.spoken.has(id));
    const now = clock.now();
    const spoken = ids.flatMap((id) => {
      const [one, word] = [room.spoken.get(id), this.#wordOf(workspace, room, id)];
      return one && word ? [{ id, one, laid: { voice: id, age: now - one.said, text: writeWord(word) } }] : [];
    });
    const expected = room.spoken.size;
    const said = spoken.map(({ laid }) => laid);
    const done = await this.#lay(workspace, { isAll, said, gone: isAll ? [] : gone });
    room.isWriting = false;
    room.isUnsure = done?.held !== expected;
    if (!done || this.#rooms.get(workspace) !== room) return;
    for (const { one, laid } of spoken) one.at = done.at - laid.age;
    if (room.isUnsure && !isAll) return this.#write(workspace, room);
    if (isAll || changed.length > 0) this.#publish(workspace, isAll || changed.length > mostNamed ? null : changed);
    written(workspace, [...ids, ...gone]);
    if (!room.isUnsure && room.spoken.size === 0 && room.changed.size === 0) this.#rooms.delete(workspace);
  }

  #lay(workspace: string, what: { isAll: boolean; said: Parameters<Shelf['write']>[2]['said']; gone: string[] }) {
    const { attempt, shelf, node } = this.#with;
    this.#revision += 1;
    const revision = this.#revision;
    return attempt(() => shelf.write(workspace, node, { revision, ...what }));
  }

  #wordOf(workspace: string, room: Room, id: string): Word | null {
    const user = room.nowhere.get(id);
    return this.#with.board.wordOf(id, workspace) ?? (user ? { user, places: [] } : null);
  }

  #publish(workspace: string, voices: string[] | null): void {
    this.#with.bus.publish({ kind: 'presence', workspace, node: this.#with.node, voices });
  }
}
