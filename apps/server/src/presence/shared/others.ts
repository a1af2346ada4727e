import type { Logger } from 'pino';
import type { Heard } from '../../bus/bus.js';
import type { Board, Word } from '../board.js';
import type { Clock } from '../clock.js';
import type { Attempt } from './attempt.js';
import { latest } from './latest.js';
import { type Found, mostNodes, nodeLease, type Reading, type Shelf } from './shelf.js';
import { mostId, readWord } from './word.js';

// What the voices of other nodes say, read where a message says that it has changed, and every now and then anyway; put
// on this node's board for as long as their node's lease lasts.

/** Beyond this, all that a node holds is read. */
const mostNamed = 500;
/** The most characters that are held of other nodes' voices, all together. */
const mostHeld = 32 * 1024 * 1024;
/** About what it takes to hold a voice, beside its text. */
const sizeOf = ({ text }: Found): number => text.length + 500;

/** A voice's word at one node. */
interface Copy extends Found {
  readonly word: Word;
}

interface Node {
  /** The end of its lease, by this node's clock. */
  until: number;
  /** Of when all of it was read. */
  revision: string;
  readonly copies: Map<string, Copy>;
}

interface Room {
  readonly nodes: Map<string, Node>;
  /** To be read: these nodes, of each some voices or all; beside them all nodes that there are. */
  readonly named: Map<string, Set<string> | null>;
  isAllNamed: boolean;
  reading: Promise<void> | null;
}

export interface OthersOptions {
  /** This node's name. */
  node: string;
  board: Board;
  shelf: Shelf;
  clock: Clock;
  attempt: Attempt;
  log: Logger;
  /** When an own voice spoke last, by the clock of Redis: null for just now, undefined for one that says nothing. */
  ownAt(workspace: string, id: string): number | null | undefined;
}

export class Others {
  readonly #with: OthersOptions;
  readonly #rooms = new Map<string, Room>();
  #size = 0;
  #isPuzzled = false;

  constructor(options: OthersOptions) {
    this.#with = options;
  }

