import { books } from '@stet/protocol';
import { expect, test } from 'vitest';
import { countOf } from './count.js';

test('the count says what is known, in words that stay true when a row leaves', () => {
  expect(countOf(books, 0, false)).toBe('0 books');
  expect(countOf(books, 1, false)).toBe('1 book');
  expect(countOf(books, 1234, false)).toBe('1,234 books');
  expect(countOf(books, 100, true)).toBe('100+ books');
  expect(countOf(books, 99, true)).toBe('the first 99 books, more below');
});
