import { type Kysely, sql } from 'kysely';
import { fromEntry } from '../rows.js';
import { entryOf, keysMoved, peopleOver, type Step, stepOf, wordsMoved } from '../sql/step.js';
import type { Kept, Outcome, Write } from '../store.js';
import type { Tables } from '../tables.js';

// A batch of one workspace's writes in one round trip, by the function `stet_commit` (see commit-function.ts).

/** Of one write: its place in the log, what its key stands for, or that the record is another by now. */
type Told = number | Kept | 'moved';

const asked = (step: Step, place: number) => {
  const { write, after } = step;
  const words = wordsMoved(write);
  return {
    // As the log is to hold it, but for the place there, which nobody knows yet.
    ...fromEntry(entryOf(step, 0)),
    place: place + 1,
    before: write.before?.version ?? null,
    created_at: after.createdAt,
    created_by: after.createdBy,
    content: write.key?.content ?? null,
    ...keysMoved(write),
    reworded: words !== undefined,
    words: words ?? null,
    over: peopleOver(write.how),
  };
};

const outcomeOf = (step: Step, told: Told): Outcome => {
  if (told === 'moved') return { kind: 'moved' };
  return typeof told === 'number' ? { kind: 'saved', entry: entryOf(step, told) } : { kind: 'repeated', kept: told };
};

/** The outcome of each write of the batch, in its order. */
export async function commit(db: Kysely<Tables>, batch: readonly Write[]): Promise<Outcome[]> {
  const steps = batch.map(stepOf);
  const [first] = steps;
  if (!first) return [];
  const { rows } = await sql<{ told: Told[] }>`
    select stet_commit(${first.after.workspace}, ${JSON.stringify(steps.map(asked))}::jsonb) as told`.execute(db);
  const told = rows[0]?.told ?? [];
  return steps.map((step, place) => outcomeOf(step, told[place] as Told));
}
