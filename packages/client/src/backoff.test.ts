import { expect, test } from 'vitest';
import { backoff, pause } from './backoff.js';

/** As if by chance, and evenly: the n-th of so many clients. */
const evenly = (clients: number) => Array.from({ length: clients }, (_, n) => () => n / clients);
const longest = () => 1;

/** The most that fall into any tenth of the whole time. */
function crowd(times: readonly number[], whole: number): number {
  const tenths = new Map<number, number>();
  for (const time of times) {
    const tenth = Math.floor((time / whole) * 10);
    tenths.set(tenth, (tenths.get(tenth) ?? 0) + 1);
  }
  return Math.max(...tenths.values());
}

test('the time doubles up to a bound, which is low as long as a server may just be starting', () => {
  expect([1, 2, 3, 4, 5, 12, 13, 50].map((attempt) => backoff(attempt, longest))).toEqual([
    500, 1_000, 2_000, 4_000, 4_000, 4_000, 20_000, 20_000,
  ]);
});

test('200 who were cut off together do not come back together, neither at first nor later', () => {
  for (const attempts of [0, 1, 4, 10]) {
    const times = evenly(200).map((random) => pause(attempts, null, random));
    const whole = pause(attempts, null, longest);
    expect(Math.min(...times)).toBe(0);
    expect(crowd(times, whole)).toBeLessThanOrEqual(22);
  }
});

test('what the server asks for is kept: it has spread us out itself', () => {
  expect(pause(0, 1_700, longest)).toBe(1_700);
  expect(pause(0, 0, longest)).toBe(0);
});

test('but whom it sends away again and again stays away for longer and longer', () => {
  expect(pause(1, 0, longest)).toBe(500);
  expect(pause(6, 100, longest)).toBe(4_000);
  expect(pause(1, 5_000, longest)).toBe(5_000);
});
