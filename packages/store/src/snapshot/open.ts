import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { type Dialect, Kysely, PostgresDialect, SqliteDialect, sql, type Transaction } from 'kysely';
import { postgresForm } from '../postgres/migrations.js';
import { defaultTimeouts, openPool } from '../postgres/pool.js';
import { sqliteForm } from '../sqlite/migrations.js';
import { keepStatements } from '../sqlite/statements.js';
import type { Tables } from '../tables.js';
import { reading } from './reading.js';
import type { OpenSnapshot } from './snapshot.js';

// Opens a database to be read as it stands at this moment, by one transaction that only reads: whoever writes waits for
// nothing. (As long as it lasts, SQLite's WAL only grows, and Postgres keeps what is deleted.)

export async function openSqliteSnapshot(file: string): Promise<OpenSnapshot> {
  if (!existsSync(file)) return { kind: 'missing' };
  const database = new Database(file, { readonly: true, fileMustExist: true });
  database.pragma('busy_timeout = 5000');
  database.pragma('cache_size = -65536');
  return open(new SqliteDialect({ database: keepStatements(database) }), sqliteForm);
}

export function openPostgresSnapshot(url: string): Promise<OpenSnapshot> {
  // It takes as long as it takes.
  const timeouts = { ...defaultTimeouts, lock: 0, statement: 0, answer: 0, idle: 0 };
  return open(new PostgresDialect({ pool: openPool(url, 1, timeouts) }), postgresForm);
}

async function open(dialect: Dialect, form: readonly string[]): Promise<OpenSnapshot> {
  const db = new Kysely<Tables>({ dialect });
  try {
    const starting = db.startTransaction();
    const isPostgres = dialect instanceof PostgresDialect;
    const trx = await (isPostgres
      ? starting.setIsolationLevel('repeatable read').setAccessMode('read only')
      : starting
    ).execute();
    const close = async () => {
      if (!trx.isCommitted && !trx.isRolledBack) await trx.rollback().execute();
      await db.destroy();
    };
    if (isPostgres) await byTheIndices(trx);
    // The first statement that reads: from here on it is that moment.
    const kind = await formOf(trx, form);
    if (kind === 'open') return { kind, snapshot: reading(trx, isPostgres ? 'postgres' : 'sqlite', close) };
    await close();
    return { kind };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/**
 * A database that was just filled or put back knows nothing of its tables yet, and would sort all of one for each page:
 * all that is read here is read by an index, in its order.
 */
async function byTheIndices(trx: Transaction<Tables>): Promise<void> {
  for (const plan of ['sort', 'bitmapscan']) {
    await sql`set local ${sql.raw(`enable_${plan}`)} = off`.execute(trx);
  }
}

async function formOf(trx: Transaction<Tables>, form: readonly string[]): Promise<OpenSnapshot['kind']> {
  const tables = await trx.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return 'missing';
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(trx);
  const taken = new Set(rows.map(({ name }) => name));
  if (form.some((step) => !taken.has(step))) return 'older';
  return taken.size > form.length ? 'newer' : 'open';
}
