import { type Body, books, emptyBody, merge } from '@stet/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holds } from './holds.js';

// What counts as contained, and what as overwritten. In doubt it is overwritten: then somebody is told.

const notes = (base: string | null, mine: string | null, theirs: string | null) =>
  holds(books, 'notes', { base, mine, theirs });
const body = (notes: string): Body => ({ ...emptyBody(books), title: 'x', notes });
const authors = (base: string[], mine: string[], theirs: string[]) => holds(books, 'authors', { base, mine, theirs });

test.each([
  ['both, each at its own place', 'one two three', 'ONE two three 3', 'one two three 3'],
  ['theirs behind mine at one place', 'one two three', 'one 2 TWO three', 'one TWO three'],
  ['theirs within a longer text of mine', 'one two three', 'At first one, then TWO and three', 'one TWO three'],
  ['theirs as a paragraph of its own', 'Old.\n', 'Old.\nMine.\nTheirs is long.\n', 'Old.\nTheirs is long.\n'],
  ['what they took away, taken away', 'one and two three', 'ONE and three', 'one and three'],
  ['theirs in what had been empty', null, 'mine and theirs', 'theirs'],
])('a text that holds %s', (_what, base, mine, theirs) => {
  expect(notes(base, mine, theirs)).toBe(true);
});

test.each([
  ['nothing of theirs', 'one two three', 'one 2 three', 'one TWO three'],
  ['only a part of theirs', 'one two three', 'one TWO 3', 'one TWO AND HALF three'],
  ['what stood there before both', 'one two three', 'one two three', 'one TWO three'],
  ['what they had taken away', 'one two three', 'one two three', 'one three'],
  ['something else where they had taken away', 'one two three', 'one 2 three', 'one three'],
  ['nothing at all', 'one two three', null, 'one TWO three'],
  ['something where they had taken all', 'one two three', 'one', null],
])('a text that holds %s', (_what, base, mine, theirs) => {
  expect(notes(base, mine, theirs)).toBe(false);
});

test('a list holds another with all its entries, in their order', () => {
  expect(authors(['A'], ['C', 'B'], ['B'])).toBe(true);
  expect(authors(['A', 'B'], ['A', 'X', 'Y', 'B'], ['A', 'Y', 'B'])).toBe(true);
  expect(authors(['A'], ['C'], ['B'])).toBe(false);
  expect(authors(['A', 'B'], ['A', 'B', 'C'], ['B', 'A'])).toBe(false);
});

test('a value that can only be replaced holds no other', () => {
  expect(holds(books, 'title', { base: 'Dune', mine: 'Dune (1965) and more', theirs: 'Dune (1965)' })).toBe(false);
  expect(holds(books, 'pages', { base: 1, mine: 3, theirs: 2 })).toBe(false);
});

test('whoever puts back what stood there before holds nothing of what others made of it', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 8 })
    .map((all) => all.join(' '));
  fc.assert(
    fc.property(text, text, (base, theirs) => {
      fc.pre(base !== theirs);
      expect(notes(base, base, theirs)).toBe(false);
    }),
  );
});

test('what two texts come to by the rule holds either', () => {
  const steps = ['nothing', 'm drops', 'm adds', 't drops', 't adds'] as const;
  /** One side's text; before each place stands a word that nobody changes, so the two can be combined. */
  const textOf = (mark: string, all: ReadonlyArray<(typeof steps)[number]>) =>
    all
      .map((step, place) => {
        const word = step === `${mark} drops` ? '' : ` word${place}`;
        const added = step === `${mark} adds` ? ` ${mark}${place}` : '';
        return `${place % 3 ? ' ' : '\n'}between${place}${word}${added}`;
      })
      .join('')
      .concat(' end');
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...steps), { minLength: 1, maxLength: 9 }), (all) => {
      const [base, mine, theirs] = [textOf('', all), textOf('m', all), textOf('t', all)];
      const merged = merge(books, body(base), body(mine), body(theirs)).merged?.notes;
      if (typeof merged !== 'string') throw new Error('They were made to combine.');
      expect([notes(base, merged, theirs), notes(base, merged, mine)]).toEqual([true, true]);
    }),
    { numRuns: 300 },
  );
});
