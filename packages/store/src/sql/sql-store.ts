import { type Kysely, sql } from 'kysely';
import type { SqlStore } from '../store.js';
import type { Tables } from '../tables.js';
import { forgetting } from './forgetting.js';
import { writeKeysOf } from './keys.js';
import { logOf } from './log.js';
import { noticesOf } from './notices.js';
import { pruning } from './pruning.js';
import { recordsOf, type Search } from './records.js';
import { ticketsOf } from './tickets.js';
import { Tidier } from './tidier.js';
import { workspacesOf } from './workspaces.js';
import type { Writer } from './writer.js';

// A store out of what both databases have in common, and the few things in which they differ.

export interface Parts extends Pick<SqlStore, 'db' | 'dialect' | 'exclusively'> {
  db: Kysely<Tables>;
  writer: Writer;
  search: Search;
}

export function sqlStore({ db, dialect, exclusively, writer, search }: Parts): SqlStore {
  const tidier = new Tidier();
  return {
    db,
    dialect,
    exclusively,
    workspaces: workspacesOf(db),
    records: recordsOf(db, search),
    log: logOf(db),
    keys: writeKeysOf(db),
    notices: noticesOf(db),
    tickets: ticketsOf(db),
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
