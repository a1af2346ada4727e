import { expect, test } from 'vitest';
import { typedInto, withWord } from './typing.js';

test('a word comes to stand between others, at its place', () => {
  expect(withWord('one two  three', 'w1', 0)).toBe('w1 one two  three');
  expect(withWord('one two  three', 'w1', 0.4)).toBe('one w1 two  three');
  expect(withWord('one two  three', 'w1', 0.6)).toBe('one two w1  three');
  expect(withWord('one two  three', 'w1', 1)).toBe('one two  three w1');
  expect(withWord('', 'w1', 0.5)).toBe('w1');
});

test('in a list a word is an entry; a field that takes none, or is full, stays as it is', () => {
  const typed = { as: 'word', word: 'w1', at: 0 } as const;
  expect(typedInto('authors', ['Ada'], typed)).toEqual(['Ada', 'w1']);
  expect(typedInto('pages', 12, typed)).toBeUndefined();
  expect(typedInto('title', 'x'.repeat(480), typed)).toBeUndefined();
  expect(typedInto('pages', 12, { as: 'value', value: 13 })).toBe(13);
});
