import type { Transaction } from 'kysely';
import type { Stored, Write } from '../store.js';
import type { Tables } from '../tables.js';

// The one place where a record changes: only if it is still what the write was based on (V2).

/** One conditional statement; whether it found the record so, and wrote. */
export async function guard(trx: Transaction<Tables>, { before }: Write, after: Stored): Promise<boolean> {
  const body = after.body === null ? null : JSON.stringify(after.body);
  if (before === null) {
    const row = {
      workspace: after.workspace,
      resource: after.resource,
      id: after.id,
      version: after.version,
      body,
      created_at: after.createdAt,
      created_by: after.createdBy,
      updated_at: after.updatedAt,
      updated_by: after.updatedBy,
    };
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('records')
      .values(row)
      .onConflict((conflict) => conflict.columns(['workspace', 'resource', 'id']).doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  }
  const { numUpdatedRows } = await trx
    .updateTable('records')
    .set({ version: after.version, body, updated_at: after.updatedAt, updated_by: after.updatedBy })
    .where('workspace', '=', after.workspace)
    .where('resource', '=', after.resource)
    .where('id', '=', after.id)
    .where('version', '=', before.version)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}
