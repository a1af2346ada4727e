import { expect, test } from 'vitest';
import { cursorAt, mended } from './cursor.js';

const ids = ['dune', 'emma', 'hobbit'];

test('the cursor stays with its record when others come before it', () => {
  expect(mended({ id: 'emma', place: 1 }, ['carrie', ...ids])).toEqual({ id: 'emma', place: 2 });
});

test('when the record leaves, what took its place has the cursor', () => {
  expect(mended({ id: 'emma', place: 1 }, ['dune', 'hobbit'])).toEqual({ id: 'hobbit', place: 1 });
  expect(mended({ id: 'hobbit', place: 2 }, ['dune', 'emma'])).toEqual({ id: 'emma', place: 1 });
});

test('a list always has a row for the keyboard, unless it has none', () => {
  expect(mended(null, ids)).toEqual({ id: 'dune', place: 0 });
  expect(mended({ id: 'emma', place: 1 }, [])).toBeNull();
});

test('a record beyond the list has no place in it', () => {
  expect(cursorAt('emma', ids)).toEqual({ id: 'emma', place: 1 });
  expect(cursorAt('ulysses', ids)).toBeNull();
});
