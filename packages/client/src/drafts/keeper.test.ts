import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Keeper } from './keeper.js';
import type { KeptDraft } from './kept.js';

// A device whose writes come through when the story says so, or fail. The keeper goes on in microtasks: a turn later it has.

interface Write {
  what: string;
  succeed(): Promise<void>;
  fail(why: string): Promise<void>;
}

function slowDevice({ held = false } = {}) {
  const writes: Write[] = [];
  const holds: string[] = [];
  const write = (what: string) =>
    new Promise<void>((resolve, reject) => {
      writes.push({
        what,
        succeed() {
          resolve();
          return turn();
        },
        fail(why) {
          reject(new Error(why));
          return turn();
        },
      });
    });
  return {
    writes,
    holds,
    said: () => writes.map(({ what }) => what),
    put: (draft: KeptDraft) => write(draft.title),
    remove: (id: string) => write(`remove ${id}`),
    async hold(id: string) {
      if (held) return null;
      holds.push(`+${id}`);
      return () => void holds.push(`-${id}`);
    },
  };
}

const state = (title: string): KeptDraft => ({
  form: 1,
  id: 'd1',
  user: 'ana',
  workspace: 'catalogue',
  resource: 'books',
  record: 'b1',
  newId: 'n1',
  title,
  base: { version: 3, etag: 'e-3', body: { title: 'Dune' } },
  typed: { title: { value: title } },
  startedFrom: null,
  parked: false,
  at: '2026-11-20T10:00:00.000Z',
});

test('[C6] it is kept when the device has it, and not before', async () => {
  const device = slowDevice();
  const keeper = new Keeper(device);
  expect(keeper.isKept).toBe(true);
  keeper.keep(state('a'));
  expect(keeper.isKept).toBe(false);
  await turn();
  expect(keeper.isKept).toBe(false);
  await device.writes[0]?.succeed();
  expect(keeper.isKept).toBe(true);
});

test('[C5] one write at a time: the newest state is next, and those in between are never written', async () => {
  const device = slowDevice();
  const keeper = new Keeper(device);
  for (const title of ['a', 'ab', 'abc', 'abcd']) {
    keeper.keep(state(title));
    await turn();
  }
  expect(device.said()).toEqual(['a']);
  await device.writes[0]?.succeed();
  expect(device.said()).toEqual(['a', 'abcd']);
  expect(keeper.isKept).toBe(false);
  keeper.keep(state('abcde'));
  await device.writes[1]?.succeed();
  expect(keeper.isKept).toBe(false);
  await device.writes[2]?.succeed();
  expect(device.said()).toEqual(['a', 'abcd', 'abcde']);
  expect(keeper.isKept).toBe(true);
});

test('[C5] what is saved is removed, also when the write before it is still under way', async () => {
  const device = slowDevice();
  const keeper = new Keeper(device);
  keeper.keep(state('a'));
  await turn();
  keeper.keep(null);
  expect(keeper.isKept).toBe(false);
  await device.writes[0]?.succeed();
  await device.writes[1]?.succeed();
  expect(device.said()).toEqual(['a', 'remove d1']);
  expect(keeper.isKept).toBe(true);
});

test('with nothing to keep the device is left in peace', async () => {
  const device = slowDevice();
  const keeper = new Keeper(device);
  keeper.keep(null);
  keeper.keep(null);
  await keeper.idle();
  expect([device.said(), device.holds, keeper.isKept]).toEqual([[], [], true]);
});

test('[C6] a write that fails is told, and the next state is tried again', async () => {
  const device = slowDevice();
  const keeper = new Keeper(device);
  const heard: Array<[boolean, string | null]> = [];
  keeper.subscribe(() => heard.push([keeper.isKept, keeper.failed]));
  keeper.keep(state('a'));
  await turn();
  await device.writes[0]?.fail('There is no room left.');
  await keeper.idle();
  expect([keeper.isKept, keeper.failed]).toEqual([false, 'There is no room left.']);
  expect(device.said()).toEqual(['a']);

  keeper.keep(state('b'));
  await turn();
  await device.writes[1]?.succeed();
  expect([keeper.isKept, keeper.failed]).toEqual([true, null]);
  expect(heard).toEqual([
    [false, null],
    [false, 'There is no room left.'],
    [false, 'There is no room left.'],
    [true, null],
  ]);
});

test('[C6] a newer state that came meanwhile is tried at once after a failure', async () => {
  const device = slowDevice();
  const keeper = new Keeper(device);
  keeper.keep(state('a'));
  await turn();
  keeper.keep(state('b'));
  await device.writes[0]?.fail('aborted');
  expect(device.said()).toEqual(['a', 'b']);
  await device.writes[1]?.succeed();
  expect([keeper.isKept, keeper.failed]).toEqual([true, null]);
});

test('[C5] a removal that failed is tried again when it is asked for again', async () => {
  const device = slowDevice();
  const keeper = new Keeper(device);
  keeper.keep(state('a'));
  await turn();
  await device.writes[0]?.succeed();
  keeper.keep(null);
  await turn();
  await device.writes[1]?.fail('aborted');
  expect([keeper.isKept, keeper.failed]).toEqual([false, 'aborted']);
  keeper.keep(null);
  await turn();
  await device.writes[2]?.succeed();
  expect(device.said()).toEqual(['a', 'remove d1', 'remove d1']);
  expect(keeper.isKept).toBe(true);
});

test('[C5] who hears that a state is kept may keep the next one at once', async () => {
  const device = slowDevice();
  const keeper = new Keeper(device);
  keeper.subscribe(() => {
    if (keeper.isKept && device.writes.length === 1) keeper.keep(state('b'));
  });
  keeper.keep(state('a'));
  await turn();
  await device.writes[0]?.succeed();
  let isIdle = false;
  const idle = keeper.idle().then(() => {
    isIdle = true;
  });
  await turn();
  expect([device.said(), isIdle]).toEqual([['a', 'b'], false]);
  await device.writes[1]?.succeed();
  await idle;
  expect(keeper.isKept).toBe(true);
});

test('[C5] the draft is held from its first state until it is released, and then until what is under way has ended', async () => {
  const device = slowDevice();
  const keeper = new Keeper(device);
  keeper.keep(state('a'));
  await turn();
  await device.writes[0]?.succeed();
  keeper.keep(state('b'));
  await turn();
  keeper.release();
  expect(device.holds).toEqual(['+d1']);
  await device.writes[1]?.succeed();
  expect(device.holds).toEqual(['+d1', '-d1']);
});

test('[C5] a draft that was held already is not held twice, and let go at once where nothing is under way', async () => {
  const device = slowDevice();
  const keeper = new Keeper(device);
  keeper.holds(() => void device.holds.push('-taken up'));
  keeper.keep(state('a'));
  await turn();
  await device.writes[0]?.succeed();
  keeper.release();
  expect(device.holds).toEqual(['-taken up']);
});

test('[C5] what cannot be held is kept all the same', async () => {
  const device = slowDevice({ held: true });
  const keeper = new Keeper(device);
  keeper.keep(state('a'));
  await turn();
  await device.writes[0]?.succeed();
  expect([keeper.isKept, keeper.failed]).toEqual([true, null]);
});
