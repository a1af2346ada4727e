import { type Role, resources } from '@stet/protocol';
import type { Store } from '@stet/store';
import { type Board, spotOf } from './board.js';
import { type Gathered, gather } from './gather.js';
import { type Sight, sightIn } from './sight.js';

// One round of telling in one workspace: each record is looked at, and put into words, once for all who hear of it.

export interface Frame {
  readonly text: string;
  readonly isEmpty: boolean;
}

const nobody: Gathered = { people: [], more: 0 };

export class Round {
  readonly #board: Board;
  readonly #workspace: string;
  readonly #roles: ReadonlyMap<string, Role>;
  readonly #sees: Sight;
  readonly #frames = new Map<string, Frame>();
  readonly #empties = new Map<string, Frame>();

  constructor(board: Board, store: Store, workspace: string, roles: ReadonlyMap<string, Role>) {
    this.#board = board;
    this.#workspace = workspace;
    this.#roles = roles;
    this.#sees = sightIn(store, workspace);
  }

  /** Who is at a record now, as this role may know. */
  async gathered(role: Role, key: string): Promise<Gathered> {
    return (await this.#sees(role, spotOf(key))) ? this.#gather(key) : nobody;
  }

  /** The same, serialised as a socket's message. */
  async frame(role: Role, key: string): Promise<Frame> {
    if (await this.#sees(role, spotOf(key))) return this.#once(this.#frames, key, () => this.#gather(key));
    return this.#once(this.#empties, key, () => nobody);
  }

  #gather(key: string): Gathered {
    const resource = resources.get(spotOf(key).resource);
    return resource ? gather(resource, this.#board.at(this.#workspace, key), this.#roles) : nobody;
  }

  #once(known: Map<string, Frame>, key: string, gathered: () => Gathered): Frame {
    let frame = known.get(key);
    if (!frame) {
      const now = gathered();
      const down = { type: 'presence', workspace: this.#workspace, ...spotOf(key), ...now };
      frame = { text: JSON.stringify(down), isEmpty: now.people.length === 0 };
      known.set(key, frame);
    }
    return frame;
  }
}
