import { books, type PresencePlace, type Role } from '@stet/protocol';
import { expect, test } from 'vitest';
import type { Said } from './board.js';
import { gather } from './gather.js';

// From pages to people.

type Word = Partial<PresencePlace> & { user: string };

/** In the order in which they were said. */
const gathered = (words: readonly Word[], roles: Record<string, Role | null> = {}) => {
  const said = words.map(
    ({ user, ...place }, at): Said => ({
      voice: { kind: 'socket', id: `tab ${at}`, user: { id: user, name: user.toUpperCase() } },
      workspace: 'catalogue',
      place: { resource: 'books', id: 'dune', state: 'viewing', dirty: [], ...place },
      order: at + 1,
    }),
  );
  const all = new Map<string, Role>(words.map(({ user }) => [user, 'editor']));
  for (const [user, role] of Object.entries(roles)) {
    if (role) all.set(user, role);
    else all.delete(user);
  }
  return gather(books, said, all);
};

test('two tabs are one person: editing if one of them is, unsaved what either has, the focus where it was put last', () => {
  const { people, more } = gathered([
    { user: 'ana', state: 'editing', dirty: ['notes'], focus: 'notes' },
    { user: 'ana', state: 'editing', dirty: ['title', 'notes'], focus: 'title' },
    { user: 'ana' },
  ]);
  expect(people).toEqual([{ id: 'ana', name: 'ANA', state: 'editing', dirty: ['title', 'notes'], focus: 'title' }]);
  expect(more).toBe(0);
});

test('who edits is named first, then who came first; beyond twenty they are counted', () => {
  const names = Array.from({ length: 24 }, (_, place) => `u${place}`);
  const { people, more } = gathered([...names.map((user) => ({ user })), { user: 'eve', state: 'editing' }]);
  expect([people.map(({ id }) => id), more]).toEqual([['eve', ...names.slice(0, 19)], 5]);
});

test('[H1] who may not write edits nothing, whatever they say; who may not read is not there', () => {
  const words: Word[] = [
    { user: 'vic', state: 'editing', dirty: ['title'], focus: 'title' },
    { user: 'ana', state: 'editing', dirty: ['title'] },
  ];
  const { people } = gathered(words, { vic: 'viewer' });
  expect(people.map(({ id, state, dirty, focus }) => [id, state, dirty, focus])).toEqual([
    ['ana', 'editing', ['title'], undefined],
    ['vic', 'viewing', [], undefined],
  ]);
  expect(gathered(words, { vic: null }).people.map(({ id }) => id)).toEqual(['ana']);
});
