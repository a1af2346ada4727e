import type { Kysely } from 'kysely';
import type { Outcome, Write } from '../store.js';
import type { Tables } from '../tables.js';
import { commit } from './commit.js';

// Writes that wait together share a transaction, and so its one fsync; each has its own outcome.

interface Waiting {
  write: Write;
  resolve(outcome: Outcome): void;
  reject(reason: unknown): void;
}

// A batch is bounded so that an import never holds the connection, or a reader's patience, for long.
const mostTogether = 64;

export class Writer {
  readonly #db: Kysely<Tables>;
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  write(write: Write): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when all that was asked for is committed or refused. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      // One turn of the event loop: what has arrived meanwhile joins, and others get their turn.
      await new Promise((resolve) => setImmediate(resolve));
      const batch = this.#waiting.splice(0, mostTogether);
      await this.#settle(batch);
    }
    this.#running = null;
  }

  async #settle(batch: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await commit(
        this.#db,
        batch.map(({ write }) => write),
      );
      for (const [place, { resolve }] of batch.entries()) resolve(outcomes[place] as Outcome);
    } catch (error) {
      // Nothing of the batch was kept. One write's failure must not be its neighbours': each tries alone.
      const [only, ...others] = batch;
      if (only && others.length === 0) only.reject(error);
      else for (const waiting of batch) await this.#settle([waiting]);
    }
  }
}
