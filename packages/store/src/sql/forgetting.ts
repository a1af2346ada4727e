import type { Kysely } from 'kysely';
import type { Tables } from '../tables.js';

// Forgets keys and notices that are past their time, a few hundred rows in a step.

const atOnce = 500;

type Forget = (db: Kysely<Tables>, before: string) => Promise<bigint>;

const forgetKeys: Forget = async (db, before) => {
  const { numDeletedRows } = await db
    .deleteFrom('write_keys')
    .where(({ eb, refTuple, selectFrom }) => {
      const oldest = selectFrom('write_keys').select(['workspace', 'user', 'key']).where('at', '<', before);
      const some = oldest.orderBy('at').limit(atOnce);
      return eb(refTuple('workspace', 'user', 'key'), 'in', some.$asTuple('workspace', 'user', 'key'));
    })
    .executeTakeFirstOrThrow();
  return numDeletedRows;
};

const forgetNotices: Forget = async (db, before) => {
  const { numDeletedRows } = await db
    .deleteFrom('notices')
    .where(({ eb, refTuple, selectFrom }) => {
      const oldest = selectFrom('notices').select(['workspace', 'user', 'seq']).where('at', '<', before);
      const some = oldest.orderBy('at').limit(atOnce);
      return eb(refTuple('workspace', 'user', 'seq'), 'in', some.$asTuple('workspace', 'user', 'seq'));
    })
    .executeTakeFirstOrThrow();
  return numDeletedRows;
};

export async function* forgetting(db: Kysely<Tables>, before: string): AsyncGenerator<void> {
  for (const forget of [forgetKeys, forgetNotices]) {
    while ((await forget(db, before)) >= atOnce) yield;
    yield;
  }
}
