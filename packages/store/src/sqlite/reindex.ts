import { sql, type Transaction } from 'kysely';
import { keysMoved, wordsMoved } from '../sql/step.js';
import type { Write } from '../store.js';
import type { Tables } from '../tables.js';

// What lists are ordered, filtered and searched by follows the record that was just written.

export async function reindex(trx: Transaction<Tables>, write: Write): Promise<void> {
  const place = { workspace: write.workspace, resource: write.resource.name, id: write.id };
  const { gone, come } = keysMoved(write);
  for (const { field, key } of gone) {
    await trx
      .deleteFrom('keys')
      .where('workspace', '=', place.workspace)
      .where('resource', '=', place.resource)
      .where('field', '=', field)
      .where('key', '=', key)
      .where('id', '=', place.id)
      .execute();
  }
  if (come.length > 0) {
    const rows = come.map((key) => ({ ...place, ...key }));
    await trx.insertInto('keys').values(rows).execute();
  }
  const words = wordsMoved(write);
  if (words === undefined) return;
  const num = sql`(select num from records
    where workspace = ${place.workspace} and resource = ${place.resource} and id = ${place.id})`;
  if (words === null) await sql`delete from search where rowid = ${num}`.execute(trx);
  else await sql`insert or replace into search (rowid, words) values (${num}, ${words})`.execute(trx);
}
