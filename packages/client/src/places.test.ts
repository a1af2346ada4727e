import { describe, expect, test } from 'vitest';
import { movedPlaces, placesOf } from './places.js';

const looking = { resource: 'books', id: '7' };
const said = (...places: Parameters<typeof placesOf>) => [...placesOf(...places).values()];

describe('where a page is', () => {
  test('who only looks is viewing; who has the cursor in a field is editing', () => {
    expect(said(looking, [])).toEqual([{ ...looking, state: 'viewing', dirty: [] }]);
    expect(said({ ...looking, focus: 'title' }, [])).toEqual([
      { ...looking, state: 'editing', dirty: [], focus: 'title' },
    ]);
  });

  test('[C6] what is unsaved is said of each record, also of those that are not looked at', () => {
    const held = [
      { ...looking, dirty: ['title', 'notes'] },
      { resource: 'books', id: '9', dirty: ['pages'] },
    ];
    expect(said({ ...looking, focus: 'notes' }, held)).toEqual([
      { ...looking, state: 'editing', dirty: ['title', 'notes'], focus: 'notes' },
      { resource: 'books', id: '9', state: 'editing', dirty: ['pages'] },
    ]);
    expect(said(null, held).map(({ id, state, focus }) => [id, state, focus])).toEqual([
      ['7', 'editing', undefined],
      ['9', 'editing', undefined],
    ]);
  });

  test('a draft with nothing in it is no place', () => {
    expect(said(null, [{ ...looking, dirty: [] }])).toEqual([]);
  });

  test('there are only so many, and the one that is looked at is among them', () => {
    const held = Array.from({ length: 80 }, (_, id) => ({ resource: 'books', id: `held ${id}`, dirty: ['title'] }));
    const places = said(looking, [...held, { ...looking, dirty: ['notes'] }]);
    expect(places).toHaveLength(50);
    expect(places[0]).toEqual({ ...looking, state: 'editing', dirty: ['notes'] });
  });
});

describe('what is to be said', () => {
  const [viewing, editing, dirty] = [
    placesOf(looking, []),
    placesOf({ ...looking, focus: 'title' }, []),
    placesOf({ ...looking, focus: 'title' }, [{ ...looking, dirty: ['title'] }]),
  ] as const;

  test('is nothing where nothing has moved', () => {
    for (const places of [viewing, editing, dirty]) expect(movedPlaces(places, new Map(places))).toEqual([]);
  });

  test('is each state that is another one', () => {
    expect(movedPlaces(viewing, editing)).toEqual([...editing.values()]);
    expect(movedPlaces(editing, dirty)).toEqual([...dirty.values()]);
  });

  test('is that a record was left, once', () => {
    expect(movedPlaces(dirty, new Map())).toEqual([{ ...looking, state: 'left', dirty: [] }]);
    expect(movedPlaces(new Map(), new Map())).toEqual([]);
  });
});
