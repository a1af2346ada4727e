import type { Transaction } from 'kysely';
import { fromEntry } from '../rows.js';
import type { Entry, Stored, Write } from '../store.js';
import type { Tables } from '../tables.js';

// Where accepted writes become log and history, as their transaction's last statements but for the notices.

/** A write on its way, and the record as it leaves it. */
export interface Step {
  write: Write;
  after: Stored;
}

const entryOf = ({ write, after }: Step, seq: number): Entry => ({
  workspace: after.workspace,
  seq,
  resource: after.resource,
  id: after.id,
  version: after.version,
  action: write.action,
  fields: write.fields,
  by: write.by,
  at: write.at,
  key: write.key?.key ?? null,
  how: write.how ?? null,
  left: after,
});

/** The counter gives out the places only now, just before the commit, so the log's order is that of the commits (L1). */
export async function append(trx: Transaction<Tables>, accepted: readonly Step[]): Promise<Map<Step, Entry>> {
  const entries = new Map<Step, Entry>();
  for (const workspace of new Set(accepted.map(({ after }) => after.workspace))) {
    const steps = accepted.filter(({ after }) => after.workspace === workspace);
    const { seq } = await trx
      .updateTable('workspaces')
      .set((column) => ({ seq: column('seq', '+', steps.length) }))
      .where('id', '=', workspace)
      .returning('seq')
      .executeTakeFirstOrThrow();
    for (const [place, step] of steps.entries()) entries.set(step, entryOf(step, seq - steps.length + place + 1));
  }
  if (entries.size > 0)
    await trx
      .insertInto('changes')
      .values([...entries.values()].map(fromEntry))
      .execute();
  return entries;
}
