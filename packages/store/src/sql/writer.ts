import type { Outcome, Write } from '../store.js';
import { type Commit, Lane } from './lane.js';
import { refuseUnkept } from './texts.js';

// Writes that wait together commit together. What can't hold each other up goes in lanes of its own.

export interface WriterOptions {
  commit: Commit;
  /** Writes with the same one are committed one batch after the other. */
  laneOf(write: Write): string;
}

export class Writer {
  readonly #options: WriterOptions;
  readonly #lanes = new Map<string, Lane>();

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  async write(write: Write): Promise<Outcome> {
    refuseUnkept(write);
    const name = this.#options.laneOf(write);
    let lane = this.#lanes.get(name);
    if (!lane) {
      // Gone as soon as nothing waits there: there may be as many as there are workspaces.
      lane = new Lane(this.#options.commit, () => this.#lanes.delete(name));
      this.#lanes.set(name, lane);
    }
    return lane.write(write);
  }

  /** Resolves when all that was asked for is committed or refused. */
  async idle(): Promise<void> {
    while (this.#lanes.size > 0) await Promise.all([...this.#lanes.values()].map((lane) => lane.idle()));
  }
}
