import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import type { Tables } from '../tables.js';
import { commitFunction } from './commit-function.js';

// Each step once, in order. A step that was released is never edited: the next one mends it, the function included.
// Text is ordered by code points, as everywhere else in Stet, whatever the database's own order is.

const text = 'text collate "C"';

const first: Migration = {
  async up(db: Kysely<never>) {
    const statements = [
      // Each save of a workspace changes its counter: with room on the page, it needs no new one.
      `create table workspaces (
        id ${text} primary key, name ${text} not null, epoch ${text} not null,
        seq bigint not null, floor bigint not null, created_at ${text} not null
      ) with (fillfactor = 50)`,
      `create table members (
        workspace ${text} not null references workspaces (id), "user" ${text} not null, role ${text} not null,
        primary key ("user", workspace)
      )`,
      `create table records (
        workspace ${text} not null references workspaces (id), resource ${text} not null, id ${text} not null,
        version bigint not null, body ${text},
        created_at ${text} not null, created_by ${text} not null, updated_at ${text} not null, updated_by ${text} not null,
        primary key (workspace, resource, id)
      )`,
      // One version has one writer: a second would break here, whatever went wrong above.
      `create table changes (
        workspace ${text} not null, seq bigint not null,
        resource ${text} not null, id ${text} not null, version bigint not null,
        action ${text} not null, fields ${text} not null, body ${text}, by_id ${text} not null, by_name ${text} not null,
        connection ${text}, via ${text}, key ${text}, at ${text} not null, how ${text},
        primary key (workspace, seq), unique (workspace, resource, id, version)
      )`,
      'create index changes_via on changes (workspace, resource, id, via, version) where via is not null',
      `create table keys (
        workspace ${text} not null, resource ${text} not null, field ${text} not null, key ${text} not null, id ${text} not null,
        primary key (workspace, resource, field, key, id)
      )`,
      // The words come folded: they are kept as they are, whatever Postgres's own dictionaries hold to be a word.
      `create table search (
        workspace ${text} not null, resource ${text} not null, id ${text} not null, words tsvector not null,
        primary key (workspace, resource, id)
      )`,
      'create index search_words on search using gin (words)',
      `create table write_keys (
        workspace ${text} not null, "user" ${text} not null, key ${text} not null, content ${text} not null,
        kind ${text} not null, resource ${text} not null, id ${text} not null, version bigint not null, at ${text} not null,
        primary key (workspace, "user", key)
      )`,
      'create index write_keys_at on write_keys (at)',
      `create table notices (
        workspace ${text} not null, "user" ${text} not null, seq bigint not null, at ${text} not null,
        dismissed integer not null,
        primary key (workspace, "user", seq)
      )`,
      'create index notices_at on notices (at)',
      'create table access_counter (place bigint not null)',
      'insert into access_counter (place) values (0)',
      `create table access ("user" ${text} primary key, place bigint not null unique)`,
      // Emptied by a crash, and nothing waits for the disk.
      `create unlogged table tickets (
        num bigint generated always as identity primary key, digest ${text} not null unique,
        "user" ${text} not null, who ${text} not null, until ${text} not null
      )`,
      'create index tickets_user on tickets ("user", num)',
      'create index tickets_until on tickets (until)',
      commitFunction,
    ];
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const steps = { '0001-first': first };
export const postgresForm: readonly string[] = Object.keys(steps);

/** Brings the database to the newest form; one process at a time. */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => steps } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
