import { expect, test } from 'vitest';
import { LogLedger } from './log-ledger.js';

// A log is dense up to its counter, or it is said where it is not.

const judged = (places: readonly number[], head: number) => {
  const log = new LogLedger();
  for (const place of places) log.take(place);
  return log.end(head);
};

test('a dense log has no flaw, an empty one neither', () => {
  expect([judged([1, 2, 3], 3), judged([], 0)]).toEqual([[], []]);
});

test('holes are found at the beginning, in between and at the end', () => {
  expect(judged([2, 3, 7], 9)).toEqual([
    { kind: 'place-missing', from: 1, to: 1 },
    { kind: 'place-missing', from: 4, to: 6 },
    { kind: 'place-missing', from: 8, to: 9 },
  ]);
});

test('and what stands beyond the counter', () => {
  expect(judged([1, 2, 3], 1)).toEqual([{ kind: 'place-beyond', from: 2, head: 1 }]);
});
