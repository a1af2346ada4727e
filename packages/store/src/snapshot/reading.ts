import { type RawBuilder, sql, type Transaction } from 'kysely';
import { toWorkspace } from '../sql/workspaces.js';
import type { Tables } from '../tables.js';
import type { KeyAstray, Listing, NoticeRow, RecordRow, Snapshot, VersionRow } from './snapshot.js';

// What a snapshot reads, in the SQL that both databases know: in pages by the key, so that memory is bounded, and each
// kind of stray by one statement.

// A body may have hundreds of kilobytes.
const versionsAtOnce = 500;
const placesAtOnce = 20_000;
const noticesAtOnce = 1_000;
const mostStrays = 1_000;

type Rows<T> = Promise<T[]>;

interface ChangeRow {
  resource: string;
  id: string;
  version: number;
  seq: number;
  action: string;
  fields: string;
  body: string | null;
  by_id: string;
  key: string | null;
  at: string;
  how: string | null;
  /** JSON. */
  kept: string | null;
}

type Place = Pick<VersionRow, 'resource' | 'id' | 'version'>;

const beginning: Place = { resource: '', id: '', version: 0 };

/** What the two databases say differently. */
const said = {
  sqlite: {
    object: 'json_object',
    listed: (json: string) => sql`(select value ->> '$.resource' as resource, value ->> '$.id' as id,
      value ->> '$.field' as field, value ->> '$.key' as key from json_each(${json})) l`,
    words: sql`select 1 from search s where s.rowid = r.num`,
  },
  postgres: {
    object: 'json_build_object',
    listed: (json: string) =>
      sql`json_to_recordset(cast(${json} as json)) as l(resource text, id text, field text, key text)`,
    words: sql`select 1 from search s where s.workspace = r.workspace and s.resource = r.resource and s.id = r.id`,
  },
} as const;

