// A workspace in which everything has happened that the rules know of: saves that follow, combine, replace knowingly, come
// again with their key, destroy and bring back.
import { books } from '@stet/protocol';
import { type Edit, type Save, type SaveOutcome, save } from '@stet/server';
import type { Store } from '@stet/store';

const people = { ana: 'Ana Alves', ben: 'Ben Berger', chloe: 'Chloé Caron' };
type Name = keyof typeof people;

export const livedIn = 'lived-in';

export async function liveIn(store: Store): Promise<void> {
  await store.workspaces.create({ id: livedIn, name: 'Lived in' });
  await store.workspaces.create({ id: 'empty', name: 'Nobody has been here' });
  const saves = async (who: Name, id: string, base: number, edit: Edit, more: Partial<Save> = {}) => {
    const by = { id: who, name: people[who] };
    const asked = { workspace: livedIn, resource: books, id, edit, base, by, onConflict: 'reject' as const, ...more };
    const outcome: SaveOutcome = await save(store, asked);
    if (outcome.kind !== 'saved') throw new Error(`${who} on ${id} from ${base}: ${outcome.kind}`);
  };
  const patch = (fields: Extract<Edit, { kind: 'patch' }>['fields']): Edit => ({ kind: 'patch', fields });

  await saves('ana', 'dune', 0, { kind: 'create', fields: { title: 'Dune', authors: ['Frank Herbert'] } });
  await saves('ben', 'dune', 1, patch({ pages: 412, subjects: ['Sand'] }), { key: 'ben-1' });
  // Once more, since its answer was lost.
  await saves('ben', 'dune', 1, patch({ pages: 412, subjects: ['Sand'] }), { key: 'ben-1' });
  // Ana had not seen that, and both stand in it.
  await saves('ana', 'dune', 1, patch({ subjects: ['Spice'], notes: 'A first edition.' }), { onConflict: 'merge' });
  // Chloé has seen it, and wants another number of pages: ben is told.
  await saves('chloe', 'dune', 3, patch({ pages: 604 }), { started: 1 });
  await saves('ben', 'dune', 4, { kind: 'restore', version: 2, only: ['pages'] });
  await saves('ana', 'dune', 5, { kind: 'replace', fields: { title: 'Dune', publisher: 'Chilton' } });

  await saves('ben', 'emma', 0, { kind: 'create', fields: { title: 'Emma', pages: 474 } }, { key: 'ben-2' });
  await saves('ana', 'emma', 1, { kind: 'destroy' });
  await saves('ben', 'emma', 2, { kind: 'restore', version: 1, only: null });
  await saves('chloe', 'emma', 3, patch({ title: 'Emma, a novel' }));

  await saves('chloe', 'gone', 0, { kind: 'create', fields: { title: 'Gone' } });
  await saves('chloe', 'gone', 1, { kind: 'destroy' });
  for (let count = 0; count < 30; count += 1) {
    await saves('ana', `shelf-${count}`, 0, { kind: 'create', fields: { title: `Of the shelf, ${count}` } });
  }
}
