import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, SqliteDialect, sql } from 'kysely';
import type { Store } from '../store.js';
import type { Tables } from '../tables.js';
import { forgetting } from './forgetting.js';
import { writeKeysOf } from './keys.js';
import { logOf } from './log.js';
import { migrate } from './migrations.js';
import { noticesOf } from './notices.js';
import { openDatabase } from './open.js';
import { pruning } from './pruning.js';
import { recordsOf } from './records.js';
import { keepStatements } from './statements.js';
import { Tidier } from './tidier.js';
import { workspacesOf } from './workspaces.js';
import { Writer } from './writer.js';

export interface SqliteStore extends Store {
  /** The one connection, for tables that others keep in the same file (sign-in). */
  readonly db: Kysely<Tables>;
}

/** Opens or makes the file, brings it to the newest form, and asserts that commits are durable. */
export async function openSqliteStore(file: string): Promise<SqliteStore> {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: keepStatements(openDatabase(file)) }) });
  await migrate(db);
  const writer = new Writer(db);
  const tidier = new Tidier();
  return {
    db,
    workspaces: workspacesOf(db),
    records: recordsOf(db),
    log: logOf(db),
    keys: writeKeysOf(db),
    notices: noticesOf(db),
    write: (write) => writer.write(write),
    tidy: (before) => tidier.run(forgetting(db, before)),
    prune: (before) => tidier.run(pruning(db, before)),
    async ready() {
      await sql`select 1`.execute(db);
    },
    async close() {
      await tidier.stop();
      await writer.idle();
      await db.destroy();
    },
  };
}
