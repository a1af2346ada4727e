import type { Kysely } from 'kysely';
import type { Tables } from '../tables.js';

// Ends each log where what is older than a time ends. A change is history as well as log (docs/decisions/0002), so that
// no row goes: only the place below which nobody reads on moves up, a few hundred changes in a step.

const atOnce = 500;

export async function* pruning(db: Kysely<Tables>, before: string): AsyncGenerator<void> {
  for (const { id, floor } of await db.selectFrom('workspaces').select(['id', 'floor']).orderBy('id').execute()) {
    for (let from: number | null = floor; from !== null; ) {
      from = await raise(db, id, from, before);
      yield;
    }
  }
}

/** The new floor, or null where nothing that is old lies above this one. */
async function raise(db: Kysely<Tables>, workspace: string, from: number, before: string): Promise<number | null> {
  const changes = await db
    .selectFrom('changes')
    .select(['seq', 'at'])
    .where('workspace', '=', workspace)
    .where('seq', '>', from)
    .orderBy('seq')
    .limit(atOnce)
    .execute();
  // A clock that was put back may have left older ones above a younger: what is kept stays in one piece.
  const young = changes.findIndex(({ at }) => at >= before);
  const floor = (young < 0 ? changes : changes.slice(0, young)).at(-1)?.seq;
  if (floor === undefined) return null;
  // Two at once may have read the same: the floor never goes down.
  await db.updateTable('workspaces').set({ floor }).where('id', '=', workspace).where('floor', '<', floor).execute();
  return floor;
}
