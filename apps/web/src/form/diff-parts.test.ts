import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listParts, type Part, setParts, textParts } from './diff-parts.js';

const side = (parts: readonly Part[], without: 'gone' | 'come'): string[] =>
  parts.flatMap((part) => (part.kind === 'left-out' || part.kind === without ? [] : [part.text]));
const leftOut = (parts: readonly Part[]): number =>
  parts.reduce((sum, part) => sum + (part.kind === 'left-out' ? part.count : 0), 0);

describe('a text', () => {
  test('is told apart word by word', () => {
    expect(textParts('A boy goes to school.', 'A girl goes to a school.')).toEqual([
      { kind: 'same', text: 'A ' },
      { kind: 'gone', text: 'boy' },
      { kind: 'come', text: 'girl' },
      { kind: 'same', text: ' goes to' },
      { kind: 'come', text: ' a' },
      { kind: 'same', text: ' school.' },
    ]);
  });

  test('with nothing in common is one whole in the place of another', () => {
    expect(textParts('Dune', 'Emma')).toBeNull();
    expect(textParts('', 'Emma')).toEqual([{ kind: 'come', text: 'Emma' }]);
  });

  test('leaves out what is long and the same, and keeps what stands beside the change', () => {
    const long = Array.from({ length: 200 }, (_, n) => `word${n}`).join(' ');
    const parts = textParts(`${long} end`, `${long} finish`) ?? [];
    expect(parts[0]).toEqual({ kind: 'left-out', count: expect.any(Number) });
    expect(side(parts, 'come').join('')).toMatch(/^ word\d+ .* word199 end$/);
    expect(side(parts, 'come').join('').length + leftOut(parts)).toBe(`${long} end`.length);
  });

  test('can be put together again from what is shown of a short one', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '😀'), maxLength: 40 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const parts = textParts(before, after);
        if (parts === null) return;
        expect([side(parts, 'come').join(''), side(parts, 'gone').join('')]).toEqual([before, after]);
      }),
    );
  });
});

describe('a list', () => {
  test('shows what went and what came in its place', () => {
    expect(listParts(['Ann', 'Bob', 'Cy'], ['Ann', 'Bea', 'Cy', 'Di'])).toEqual([
      { kind: 'same', text: 'Ann' },
      { kind: 'gone', text: 'Bob' },
      { kind: 'come', text: 'Bea' },
      { kind: 'same', text: 'Cy' },
      { kind: 'come', text: 'Di' },
    ]);
  });

  test('counts many in a row that stayed', () => {
    const many = ['a', 'b', 'c', 'd', 'e', 'f'];
    expect(listParts(many, [...many, 'g'])).toEqual([
      { kind: 'left-out', count: 6 },
      { kind: 'come', text: 'g' },
    ]);
  });

  test('loses no entry of either side', () => {
    const entries = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
    fc.assert(
      fc.property(entries, entries, (before, after) => {
        const parts = listParts(before, after);
        expect(side(parts, 'come').length + leftOut(parts)).toBe(before.length);
        expect(side(parts, 'gone').length + leftOut(parts)).toBe(after.length);
        if (leftOut(parts) === 0) expect([side(parts, 'come'), side(parts, 'gone')]).toEqual([before, after]);
      }),
    );
  });
});

test('a set shows what went and what came, and counts the rest', () => {
  expect(setParts(['elves', 'rings', 'war'], ['rings', 'travel', 'war'])).toEqual([
    { kind: 'gone', text: 'elves' },
    { kind: 'come', text: 'travel' },
    { kind: 'left-out', count: 2 },
  ]);
});
