import { type Key, keysOf, wordsOf } from '@stet/protocol';
import { sql, type Transaction } from 'kysely';
import type { Write } from '../store.js';
import type { Tables } from '../tables.js';

// What lists are ordered, filtered and searched by follows the record that was just written.

const keyName = ({ field, key }: Key): string => `${field}\u0000${key}`;

/** Which keys the write takes away and which it adds; most writes touch few. */
function keysMoved({ resource, before, body, at }: Write): { gone: Key[]; come: Key[] } {
  const old = before?.body ? keysOf(resource, before.body, before.updatedAt) : [];
  const now = body ? keysOf(resource, body, at) : [];
  const had = new Set(old.map(keyName));
  const has = new Set(now.map(keyName));
  return { gone: old.filter((key) => !has.has(keyName(key))), come: now.filter((key) => !had.has(keyName(key))) };
}

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
  const words = write.body ? wordsOf(write.resource, write.body) : null;
  if (words === (write.before?.body ? wordsOf(write.resource, write.before.body) : null)) return;
  const num = sql`(select num from records
    where workspace = ${place.workspace} and resource = ${place.resource} and id = ${place.id})`;
  if (words === null) await sql`delete from search where rowid = ${num}`.execute(trx);
  else await sql`insert or replace into search (rowid, words) values (${num}, ${words})`.execute(trx);
}
