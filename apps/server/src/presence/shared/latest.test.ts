import { expect, test } from 'vitest';
import { latest } from './latest.js';

// Times are milliseconds by the clock of Redis.

const a = { node: 'a', at: 10 };
const c = { node: 'c', at: 20 };

test('of what a page said at several nodes, the last word stands, wherever it is looked at from', () => {
  expect(latest('page p', 'b', undefined, [])).toBeNull();
  expect([latest('page p', 'b', undefined, [a, c]), latest('page p', 'b', undefined, [c, a])]).toEqual([c, c]);
  expect([latest('page p', 'b', 15, [a, c]), latest('page p', 'b', 25, [a, c])]).toEqual([c, null]);
  expect(latest('page p', 'c', 20, [a])).toBeNull();
  expect(latest('page p', 'a', 10, [c])).toEqual(c);
});

test('of two words at once one stands, the same for every node', () => {
  const twin = { node: 'b', at: 10 };
  expect([latest('page p', 'c', undefined, [a, twin]), latest('page p', 'c', undefined, [twin, a])]).toEqual([
    twin,
    twin,
  ]);
  expect([latest('page p', 'a', 10, [twin]), latest('page p', 'b', 10, [a])]).toEqual([twin, null]);
});

test('what was said here just now stands until it is known when that was', () => {
  expect(latest('page p', 'b', null, [c])).toBeNull();
});

test('a socket is at one node only, whatever stands in Redis', () => {
  expect([latest('socket s', 'b', 1, [c]), latest('socket s', 'b', undefined, [c])]).toEqual([null, c]);
});
