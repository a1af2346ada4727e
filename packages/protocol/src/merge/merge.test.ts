import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { integer, line, list, set, text } from '../field.js';
import { checkBody } from '../input.js';
import { type Body, defineResource, emptyBody, equal } from '../resource.js';
import { books } from '../resources/books.js';
import { type Merge, merge, type Verdict } from './merge.js';

/** Every rule, two groups that belong together, and checks that two sound edits can break. */
const cards = defineResource({
  name: 'cards',
  label: { one: 'card', many: 'cards' },
  title: 'name',
  access: { read: 'viewer', write: 'editor' },
  fields: {
    name: line({ label: 'Name', max: 5, required: true }),
    from: integer({ label: 'From', from: 0, to: 9 }),
    to: integer({ label: 'To', from: 0, to: 9 }),
    left: line({ label: 'Left', max: 5 }),
    right: line({ label: 'Right', max: 5 }),
    verse: text({ label: 'Verse', max: 20 }),
    rhyme: text({ label: 'Rhyme', max: 20 }),
    hands: list({ label: 'Hands', max: 5, most: 5 }),
    tags: set({ label: 'Tags', max: 5, most: 4 }),
  },
  together: [
    ['left', 'right'],
    ['verse', 'rhyme'],
  ],
  check: ({ from, to }) =>
    typeof from === 'number' && typeof to === 'number' && from > to
      ? [{ path: 'to', message: 'is before its start' }]
      : [],
});

const word = fc.constantFrom('a', 'b', 'c');
const lineOrNone = fc.oneof(fc.constant(null), word);
const digit = fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 9 }));
const prose = fc.array(word, { minLength: 1, maxLength: 8 }).chain((words) =>
  fc.array(fc.constantFrom(' ', '\n'), { minLength: 8, maxLength: 8 }).map((gaps) =>
    words
      .flatMap((found, place) => [found, gaps[place] ?? ''])
      .join('')
      .trim(),
  ),
);
const bodies: fc.Arbitrary<Body> = fc
  .record({
    ...{ name: word, from: digit, to: digit, left: lineOrNone, right: lineOrNone },
    ...{ verse: fc.oneof(fc.constant(null), prose), rhyme: fc.oneof(fc.constant(null), prose) },
    hands: fc.array(word, { maxLength: 5 }),
    tags: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 4 }).map((tags) => tags.sort()),
  })
  .filter((body) => checkBody(cards, body).length === 0);

/** A base and two edits of it, each of a few fields: that is how people meet. */
const edits = fc
  .tuple(bodies, bodies, bodies, fc.func(fc.nat(2)), fc.func(fc.nat(2)))
  .map(([base, a, b, pickA, pickB]) => {
    const edited = (other: Body, pick: (name: string) => number) => {
      const body = Object.fromEntries(
        Object.keys(base).map((name) => [name, (pick(name) ? base : other)[name] ?? null]),
      );
      return checkBody(cards, body).length === 0 ? body : base;
    };
    return { base, mine: edited(a, pickA), theirs: edited(b, pickB) };
  });
const runs = { numRuns: 3_000 };

const swapped = (verdict: Verdict): Verdict =>
  verdict === 'mine' ? 'theirs' : verdict === 'theirs' ? 'mine' : verdict;

describe('[M2] merge is deterministic', () => {
  test('merge(b, x, x) = x, merge(b, b, x) = x, merge(b, x, b) = x', () => {
    fc.assert(
      fc.property(bodies, bodies, (base, x) => {
        for (const [mine, theirs] of [
          [x, x],
          [base, x],
          [x, base],
        ] as const) {
          const { merged, conflicts } = merge(cards, base, mine, theirs);
          expect(conflicts).toEqual([]);
          expect(merged).toEqual(x);
        }
      }),
      runs,
    );
  });

  test('swapping the sides swaps mine and theirs in the answer and nothing else', () => {
    fc.assert(
      fc.property(edits, ({ base, mine, theirs }) => {
        const there = merge(cards, base, mine, theirs);
        const back = merge(cards, base, theirs, mine);
        expect(back.merged).toEqual(there.merged);
        expect(back.conflicts).toEqual(there.conflicts);
        const turned = Object.entries(there.verdicts).map(([name, verdict]) => [name, swapped(verdict)]);
        expect(back.verdicts).toEqual(Object.fromEntries(turned));
      }),
      runs,
    );
  });

  test('neither side nor base is changed by it', () => {
    fc.assert(
      fc.property(edits, (given) => {
        const before = JSON.stringify(given);
        merge(cards, given.base, given.mine, given.theirs);
        expect(JSON.stringify(given)).toBe(before);
      }),
    );
  });
});

