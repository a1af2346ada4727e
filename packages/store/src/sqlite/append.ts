import type { Transaction } from 'kysely';
import { fromEntry } from '../rows.js';
import { entryOf, peopleOver, type Step } from '../sql/step.js';
import type { Entry } from '../store.js';
import type { Tables } from '../tables.js';

// Where accepted writes become log and history, as their transaction's last statements but for the notices.

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

/** One notice for each person who is told, as soon as the place is known. */
export async function tell(trx: Transaction<Tables>, { workspace, seq, at, how }: Entry): Promise<void> {
  const rows = peopleOver(how).map((user) => ({ workspace, user, seq, at, dismissed: 0 }));
  if (rows.length > 0) await trx.insertInto('notices').values(rows).execute();
}
