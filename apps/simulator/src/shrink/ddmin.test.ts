import { expect, test } from 'vitest';
import { ddmin } from './ddmin.js';

const numbers = Array.from({ length: 200 }, (_, place) => place);

test('finds the few that it takes, in their order, in a bounded number of tries', async () => {
  let tries = 0;
  const kept = await ddmin(numbers, async (some) => {
    tries += 1;
    return [17, 90, 171].every((needed) => some.includes(needed));
  });
  expect(kept).toEqual([17, 90, 171]);
  expect(tries).toBeLessThan(200);
});

test('goes down to one, and to none where none is needed', async () => {
  expect(await ddmin(numbers, async (some) => some.includes(3))).toEqual([3]);
  expect(await ddmin(numbers, async () => true)).toEqual([]);
  expect(await ddmin([1], async () => true)).toEqual([]);
  expect(await ddmin([], async () => true)).toEqual([]);
});

test('leaves nothing in that could go alone, also where what it takes is not the same each time', async () => {
  const isEnough = (some: readonly number[]) => some.reduce((sum, each) => sum + each, 0) >= 390;
  const kept = await ddmin(numbers, async (some) => isEnough(some));
  expect(isEnough(kept)).toBe(true);
  for (const each of kept) expect(isEnough(kept.filter((other) => other !== each))).toBe(false);
});

test('and with no answer any more it ends with what it has', async () => {
  let left = 5;
  const kept = await ddmin(numbers, async (some) => {
    left -= 1;
    return left < 0 ? null : some.includes(3);
  });
  expect(kept.length).toBeLessThan(numbers.length);
  expect(kept).toContain(3);
});