  open(workspace: string): void {
    if (this.#rooms.has(workspace)) return;
    this.#rooms.set(workspace, { nodes: new Map(), named: new Map(), isAllNamed: false, reading: null });
  }

  close(workspace: string): void {
    const room = this.#rooms.get(workspace);
    if (!room) return;
    for (const node of [...room.nodes.keys()]) this.#forget(workspace, room, node);
    this.#rooms.delete(workspace);
  }

  /** Done when what is said of has been read, or could not be. */
  heard(workspace: string, heard: Heard): Promise<void> {
    const room = this.#rooms.get(workspace);
    if (!room) return Promise.resolve();
    if (heard.kind === 'presence') this.#name(room, heard.node, heard.voices);
    else room.isAllNamed = true;
    if (room.isAllNamed || room.named.size > 0) room.reading ??= this.#read(workspace, room);
    return room.reading ?? Promise.resolve();
  }

  /** Reads all that has changed, whether a message has come or not. */
  async look(): Promise<void> {
    await Promise.all([...this.#rooms.keys()].map((workspace) => this.heard(workspace, { kind: 'anew' })));
  }

  expire(): void {
    const now = this.#with.clock.now();
    for (const [workspace, room] of this.#rooms) {
      for (const [node, { until }] of [...room.nodes]) if (until <= now) this.#forget(workspace, room, node);
    }
  }

  /** What this user said is believed no more, unless it stands there still when all is read the next time. */
  dropFrom(workspace: string, user: string): void {
    for (const node of this.#rooms.get(workspace)?.nodes.values() ?? []) {
      const ids = [...node.copies].filter(([, { word }]) => word.user.id === user).map(([id]) => id);
      if (ids.length > 0) node.revision = '';
      for (const id of ids) this.#drop(node, id);
      this.settle(workspace, ids);
    }
  }

  /** Whose word stands: a page speaks at one node and then at another, and the last word counts. */
  settle(workspace: string, ids: Iterable<string>): void {
    const { board, clock, node: here, ownAt } = this.#with;
    const room = this.#rooms.get(workspace);
    if (!room) return;
    for (const id of ids) {
      const copies = [...room.nodes].flatMap(([node, { copies }]) => {
        const copy = copies.get(id);
        return copy ? [{ node, ...copy }] : [];
      });
      const standing = latest(id, here, ownAt(workspace, id), copies);
      if (!standing) board.dropRemote(id, workspace);
      else {
        const { word, node } = standing;
        board.keep({ kind: 'remote', id, user: word.user, node }, workspace, word.places, clock.now());
      }
    }
  }

  #name(room: Room, node: string, voices: readonly string[] | null): void {
    if (node === this.#with.node || node.length > 100) return;
    const named = room.named.get(node);
    if (named === undefined && room.named.size >= mostNodes) room.isAllNamed = true;
    else if (named === null || voices === null || (named?.size ?? 0) + voices.length > mostNamed) {
      room.named.set(node, null);
    } else room.named.set(node, new Set([...(named ?? []), ...voices.filter((id) => id.length <= mostId)]));
  }

  async #read(workspace: string, room: Room): Promise<void> {
    const { attempt, shelf, node: here } = this.#with;
    while (room.isAllNamed || room.named.size > 0) {
      const isAll = room.isAllNamed;
      const named = new Map(room.named);
      room.isAllNamed = false;
      room.named.clear();
      const nodes = isAll ? await attempt(() => shelf.nodes(workspace)) : [];
      const asked = new Map(named);
      if (isAll) for (const node of [...(nodes ?? []), ...room.nodes.keys()]) asked.set(node, null);
      asked.delete(here);
      const each = [...asked].map(([node, voices]) => this.#readNode(workspace, room, node, voices, named.has(node)));
      await Promise.all(each);
    }
    room.reading = null;
  }

  async #readNode(workspace: string, room: Room, node: string, voices: Set<string> | null, isNamed: boolean) {
    const { attempt, shelf, clock } = this.#with;
    const askedAt = clock.now();
    const known = room.nodes.get(node)?.revision ?? '';
    const ids = voices && [...voices];
    const reading = await attempt(() => shelf.read(workspace, node, known, ids));
    // Nobody here may hear of this workspace any more; and what could not be read is, by and by.
    if (!reading || this.#rooms.get(workspace) !== room) return;
    // Whoever says that something has changed has taken it back. Otherwise Redis may have lost it, and it comes again
    // within the lease, or does not.
    if (reading.kind === 'nothing') return isNamed ? this.#forget(workspace, room, node) : undefined;
    this.#take(workspace, room, node, reading, ids, askedAt);
  }

  #take(
    workspace: string,
    room: Room,
    name: string,
    reading: Exclude<Reading, { kind: 'nothing' }>,
    ids: string[] | null,
    askedAt: number,
  ): void {
    const node = room.nodes.get(name) ?? { until: 0, revision: '', copies: new Map<string, Copy>() };
    if (!room.nodes.has(name) && room.nodes.size >= mostNodes) return;
    room.nodes.set(name, node);
    node.until = askedAt + Math.min(reading.lease, nodeLease);
    if (reading.kind === 'same') return;
    const changed: string[] = [];
    // Who came first is named first, as far as one node can tell.
    const found = [...reading.voices].sort(([, one], [, other]) => one.at - other.at).map(([id]) => id);
    for (const id of new Set([...found, ...(ids ?? node.copies.keys())])) {
      const now = reading.voices.get(id);
      const before = node.copies.get(id);
      if (now?.at === before?.at && now?.text === before?.text) continue;
      changed.push(id);
      this.#drop(node, id);
      if (now) this.#hold(name, node, id, now);
    }
    if (!ids) node.revision = reading.revision;
    this.settle(workspace, changed);
  }

  #hold(name: string, node: Node, id: string, found: Found): void {
    const word = this.#size + sizeOf(found) <= mostHeld ? readWord(found.text) : null;
    if (word) {
      this.#size += sizeOf(found);
      node.copies.set(id, { ...found, word });
    } else if (!this.#isPuzzled) {
      this.#isPuzzled = true;
      this.#with.log.warn({ node: name }, 'presence of another node is too much, or not understood, and left out');
    }
  }

  #drop(node: Node, id: string): void {
    const copy = node.copies.get(id);
    if (copy) this.#size -= sizeOf(copy);
    node.copies.delete(id);
  }

  #forget(workspace: string, room: Room, name: string): void {
    const node = room.nodes.get(name);
    if (!node) return;
    room.nodes.delete(name);
    const ids = [...node.copies.keys()];
    for (const id of ids) this.#drop(node, id);
    this.settle(workspace, ids);
  }
}
