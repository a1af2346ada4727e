// A database of its own for each test, others who are at it at the same time, and what becomes of it when it is built wrong.
import { openPostgresStore, type SqlStore } from '@stet/store';
import { sql } from 'kysely';
import type { Catalogue } from './catalogue.js';
import type { Postgres } from './nodes.js';
import { until } from './until.js';

let made = 0;

export const newDatabase = (postgres: Postgres): Promise<string> => {
  made += 1;
  return postgres.createDatabase(`of_its_own_${made}`);
};

/** As so many nodes on one database. They wait for locks as long as a test lasts. */
export async function openNodes(url: string, count: number): Promise<SqlStore[]> {
  const timeouts = { lock: 100_000, statement: 100_000, answer: 110_000 };
  return Promise.all(Array.from({ length: count }, () => openPostgresStore({ url, pool: 3, timeouts })));
}

export const closeAll = (stores: readonly SqlStore[]): Promise<unknown> =>
  Promise.all(stores.map((store) => store.close()));

/** Somebody who works on a record in a session of their own, and holds it until they are told to let go. */
export async function hold({ db }: SqlStore, { workspace }: Catalogue, id: string): Promise<() => Promise<void>> {
  let letGo = (): void => {};
  const asked = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let done: Promise<void> = Promise.resolve();
  await new Promise<void>((held, failed) => {
    done = db.transaction().execute(async (trx) => {
      await sql`select 1 from records where workspace = ${workspace} and id = ${id} for update`.execute(trx);
      held();
      await asked;
    });
    done.catch(failed);
  });
  return () => {
    letGo();
    return done;
  };
}

/** How many sessions of this database wait for somebody else's lock. */
export async function waiting({ db }: SqlStore): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
  return rows[0]?.count ?? 0;
}

export const untilWaiting = (store: SqlStore, count: number): Promise<boolean> =>
  until(`${count} sessions wait for a lock`, async () => (await waiting(store)) === count, 60_000);

/** Builds the function that commits otherwise, in this database alone: each text, which stands there once, by another. */
export async function rebuild(
  { db }: SqlStore,
  changes: ReadonlyArray<readonly [from: string, to: string]>,
): Promise<void> {
  const { rows } = await sql<{ text: string }>`select pg_get_functiondef('stet_commit'::regproc) as text`.execute(db);
  let text = rows[0]?.text ?? '';
  for (const [from, to] of changes) {
    const parts = text.split(from);
    if (parts.length !== 2) throw new Error(`stands there ${parts.length - 1} times: ${from}`);
    text = parts.join(to);
  }
  await sql.raw(text).execute(db);
}
