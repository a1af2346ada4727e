import type { Outcome, Write } from '../store.js';
import { StoreUnavailable } from '../unavailable.js';

// Writes that wait together share a transaction, and so its one fsync; each has its own outcome.

/** The outcome of each write of the batch, in its order; where it throws, nothing of the batch stands, or nobody knows. */
export type Commit = (batch: readonly Write[]) => Promise<Outcome[]>;

interface Waiting {
  write: Write;
  resolve(outcome: Outcome): void;
  reject(reason: unknown): void;
}

// A batch is bounded so that an import never holds the connection, or a reader's patience, for long.
const mostTogether = 64;

/** Who writes, and with which key: a batch holds each once, so that it need not be asked about its own writes. */
const keyOf = ({ write: { by, key } }: Waiting): string | undefined => key && JSON.stringify([by.id, key.key]);

export class Lane {
  readonly #commit: Commit;
  readonly #done: () => void;
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;

  /** @param done called when nothing waits any more: the next write belongs into a new lane */
  constructor(commit: Commit, done: () => void) {
    this.#commit = commit;
    this.#done = done;
  }

  write(write: Write): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      // One turn of the event loop: what has arrived meanwhile joins, and others get their turn.
      await new Promise((resolve) => setImmediate(resolve));
      await this.#settle(this.#next());
    }
    this.#done();
  }

  #next(): Waiting[] {
    const keys = new Set<string>();
    let count = 0;
    for (const waiting of this.#waiting.slice(0, mostTogether)) {
      const key = keyOf(waiting);
      if (key !== undefined && keys.has(key)) break;
      if (key !== undefined) keys.add(key);
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** Those that are left go on waiting, in front: so they fail together should the database go away meanwhile. */
  async #settleEach(batch: readonly Waiting[]): Promise<void> {
    this.#waiting.unshift(...batch);
    for (let left = batch.length; left > 0 && this.#waiting.length > 0; left -= 1) {
      await this.#settle(this.#waiting.splice(0, 1));
    }
  }

  async #settle(batch: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.#commit(batch.map(({ write }) => write));
      for (const [place, { resolve }] of batch.entries()) resolve(outcomes[place] as Outcome);
    } catch (error) {
      if (error instanceof StoreUnavailable && !error.isHeld) {
        // Whoever waits behind would wait as long, and in vain.
        for (const { reject } of [...batch, ...this.#waiting.splice(0)]) reject(error);
        return;
      }
      // Nothing of the batch was kept. One write's failure, or somebody who holds its record, must not be its neighbours':
      // each tries alone.
      const [only, ...others] = batch;
      if (only && others.length === 0) only.reject(error);
      else await this.#settleEach(batch);
    }
  }
}
