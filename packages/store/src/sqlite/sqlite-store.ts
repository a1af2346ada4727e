import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, SqliteDialect } from 'kysely';
import { sqlStore } from '../sql/sql-store.js';
import { Writer } from '../sql/writer.js';
import type { SqlStore } from '../store.js';
import type { Tables } from '../tables.js';
import { commit } from './commit.js';
import { migrate } from './migrations.js';
import { openDatabase } from './open.js';
import { search } from './search.js';
import { keepStatements } from './statements.js';

/** Opens or makes the file, brings it to the newest form, and asserts that commits are durable. */
export async function openSqliteStore(file: string): Promise<SqlStore> {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: keepStatements(openDatabase(file)) }) });
  await migrate(db);
  return sqlStore({
    db,
    dialect: 'sqlite',
    // Whoever has the file has its folder's lock already.
    exclusively: (work) => work(),
    // There is but one writer: whatever waits together commits together.
    writer: new Writer({ commit: (batch) => commit(db, batch), laneOf: () => '' }),
    search,
  });
}
