import type { Kysely, Transaction } from 'kysely';
import { toKept } from '../rows.js';
import type { Kept, Store } from '../store.js';
import type { Tables } from '../tables.js';

// By which key a person has written what (V7): kept in the write's own transaction, so both stand or neither.

interface Claimed {
  workspace: string;
  user: string;
  key: string;
}

async function find(db: Kysely<Tables>, { workspace, user, key }: Claimed): Promise<Kept | null> {
  const row = await db
    .selectFrom('write_keys')
    .selectAll()
    .where('workspace', '=', workspace)
    .where('user', '=', user)
    .where('key', '=', key)
    .executeTakeFirst();
  return row ? toKept(row) : null;
}

/** Null where the key is new, and now stands for this; otherwise what it has stood for since the first time. */
export async function claim(
  trx: Transaction<Tables>,
  claimed: Claimed,
  { content, kind, resource, id, version }: Kept,
  at: string,
): Promise<Kept | null> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('write_keys')
    .values({ ...claimed, content, kind, resource, id, version, at })
    .onConflict((conflict) => conflict.columns(['workspace', 'user', 'key']).doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n ? null : find(trx, claimed);
}

/** A write that came to nothing leaves its key free. */
export async function release(trx: Transaction<Tables>, { workspace, user, key }: Claimed): Promise<void> {
  await trx
    .deleteFrom('write_keys')
    .where('workspace', '=', workspace)
    .where('user', '=', user)
    .where('key', '=', key)
    .execute();
}

export function writeKeysOf(db: Kysely<Tables>): Store['keys'] {
  return {
    find: (workspace, user, key) => find(db, { workspace, user, key }),
    async keep(workspace, user, key, kept, at) {
      const first = await db.transaction().execute((trx) => claim(trx, { workspace, user, key }, kept, at));
      return first ?? kept;
    },
  };
}
