import type { Kysely, Transaction } from 'kysely';
import { claim, release } from '../sql/keys.js';
import { type Step, stepOf } from '../sql/step.js';
import type { Outcome, Write } from '../store.js';
import type { Tables } from '../tables.js';
import { append, tell } from './append.js';
import { guard } from './guard.js';
import { reindex } from './reindex.js';

// One transaction, in the order in which things happen: key → guard → lists and words, for each write;
// then log and history for all of them, and who is told.

/** Null where the write stands. The key comes first: who asks again is answered so, whatever the record is by now (V7). */
async function refusal(trx: Transaction<Tables>, { write, after }: Step): Promise<Outcome | null> {
  const { workspace, by, key, at } = write;
  const { resource, id, version } = after;
  const claimed = key && { workspace, user: by.id, key: key.key };
  if (claimed) {
    const first = await claim(trx, claimed, { content: key.content, kind: 'saved', resource, id, version }, at);
    if (first) return { kind: 'repeated', kept: first };
  }
  if (await guard(trx, write, after)) return null;
  if (claimed) await release(trx, claimed);
  return { kind: 'moved' };
}

/** The outcome of each write of the batch, in its order. */
export async function commit(db: Kysely<Tables>, batch: readonly Write[]): Promise<Outcome[]> {
  return db.transaction().execute(async (trx) => {
    const outcomes = new Map<Step, Outcome>();
    const steps = batch.map(stepOf);
    for (const step of steps) {
      const refused = await refusal(trx, step);
      if (refused) outcomes.set(step, refused);
      else await reindex(trx, step.write);
    }
    const accepted = steps.filter((step) => !outcomes.has(step));
    for (const [step, entry] of await append(trx, accepted)) {
      await tell(trx, entry);
      outcomes.set(step, { kind: 'saved', entry });
    }
    return steps.map((step) => outcomes.get(step) as Outcome);
  });
}
