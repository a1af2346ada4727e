import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes, randomUUID } from 'node:crypto';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inWorld } from './in-world.js';
import { createPipe } from './pipe.js';

// A world of its own: its time goes from timer to timer, its chance follows from the seed, and it leaves nothing behind.

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const drawn = async (): Promise<unknown[]> => [
  Math.random(),
  randomUUID(),
  crypto.randomUUID(),
  randomBytes(6).toString('hex'),
  [...crypto.getRandomValues(new Uint8Array(4))],
];

test('an hour passes at once, and everything that tells the time agrees', async () => {
  const [date, clock, now] = await inWorld(1, async (world) => {
    const [before, ticks] = [new Date(), performance.now()];
    await pause(3_600_000);
    return [Date.now() - before.getTime(), performance.now() - ticks, world.now()];
  });
  expect([date, clock, now]).toEqual([3_600_000, 3_600_000, 3_600_000]);
});

test('it begins at the same moment each time', async () => {
  const begins = () => inWorld(1, async () => new Date().toISOString());
  expect([await begins(), await begins()]).toEqual(['2026-01-05T09:00:00.000Z', '2026-01-05T09:00:00.000Z']);
});

test('timers come in the order of their moments, and what follows at once comes in between', async () => {
  const order = await inWorld(1, async () => {
    const seen: string[] = [];
    setTimeout(() => seen.push('later'), 20);
    setTimeout(() => {
      seen.push('sooner');
      void Promise.resolve().then(() => seen.push('what follows'));
      process.nextTick(() => seen.push('next tick'));
      setImmediate(() => seen.push('immediate'));
    }, 10);
    setTimeout(() => seen.push('as soon'), 10);
    const never = setTimeout(() => seen.push('never'), 5);
    clearTimeout(never);
    const every = setInterval(() => seen.push('every'), 7);
    await pause(25);
    clearInterval(every);
    return seen;
  });
  const soon = ['sooner', 'next tick', 'what follows', 'immediate', 'as soon'];
  expect(order).toEqual(['every', ...soon, 'every', 'later', 'every']);
});

test('what Node offers as promises goes by the same clock', async () => {
  const told = await inWorld(1, async (world) => {
    await turn();
    const at = world.now();
    const value = await wait(1_500, 'value');
    const aborted = await wait(10_000, null, { signal: AbortSignal.abort('enough') }).catch((why: unknown) => why);
    return [at, value, aborted, world.now()];
  });
  expect(told).toEqual([0, 'value', 'enough', 1_500]);
});

test('the same seed draws the same, another one something else', async () => {
  const [first, second, other] = [await inWorld(7, drawn), await inWorld(7, drawn), await inWorld(8, drawn)];
  expect(second).toEqual(first);
  for (const [at, value] of first.entries()) expect(other[at]).not.toEqual(value);
  expect(first[1]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('a timer belongs to who set it', async () => {
  const who = new AsyncLocalStorage<string>();
  const seen = await inWorld(1, async () => {
    const heard: Array<string | undefined> = [];
    who.run('ana', () => setTimeout(() => heard.push(who.getStore()), 10));
    who.run('ben', () => setImmediate(() => heard.push(who.getStore())));
    setTimeout(() => heard.push(who.getStore()), 20);
    await pause(30);
    return heard;
  });
  expect(seen).toEqual(['ben', 'ana', undefined]);
});

test('nothing overtakes on a pipe, however long each takes', async () => {
  const arrived = await inWorld(1, async (world) => {
    const takes = [30, 1, 40, 2];
    const there: Array<[number, number]> = [];
    const pipe = createPipe<number>(
      () => takes.shift() ?? 0,
      (item) => there.push([item, world.now()]),
    );
    for (const item of [1, 2, 3, 4]) pipe.put(item);
    await pause(35);
    pipe.cut();
    pipe.put(5);
    await pause(100);
    return there;
  });
  expect(arrived).toEqual([
    [1, 30],
    [2, 30],
  ]);
});

const everything = () => [
  setTimeout,
  setInterval,
  setImmediate,
  clearTimeout,
  Date,
  performance.now,
  Math.random,
  crypto.randomUUID,
  crypto.getRandomValues,
  randomUUID,
  randomBytes,
  wait,
  turn,
];

test.each<[string, () => Promise<unknown>, string | null]>([
  ['ends well', async () => pause(10), null],
  ['fails', async () => Promise.reject(new Error('It went wrong.')), 'It went wrong.'],
  ['waits for nothing that could come', () => new Promise(() => {}), 'no timer is set'],
  ['waits for ever', () => new Promise(() => setInterval(() => {}, 3_600_000)), 'its clock is at'],
  ['goes in a circle', () => new Promise(() => circle()), 'goes in a circle'],
  ['fails in a timer', () => new Promise(() => setTimeout(fail, 5)), 'A timer failed.'],
])('all is as before when the run %s', async (_how, run, error) => {
  const before = everything();
  const inside = inWorld(1, run);
  expect(everything()).not.toEqual(before);
  if (error === null) await inside;
  else await expect(inside).rejects.toThrow(error);
  expect(everything()).toEqual(before);
  expect(Object.keys(performance)).not.toContain('now');
});

const circle = (): unknown => setImmediate(circle);
const fail = (): never => {
  throw new Error('A timer failed.');
};

test('there is one at a time', async () => {
  const first = inWorld(1, () => pause(10));
  await expect(inWorld(1, () => pause(10))).rejects.toThrow('one at a time');
  await first;
});

test('a timer from before can be ended in it', async () => {
  let hasFired = false;
  const timer = setTimeout(() => {
    hasFired = true;
  }, 1);
  await inWorld(1, async () => clearTimeout(timer));
  await pause(5);
  expect(hasFired).toBe(false);
});
