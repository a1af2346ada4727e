// A catalogue of any size within seconds: one book is saved, and copied inside the database.
import { emptyBody, books as ofBooks, wordsOf } from '@stet/protocol';
import type { SqlStore } from '@stet/store';
import { sql } from 'kysely';
import type { Catalogue } from './catalogue.js';

const digits = 6;
const nameOf = (place: number): string => String(place).padStart(digits, '0');

/** The books `b000000`, `b000001` … with titles to match, each as its creation left it. */
export const bookId = (place: number): string => `b${nameOf(place)}`;

export async function fill(store: SqlStore, catalogue: Catalogue, count: number): Promise<void> {
  const { db } = store;
  const isPostgres = store.dialect === 'postgres';
  const { workspace, resource } = catalogue;
  const first = { title: `Book ${nameOf(0)}`, summary: 'x '.repeat(100) };
  await catalogue.create(bookId(0), first);
  const standing = await store.workspaces.get(workspace);
  if (standing?.seq !== 1) throw new Error(`${workspace} was not empty`);
  // All that tells the copies apart is this number, in their ids, titles, keys and words.
  const copied = (column: string) =>
    sql`replace(${sql.ref(column)}, ${nameOf(0)}, ${
      isPostgres ? sql`lpad(copies.place::text, ${sql.lit(digits)}, '0')` : sql`printf(${`%0${digits}d`}, copies.place)`
    })`;
  const copies = sql`with recursive copies (place) as (select 1 union all select place + 1 from copies where place < ${sql.lit(count - 1)})`;
  const here = sql`workspace = ${workspace} and resource = ${resource.name} and id = ${bookId(0)}`;
  await db.transaction().execute(async (trx) => {
    await sql`insert into records (workspace, resource, id, version, body, created_at, created_by, updated_at, updated_by)
      ${copies} select workspace, resource, ${copied('id')}, version, ${copied('body')}, created_at, created_by, updated_at, updated_by
      from copies, (select * from records where ${here})`.execute(trx);
    await sql`insert into changes (workspace, seq, resource, id, version, action, fields, body, by_id, by_name, at)
      ${copies} select workspace, copies.place + 1, resource, ${copied('id')}, version, action, fields, ${copied('body')}, by_id, by_name, at
      from copies, (select * from changes where ${here})`.execute(trx);
    await sql`insert into keys (workspace, resource, field, key, id)
      ${copies} select workspace, resource, field, ${copied('key')}, ${copied('id')}
      from copies, (select * from keys where ${here})`.execute(trx);
    const words = wordsOf(ofBooks, { ...emptyBody(ofBooks), ...first });
    const others = sql`where workspace = ${workspace} and id <> ${bookId(0)}`;
    const ownWords = sql`replace(${words}, ${nameOf(0)}, substr(id, 2))`;
    await (isPostgres
      ? sql`insert into search (workspace, resource, id, words)
          select workspace, resource, id, array_to_tsvector(string_to_array(${ownWords}, ' ')) from records ${others}`
      : sql`insert into search (rowid, words) select num, ${ownWords} from records ${others}`
    ).execute(trx);
    await sql`update workspaces set seq = ${sql.lit(count)} where id = ${workspace}`.execute(trx);
  });
}
