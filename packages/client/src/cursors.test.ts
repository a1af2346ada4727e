import { expect, test } from 'vitest';
import { createCursors } from './cursors.js';

test('[H2] what was told once is not told again, whichever way it comes', () => {
  const cursors = createCursors();
  cursors.begin('catalogue', 'a.10');
  expect(['a.9', 'a.10', 'a.11', 'a.11', 'a.13', 'a.12'].map((cursor) => cursors.advance('catalogue', cursor))).toEqual(
    [...[false, false, true, false, true, false]],
  );
  expect(cursors.all()).toEqual({ catalogue: 'a.13' });
});

test('where it goes on is where reading began, not where a later page stood', () => {
  const cursors = createCursors();
  cursors.begin('catalogue', 'a.10');
  cursors.begin('catalogue', 'a.20');
  expect(cursors.of('catalogue')).toBe('a.10');
});

test('another epoch counts anew, and so does a log that begins anew', () => {
  const cursors = createCursors();
  cursors.begin('catalogue', 'a.10');
  expect(cursors.advance('catalogue', 'b.3')).toBe(true);
  cursors.forget('catalogue');
  expect(cursors.of('catalogue')).toBeUndefined();
  expect(cursors.advance('catalogue', 'b.2')).toBe(true);
});

test('what names no place in a log moves nothing', () => {
  const cursors = createCursors();
  cursors.begin('catalogue', 'a.10');
  expect(cursors.advance('catalogue', 'nonsense')).toBe(false);
  expect(cursors.of('catalogue')).toBe('a.10');
});
