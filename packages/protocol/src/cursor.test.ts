import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cursorOf, readCursor } from './cursor.js';

test('a cursor is read back as the position that it was made of', () => {
  const position = fc.record({
    epoch: fc.stringMatching(/^[0-9a-f]{12}$/),
    seq: fc.integer({ min: 0, max: 10 ** 15 }),
  });
  fc.assert(
    fc.property(position, (given) => {
      expect(readCursor(cursorOf(given))).toEqual(given);
    }),
  );
});

test.each([
  ['nothing', ''],
  ['no place', 'abc.'],
  ['no epoch', '.5'],
  ['a negative place', 'abc.-1'],
  ['a place with a zero before it', 'abc.05'],
  ['no whole place', 'abc.1.5'],
  ['an exponent', 'abc.1e5'],
  ['an endless place', `abc.${'9'.repeat(17)}`],
  ['an endless epoch', `${'a'.repeat(41)}.1`],
  ['a line break', 'abc.1\n'],
  ['other digits', 'abc.١'],
])('[L3] %s is no cursor', (_, text) => {
  expect(readCursor(text)).toBeNull();
});
