import type { Kysely } from 'kysely';
import type { Tables } from '../tables.js';

// Forgets what is past its time, a few hundred rows at once: between the steps saves and readers get their turn.

const atOnce = 500;

type Forget = (db: Kysely<Tables>, before: string) => Promise<bigint>;

const forgetKeys: Forget = async (db, before) => {
  const { numDeletedRows } = await db
    .deleteFrom('write_keys')
    .where(({ eb, refTuple, selectFrom }) => {
      const oldest = selectFrom('write_keys').select(['workspace', 'user', 'key']).where('at', '<', before);
      const some = oldest.orderBy('at').limit(atOnce);
      return eb(refTuple('workspace', 'user', 'key'), 'in', some.$asTuple('workspace', 'user', 'key'));
    })
    .executeTakeFirstOrThrow();
  return numDeletedRows;
};

const forgetNotices: Forget = async (db, before) => {
  const { numDeletedRows } = await db
    .deleteFrom('notices')
    .where(({ eb, refTuple, selectFrom }) => {
      const oldest = selectFrom('notices').select(['workspace', 'user', 'seq']).where('at', '<', before);
      const some = oldest.orderBy('at').limit(atOnce);
      return eb(refTuple('workspace', 'user', 'seq'), 'in', some.$asTuple('workspace', 'user', 'seq'));
    })
    .executeTakeFirstOrThrow();
  return numDeletedRows;
};

export class Tidier {
  readonly #db: Kysely<Tables>;
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async tidy(before: string): Promise<void> {
    const running = this.#run(before).finally(() => this.#running.delete(running));
    this.#running.add(running);
    await running;
  }

  /** Ends after the step under way: what is left is forgotten another time. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled(this.#running);
  }

  async #run(before: string): Promise<void> {
    for (const forget of [forgetKeys, forgetNotices]) {
      let forgotten = BigInt(atOnce);
      while (forgotten >= atOnce && !this.#stopped) {
        await new Promise((resolve) => setImmediate(resolve));
        forgotten = await forget(this.#db, before);
      }
    }
  }
}
