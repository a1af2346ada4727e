import type { SqlStore, Store } from '@stet/store';
import type { Bus } from '../bus/bus.js';
import type { Door } from '../door/door.js';

// Where a test can plant a fault into an in-process server: in the place of what a node is made of, or between it and
// its clients. The road of a save knows nothing of it. Nodes are counted from 0; a node that is started again is asked anew.

export interface Plant {
  /** The store as this node sees it: what it reads, what it writes, and when. What a crash undoes is below it. */
  store?(store: SqlStore, node: number): Store;
  /** What this node says to, and hears from, itself and the others. */
  bus?(bus: Bus, node: number): Bus;
  /** All that is asked at this node and answered, over HTTP and on sockets alike. */
  door?(door: Door, node: number): Door;
  /** What a client says on its socket: what the node hears in its place; null for nothing. */
  up?(text: string, line: PlantedLine): string | null;
  /** What the node says on a socket: all that goes out in its place, in this order. */
  down?(text: string, line: PlantedLine): readonly string[];
}

/** One socket. */
export interface PlantedLine {
  readonly node: number;
  /** Null until the node has bidden it welcome. */
  readonly user: string | null;
  /** Says something to this client, as if the node did, at any time. */
  say(text: string): void;
}