test('[M1] each verdict says what the three values say', () => {
  fc.assert(
    fc.property(edits, ({ base, mine, theirs }) => {
      const { verdicts, merged, conflicts } = merge(cards, base, mine, theirs);
      expect(Object.keys(verdicts)).toEqual(Object.keys(cards.fields));
      expect(merged === null).toBe(conflicts.length > 0);
      for (const [name, verdict] of Object.entries(verdicts)) {
        const [b, m, t, now] = [base[name], mine[name], theirs[name], merged?.[name]];
        expect(verdict === 'same').toBe(equal(m, t));
        if (verdict === 'mine') expect(t).toEqual(b);
        if (verdict === 'theirs') expect(m).toEqual(b);
        if (verdict === 'conflict') expect(conflicts).toContain(name);
        if (merged && verdict !== 'merged') expect(now).toEqual(verdict === 'theirs' ? t : m);
      }
    }),
    runs,
  );
});

describe('[M3] what is combined is sound', () => {
  test('a combined record is one that the schema takes, in its stored form', () => {
    fc.assert(
      fc.property(edits, ({ base, mine, theirs }) => {
        const { merged } = merge(cards, base, mine, theirs);
        if (!merged) return;
        expect(checkBody(cards, merged)).toEqual([]);
        for (const [name, field] of Object.entries(cards.fields))
          expect(field.schema.parse(merged[name])).toEqual(merged[name]);
      }),
      runs,
    );
  });

  test('fields that belong together come from one side', () => {
    fc.assert(
      fc.property(edits, ({ base, mine, theirs }) => {
        const { merged } = merge(cards, base, mine, theirs);
        for (const group of merged ? cards.together : []) {
          const touchedByBoth = group.filter((name) => !equal(mine[name], theirs[name])).length > 1;
          const isOf = (side: Body) => group.every((name) => equal(merged?.[name], side[name]));
          if (touchedByBoth) expect(isOf(mine) || isOf(theirs)).toBe(true);
        }
      }),
      runs,
    );
  });

  const card = (fields: Body): Body => ({ ...emptyBody(cards), name: 'a', ...fields });
  const conflictsOf = ({ conflicts }: Merge) => conflicts;

  test('two sound edits that make an unsound record are a question about both', () => {
    const base = card({ from: 3, to: 6 });
    expect(conflictsOf(merge(cards, base, card({ from: 5, to: 6 }), card({ from: 3, to: 4 })))).toEqual(['from', 'to']);
    expect(merge(cards, base, card({ from: 2, to: 6 }), card({ from: 3, to: 9 })).merged).toEqual(
      card({ from: 2, to: 9 }),
    );
  });

  test('a set that grew beyond its bound from both sides is a question', () => {
    const base = card({ tags: ['a', 'b'] });
    const merged = merge(cards, base, card({ tags: ['a', 'b', 'c', 'd'] }), card({ tags: ['a', 'b', 'e'] }));
    expect(conflictsOf(merged)).toEqual(['tags']);
  });

  test('a text that would begin or end in a blank is a question', () => {
    const value = (verse: string) => card({ verse });
    fc.assert(
      fc.property(prose, prose, prose, (base, mine, theirs) => {
        const verse = merge(cards, value(base), value(mine), value(theirs)).merged?.verse;
        if (typeof verse === 'string') expect(verse).toBe(verse.trim());
        expect(verse).not.toBe('');
      }),
      runs,
    );
  });

  test('two texts that belong together are not both woven', () => {
    const base = card({ verse: 'one two three', rhyme: 'uno due tre' });
    const mine = card({ verse: 'ONE two three', rhyme: 'UNO due tre' });
    const theirs = card({ verse: 'one two THREE', rhyme: 'uno due TRE' });
    expect(conflictsOf(merge(cards, base, mine, theirs))).toEqual(['verse', 'rhyme']);
  });
});

describe('a book', () => {
  const book = (fields: Body): Body => ({ ...emptyBody(books), title: 'Emma', ...fields });

  test('[M3] an ISBN-10 by one and an ISBN-13 by another are a question about both', () => {
    const mine = book({ isbn10: '0439023483' });
    const theirs = book({ isbn13: '9780439655484' });
    expect(merge(books, book({}), mine, theirs)).toMatchObject({
      verdicts: { isbn10: 'conflict', isbn13: 'conflict', title: 'same' },
      conflicts: ['isbn10', 'isbn13'],
      merged: null,
    });
  });

  test('different fields combine; the same field with two values does not', () => {
    const base = book({});
    const { merged, verdicts } = merge(books, base, book({ pages: 474 }), book({ publisher: 'John Murray' }));
    expect(merged).toEqual(book({ pages: 474, publisher: 'John Murray' }));
    expect(verdicts).toMatchObject({ pages: 'mine', publisher: 'theirs', title: 'same' });
    expect(merge(books, base, book({ pages: 474 }), book({ pages: 475 })).conflicts).toEqual(['pages']);
  });

  test('without a base every difference is a question', () => {
    const { conflicts, merged } = merge(books, null, book({ pages: 1, subjects: ['a'] }), book({ subjects: ['b'] }));
    expect(conflicts).toEqual(['pages', 'subjects']);
    expect(merged).toBeNull();
    expect(merge(books, null, book({ pages: 1 }), book({ pages: 1 })).merged).toEqual(book({ pages: 1 }));
  });
});
