import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MergeRule, Value } from '../field.js';
import { combine } from './rules.js';
import { mostWork, workOf } from './weave.js';

// Small alphabets, so that both sides meet in the same places.
const item = fc.constantFrom('a', 'b', 'c', 'd');
const values: Record<MergeRule, fc.Arbitrary<Value>> = {
  replace: fc.oneof(fc.constant(null), item),
  set: fc.uniqueArray(item).map((items) => items.sort()),
  list: fc.array(item, { maxLength: 6 }),
  text: fc.oneof(
    fc.constant(null),
    fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', 'c '), minLength: 1, maxLength: 20 }),
  ),
};
const rules = Object.keys(values) as MergeRule[];

describe.each(rules)('the rule %s', (rule) => {
  const sides = fc.tuple(values[rule], values[rule], values[rule]);

  test('[M2] is the same whichever side is mine', () => {
    fc.assert(
      fc.property(sides, ([base, mine, theirs]) => {
        expect(combine(rule, base, theirs, mine)).toEqual(combine(rule, base, mine, theirs));
      }),
      { numRuns: 3_000 },
    );
  });

  test('[M2] takes the one side that changed, and what both agree on', () => {
    fc.assert(
      fc.property(sides, ([base, x]) => {
        expect(combine(rule, base, x, x)).toEqual({ value: x });
        expect(combine(rule, base, base, x)).toEqual({ value: x });
        expect(combine(rule, base, x, base)).toEqual({ value: x });
      }),
    );
  });
});

test('a set keeps what nobody took out and has what anybody put in', () => {
  expect(combine('set', ['a', 'b', 'c'], ['a', 'c', 'd'], ['b', 'c', 'e'])).toEqual({ value: ['c', 'd', 'e'] });
});

describe('a list', () => {
  test('takes both changes in their places', () => {
    expect(combine('list', ['a', 'b', 'c'], ['x', 'a', 'b', 'c'], ['a', 'b', 'd'])).toEqual({
      value: ['x', 'a', 'b', 'd'],
    });
  });

  test.each([
    ['both put an entry at the same place', ['a'], ['a', 'x'], ['a', 'y']],
    ['both put the same entry at different places', ['a'], ['x', 'a'], ['a', 'x']],
    ['both moved one entry to different places', ['a', 'b', 'c'], ['b', 'c', 'a'], ['b', 'a', 'c']],
    ['one moved an entry that the other took out', ['a', 'b', 'c'], ['b', 'c', 'a'], ['b', 'c']],
  ])('is for a person to decide where %s', (_, base, mine, theirs) => {
    expect(combine('list', base, mine, theirs)).toBeNull();
  });

  test('has each entry as often as both changes make it', () => {
    const entries = values.list as fc.Arbitrary<string[]>;
    const count = (items: Value, wanted: string) => (items as string[]).filter((found) => found === wanted).length;
    fc.assert(
      fc.property(entries, entries, entries, (base, mine, theirs) => {
        const combined = combine('list', base, mine, theirs);
        for (const wanted of combined ? 'abcd' : '') {
          const [b, m, t] = [count(base, wanted), count(mine, wanted), count(theirs, wanted)];
          expect(count(combined?.value ?? [], wanted)).toBe(m === b ? t : m);
          expect(m === t || m === b || t === b).toBe(true);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('a text', () => {
  const combined = (base: string | null, mine: string | null, theirs: string | null) =>
    combine('text', base, mine, theirs)?.value;

  test('takes changes of different paragraphs', () => {
    expect(combined('one\ntwo\nthree', 'ONE\ntwo\nthree', 'one\ntwo\nthree\nfour')).toBe('ONE\ntwo\nthree\nfour');
  });

  test('takes changes of different words in one line', () => {
    expect(combined('the quick brown fox jumps', 'the slow brown fox jumps', 'the quick brown fox sleeps')).toBe(
      'the slow brown fox sleeps',
    );
  });

  test('takes words put at the end of a line that was changed at its beginning', () => {
    expect(combined('one two three', 'ONE two three', 'one two three four')).toBe('ONE two three four');
  });

  test.each([
    ['both changed one word', 'a word here', 'a wort here', 'a ward here'],
    ['both changed words side by side', 'one two three four', 'one 2 three four', 'one two 3 four'],
    ['one changed what the other took out', 'one two three', 'one 2 three', 'one'],
    ['both wrote the first words', null, 'mine', 'theirs'],
    ['one took all of it out', 'some words', null, 'some other words'],
  ])('is for a person to decide where %s', (_, base, mine, theirs) => {
    expect(combined(base, mine, theirs)).toBeUndefined();
  });

  test('puts nothing in that neither side wrote', () => {
    const texts = values.text as fc.Arbitrary<string | null>;
    const words = (value: Value | undefined) => (typeof value === 'string' ? value.split(/\s+/).filter(Boolean) : []);
    fc.assert(
      fc.property(texts, texts, texts, (base, mine, theirs) => {
        const written = new Set([...words(mine), ...words(theirs)]);
        expect(words(combined(base, mine, theirs)).filter((word) => !written.has(word))).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('[S3] comparing is bounded', () => {
  const texts = (base: string[], mine: string[], theirs: string[], count: number): [string, string, string] => [
    base.slice(0, count).join(''),
    mine.slice(0, count).join(''),
    theirs.slice(0, count).join(''),
  ];
  const long = (word: (place: number) => string, count: number) =>
    Array.from({ length: count }, (_, place) => word(place));

  test('the bound counts each pair of equal tokens with the longest chain', () => {
    expect(workOf(['a', 'a'], ['a', 'a', 'a'], ['b'])).toBe(6 * 2 + 5 + 3);
    expect(workOf([], [], [])).toBe(0);
  });

  test.each<[string, (place: number) => string]>([
    ['one word over and over', () => 'a'],
    ['two words in turn', (place) => (place % 2 ? 'a' : 'b')],
    ['line breaks', () => '\n'],
    ['nothing but different words', (place) => `w${place}`],
  ])('a text of 10,000 tokens is not compared: %s', (_, word) => {
    const base = long(word, 10_000);
    const [mine, theirs] = [
      ['x', ...base],
      [...base, 'y'],
    ];
    expect(workOf(base, mine, theirs)).toBeGreaterThan(mostWork);
    expect(combine('list', base, mine, theirs)).toBeNull();
    for (const glue of ['', ' ', '\n']) {
      expect(combine('text', base.join(glue), mine.join(glue), theirs.join(glue))).toBeNull();
    }
  });

  test('many lines that are each cheap to compare by words are too much together', () => {
    const base = long((place) => (place % 2 ? `stays ${place}\n` : `${place}${' a'.repeat(150)}\n`), 80);
    const mine = base.map((given) => given.replace(/^\d/, 'm$&'));
    const theirs = base.map((given) => given.replace('a\n', 'at\n'));
    const first = (count: number) => combine('text', ...texts(base, mine, theirs, count));
    expect(first(2)?.value).toBe(`m0${' a'.repeat(149)} at\nstays 1\n`);
    expect(first(80)).toBeNull();
  });

  test('a page of prose is compared', () => {
    const base = long((place) => (place % 12 ? `w${place}` : 'the'), 500);
    const mine = base.with(3, 'X').join(' ');
    const theirs = base.with(400, 'Y').join(' ');
    expect(combine('text', base.join(' '), mine, theirs)?.value).toBe(base.with(3, 'X').with(400, 'Y').join(' '));
  });
});
