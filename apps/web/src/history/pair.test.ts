import { expect, test } from 'vitest';
import { pairOf } from './pair.js';

test('two versions are compared from the older to the newer', () => {
  expect(pairOf('2', '5', 9)).toEqual({ kind: 'ok', pair: { from: 2, to: 5 } });
  expect(pairOf(' 5', '2 ', 9)).toEqual({ kind: 'ok', pair: { from: 2, to: 5 } });
});

test.each([
  ['0', '2'],
  ['1', '10'],
  ['', '2'],
  ['1.5', '2'],
  ['-1', '2'],
  ['one', '2'],
  ['1', '99999999999999999999'],
])('%j and %j are not two versions of nine', (from, to) => {
  expect(pairOf(from, to, 9)).toEqual({ kind: 'wrong', detail: 'There are versions 1 to 9.' });
});

test('a version is not compared with itself', () => {
  expect(pairOf('3', '3', 9)).toEqual({ kind: 'wrong', detail: 'Choose two different versions.' });
});
