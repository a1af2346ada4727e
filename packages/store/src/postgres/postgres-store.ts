import { Kysely, PostgresDialect, sql } from 'kysely';
import { sqlStore } from '../sql/sql-store.js';
import { Writer } from '../sql/writer.js';
import type { SqlStore } from '../store.js';
import type { Tables } from '../tables.js';
import { commit } from './commit.js';
import { exclusively } from './exclusively.js';
import { migrate } from './migrations.js';
import { defaultTimeouts, openPool, type Timeouts } from './pool.js';
import { search } from './search.js';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database` */
  url: string;
  /** Most connections of this process; 10 by default. One more for a moment at its start. */
  pool?: number;
  timeouts?: Partial<Timeouts>;
}

const open = (url: string, pool: number, timeouts: Timeouts): Kysely<Tables> =>
  new Kysely<Tables>({ dialect: new PostgresDialect({ pool: openPool(url, pool, timeouts) }) });

/** As `open.ts` says. */
export async function openPostgresStore({ url, pool = 10, timeouts: own = {} }: PostgresOptions): Promise<SqlStore> {
  const timeouts = { ...defaultTimeouts, ...own };
  const alone = <T>(work: () => Promise<T>): Promise<T> => exclusively(url, timeouts, work);
  await alone(() => prepare(url, timeouts));
  const db = open(url, pool, timeouts);
  return sqlStore({
    db,
    dialect: 'postgres',
    exclusively: alone,
    // A workspace's saves wait for its counter anyway; nobody else's wait for them.
    writer: new Writer({ commit: (batch) => commit(db, batch), laneOf: ({ workspace }) => workspace }),
    search,
  });
}

/** A step to a new form may take as long as it takes. */
async function prepare(url: string, { connect }: Timeouts): Promise<void> {
  const db = open(url, 1, { connect, lock: 0, statement: 0, answer: 0, idle: 0 });
  try {
    const { rows } = await sql<{ setting: string }>`select current_setting('synchronous_commit') as setting`.execute(
      db,
    );
    // It may be off for this user or database alone; then an acknowledged save does not survive a crash (V6).
    if (rows[0]?.setting === 'off')
      throw new Error('Postgres has synchronous_commit off here: acknowledged saves may get lost');
    await migrate(db);
  } finally {
    await db.destroy();
  }
}
