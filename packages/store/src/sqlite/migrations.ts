import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import type { Tables } from '../tables.js';

// Each step once, in order. A step that was released is never edited: the next one mends it.

const first: Migration = {
  async up(db: Kysely<never>) {
    const schema = db.schema;
    await schema
      .createTable('workspaces')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('epoch', 'text', (column) => column.notNull())
      .addColumn('seq', 'integer', (column) => column.notNull())
      .addColumn('floor', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createTable('members')
      .addColumn('workspace', 'text', (column) => column.notNull().references('workspaces.id'))
      .addColumn('user', 'text', (column) => column.notNull())
      .addColumn('role', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('members_pk', ['user', 'workspace'])
      .execute();
    await schema
      .createTable('records')
      .addColumn('num', 'integer', (column) => column.primaryKey())
      .addColumn('workspace', 'text', (column) => column.notNull().references('workspaces.id'))
      .addColumn('resource', 'text', (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('body', 'text')
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('created_by', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'text', (column) => column.notNull())
      .addColumn('updated_by', 'text', (column) => column.notNull())
      .addUniqueConstraint('records_id', ['workspace', 'resource', 'id'])
      .execute();
    await schema
      .createTable('changes')
      .addColumn('workspace', 'text', (column) => column.notNull())
      .addColumn('seq', 'integer', (column) => column.notNull())
      .addColumn('resource', 'text', (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('action', 'text', (column) => column.notNull())
      .addColumn('fields', 'text', (column) => column.notNull())
      .addColumn('body', 'text')
      .addColumn('by_id', 'text', (column) => column.notNull())
      .addColumn('by_name', 'text', (column) => column.notNull())
      .addColumn('connection', 'text')
      .addColumn('via', 'text')
      .addColumn('key', 'text')
      .addColumn('at', 'text', (column) => column.notNull())
      .addUniqueConstraint('changes_log', ['workspace', 'seq'])
      // One version has one writer: a second would break here, whatever went wrong above.
      .addUniqueConstraint('changes_history', ['workspace', 'resource', 'id', 'version'])
      .execute();
    await sql`create table keys (
      workspace text not null, resource text not null, field text not null, key text not null, id text not null,
      primary key (workspace, resource, field, key, id)
    ) without rowid`.execute(db);
    // The words come folded and parted by blanks: `ascii` takes them as they are, whatever SQLite holds to be a letter.
    await sql`create virtual table search using fts5(
      words, content='', contentless_delete=1, columnsize=1, prefix='2 3', tokenize='ascii'
    )`.execute(db);
  },
};

/** What a save can be answered with twice, and who is told of one. */
const second: Migration = {
  async up(db: Kysely<never>) {
    const schema = db.schema;
    await schema.alterTable('changes').addColumn('how', 'text').execute();
    await sql`create table write_keys (
      workspace text not null, user text not null, key text not null, content text not null, kind text not null,
      resource text not null, id text not null, version integer not null, at text not null,
      primary key (workspace, user, key)
    ) without rowid`.execute(db);
    await schema.createIndex('write_keys_at').on('write_keys').column('at').execute();
    await sql`create table notices (
      workspace text not null, user text not null, seq integer not null, at text not null, dismissed integer not null,
      primary key (workspace, user, seq)
    ) without rowid`.execute(db);
    await schema.createIndex('notices_at').on('notices').column('at').execute();
    // An import asks for its own last version of each record, which may lie thousands of versions back.
    await sql`create index changes_via on changes (workspace, resource, id, via, version) where via is not null`.execute(
      db,
    );
  },
};

/** Who is to look anew at what they may see, in an order that every node can follow. */
const third: Migration = {
  async up(db: Kysely<never>) {
    await sql`create table access_counter (place integer not null)`.execute(db);
    await sql`insert into access_counter (place) values (0)`.execute(db);
    await sql`create table access (user text primary key, place integer not null unique) without rowid`.execute(db);
  },
};

const steps = { '0001-first': first, '0002-keys-and-notices': second, '0003-access': third };
export const sqliteForm: readonly string[] = Object.keys(steps);

/** Brings the file to the newest form; run once, before anybody listens (Kysely has no lock on SQLite). */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => steps } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
  // Tickets are gone with the process, and nothing waits for the disk for them.
  await sql`create temp table tickets (
    num integer primary key autoincrement, digest text not null unique, user text not null, who text not null, until text not null
  )`.execute(db);
  await sql`create index temp.tickets_user on tickets (user, num)`.execute(db);
  await sql`create index temp.tickets_until on tickets (until)`.execute(db);
}