/** Each stray is looked for by its own look into an index: what a planner makes of it does not depend on what it knows. */
export function reading(db: Transaction<Tables>, dialect: keyof typeof said, close: () => Promise<void>): Snapshot {
  const rowsOf = async <T>(query: RawBuilder<T>): Rows<T> => (await query.execute(db)).rows;

  const { object, listed, words } = said[dialect];
  const place = (of: string) => `'resource', ${of}.resource, 'id', ${of}.id, 'version', ${of}.version`;
  // Which version a key or a notice stands for, in one value.
  const keptOf = sql.raw(`cast(${object}('kind', w.kind, ${place('w')}) as text)`);
  const toldOf = sql.raw(`cast(${object}('how', c.how, ${place('c')}) as text)`);

  const changes = (workspace: string, { resource, id, version }: Place): Rows<ChangeRow> =>
    rowsOf(sql<ChangeRow>`
      select c.resource, c.id, c.version, c.seq, c.action, c.fields, c.body, c.by_id, c.key, c.at, c.how,
        (select ${keptOf} from write_keys w where w.workspace = c.workspace and w."user" = c.by_id and w.key = c.key) as kept
      from changes c
      where c.workspace = ${workspace} and (c.resource, c.id, c.version) > (${resource}, ${id}, ${version})
      order by c.resource, c.id, c.version limit ${sql.lit(versionsAtOnce)}`);

  /** Those from the first of these to the last. */
  const records = async (
    workspace: string,
    [first, ...rest]: readonly ChangeRow[],
  ): Promise<Map<string, RecordRow>> => {
    if (!first) return new Map();
    const last = rest.at(-1) ?? first;
    const rows = await rowsOf(sql<Kept & Pick<Place, 'resource' | 'id'>>`
      select resource, id, version, body, created_at, created_by, updated_at, updated_by from records
      where workspace = ${workspace} and (resource, id) >= (${first.resource}, ${first.id})
        and (resource, id) <= (${last.resource}, ${last.id})`);
    return new Map(rows.map((row) => [nameOf(row), toRecord(row)]));
  };

  return {
    async workspaces() {
      return (await db.selectFrom('workspaces').selectAll().orderBy('id').execute()).map(toWorkspace);
    },
    async unknownWorkspaces() {
      const known = new Set((await db.selectFrom('workspaces').select('id').execute()).map(({ id }) => id));
      const named: string[] = [];
      for (let last: string | null = ''; last !== null; ) {
        const [row]: Array<{ next: string | null }> = await rowsOf(sql<{ next: string | null }>`
          select min(workspace) as next from changes where workspace > ${last}`);
        last = row?.next ?? null;
        if (last !== null) named.push(last);
      }
      return named.filter((id) => !known.has(id));
    },
    async *versions(workspace) {
      for (let from: Place | undefined = beginning; from; ) {
        const rows: ChangeRow[] = await changes(workspace, from);
        const found = await records(workspace, rows);
        if (rows.length > 0) yield rows.map((row) => toVersion(row, found.get(nameOf(row)) ?? null));
        from = rows.length < versionsAtOnce ? undefined : rows.at(-1);
      }
    },
    async *places(workspace) {
      for (let from: number | undefined = Number.MIN_SAFE_INTEGER; from !== undefined; ) {
        const rows: Array<{ seq: number }> = await rowsOf(sql<{ seq: number }>`
          select seq from changes where workspace = ${workspace} and seq > ${from}
          order by seq limit ${sql.lit(placesAtOnce)}`);
        yield rows.map(({ seq }) => seq);
        from = rows.length < placesAtOnce ? undefined : rows.at(-1)?.seq;
      }
    },
    async record(workspace, resource, id) {
      const row = await db
        .selectFrom('records')
        .selectAll()
        .where('workspace', '=', workspace)
        .where('resource', '=', resource)
        .where('id', '=', id)
        .executeTakeFirst();
      return row ? toRecord(row) : null;
    },
    async told(workspace, users, seqs) {
      return db
        .selectFrom('notices')
        .select(['user', 'seq'])
        .where('workspace', '=', workspace)
        .where('user', 'in', users)
        .where('seq', 'in', seqs)
        .execute();
    },
    recordsWithoutHistory: (workspace) =>
      rowsOf(sql<{ resource: string; id: string; version: number }>`
        select r.resource, r.id, r.version from records r where r.workspace = ${workspace} and (
          select 1 from changes c where c.workspace = r.workspace and c.resource = r.resource and c.id = r.id limit 1
        ) is null limit ${sql.lit(mostStrays)}`),
    async keysAstray(workspace) {
      const version = sql`from changes c where c.workspace = w.workspace and c.resource = w.resource and c.id = w.id
        and c.version = w.version`;
      // What was only found to be unchanged may be a version of anybody.
      const rows = await rowsOf(sql<Omit<KeyAstray, 'isThere'> & { there: number | null }>`
        select w."user", w.key, w.kind, w.resource, w.id, w.version, (select 1 ${version} limit 1) as there
        from write_keys w where w.workspace = ${workspace} and (w.kind not in ('saved', 'unchanged') or (
          select 1 ${version} and (w.kind <> 'saved' or (c.by_id = w."user" and c.key = w.key)) limit 1
        ) is null) limit ${sql.lit(mostStrays)}`);
      return rows.map(({ there, ...row }) => ({ ...row, isThere: there !== null }));
    },
    unsearched: (workspace) =>
      rowsOf(sql<{ resource: string; id: string; version: number }>`
        select r.resource, r.id, r.version from records r
        where r.workspace = ${workspace} and r.body is not null and (${words} limit 1) is null
        limit ${sql.lit(mostStrays)}`),
    async *notices(workspace) {
      for (let from: { user: string; seq: number } | undefined = { user: '', seq: Number.MIN_SAFE_INTEGER }; from; ) {
        const rows: Array<{ user: string; seq: number; of: string | null }> = await rowsOf(sql<{
          user: string;
          seq: number;
          of: string | null;
        }>`
          select n."user", n.seq, (
            select ${toldOf} from changes c where c.workspace = n.workspace and c.seq = n.seq
          ) as "of" from notices n
          where n.workspace = ${workspace} and (n."user", n.seq) > (${from.user}, ${from.seq})
          order by n."user", n.seq limit ${sql.lit(noticesAtOnce)}`);
        yield rows.map((row) => ({ ...row, of: row.of === null ? null : (JSON.parse(row.of) as NoticeRow['of']) }));
        from = rows.length < noticesAtOnce ? undefined : rows.at(-1);
      }
    },
    unlistedOf: (workspace, listings) =>
      rowsOf(sql<Listing>`
        select l.resource, l.id, l.field, l.key from ${listed(JSON.stringify(listings))} where (
          select 1 from keys k where k.workspace = ${workspace} and k.resource = l.resource and k.field = l.field
            and k.key = l.key and k.id = l.id limit 1
        ) is null`),
    unlisted: (workspace) =>
      rowsOf(sql<{ resource: string; id: string; version: number }>`
        select r.resource, r.id, r.version from records r
        where r.workspace = ${workspace} and r.body is not null and (
          select 1 from keys k where k.workspace = r.workspace and k.resource = r.resource and k.field = 'updatedAt'
            and k.key = r.updated_at and k.id = r.id limit 1
        ) is null limit ${sql.lit(mostStrays)}`),
    live: (workspace) =>
      rowsOf(sql<{ resource: string; count: number }>`
        select resource, count(*) as count from records where workspace = ${workspace} and body is not null
        group by resource`),
    listed: (workspace) =>
      rowsOf(sql<{ resource: string; field: string; count: number }>`
        select resource, field, count(*) as count from keys where workspace = ${workspace} group by resource, field`),
    close,
  };
}

const nameOf = ({ resource, id }: Pick<Place, 'resource' | 'id'>): string => `${resource} ${id}`;

const toVersion = ({ by_id: by, kept, ...row }: ChangeRow, record: RecordRow | null): VersionRow => ({
  ...row,
  by,
  row: record?.version === row.version ? record : null,
  kept: kept === null ? null : (JSON.parse(kept) as VersionRow['kept']),
});

type Kept = Pick<Tables['records'], 'version' | 'body' | 'created_at' | 'created_by' | 'updated_at' | 'updated_by'>;

const toRecord = (row: Kept): RecordRow => ({
  version: row.version,
  body: row.body,
  createdAt: row.created_at,
  createdBy: row.created_by,
  updatedAt: row.updated_at,
  updatedBy: row.updated_by,
});
