import type { Clock } from '@sinonjs/fake-timers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { atTrueTime, currentSkew, installSkew, withSkew } from './skew.js';
import { handTime, listener, tinyServer } from './testing.js';

const hour = 3_600_000;
let clock: Clock;
let undo: () => void;
beforeEach(() => {
  clock = handTime();
  undo = installSkew();
});
afterEach(() => {
  undo();
  clock.uninstall();
});

test('a client whose clock is off reads its own time, and nobody else does', () => {
  const read = () => [Date.now(), Date.parse(new Date().toISOString()), Date.parse(Date())];
  expect(withSkew(hour, read)).toEqual([1_000_000 + hour, 1_000_000 + hour, 1_000_000 + hour]);
  expect(withSkew(-hour, () => Date.now())).toBe(1_000_000 - hour);
  expect(read()).toEqual([1_000_000, 1_000_000, 1_000_000]);
});

test('what it begins goes on in its time: timers, promises, and what they begin', async () => {
  const read: number[] = [];
  withSkew(hour, () => {
    setTimeout(() => {
      read.push(Date.now());
      void Promise.resolve().then(() => read.push(Date.now()));
    }, 500);
  });
  setTimeout(() => read.push(Date.now()), 500);
  await clock.tickAsync(600);
  expect(read.sort()).toEqual([1_000_500, 1_000_500 + hour, 1_000_500 + hour]);
});

test('durations are true everywhere, and a date is still a date', () => {
  expect(withSkew(hour, () => performance.now())).toBe(performance.now());
  const then = withSkew(hour, () => new Date(2_020, 1, 29, 12));
  expect(then).toBeInstanceOf(Date);
  expect(then.getMonth()).toBe(1);
  expect(new Date('2020-02-29T00:00:00Z').toISOString()).toBe('2020-02-29T00:00:00.000Z');
});

test('behind the net it is the true time, and what comes back from there meets the client in its own', async () => {
  const server = tinyServer();
  const seen: number[] = [];
  const net = atTrueTime({
    fetch(...asked) {
      seen.push(currentSkew());
      return server.net.fetch(...asked);
    },
    dial: server.net.dial,
  });
  const { dialling } = listener();
  const met: number[] = [];
  await withSkew(hour, async () => {
    net.dial({ ...dialling, message: () => met.push(Date.now()) });
    await net.fetch('/a');
    met.push(Date.now());
  });
  // Somebody else's save is what makes the server speak.
  withSkew(-hour, () => server.lines[0]?.say('news'));
  expect(seen).toEqual([0]);
  expect(met).toEqual([1_000_000 + hour, 1_000_000 + hour]);
});

test('it is undone', () => {
  undo();
  expect(withSkew(hour, () => Date.now())).toBe(1_000_000);
  clock.uninstall();
  expect(Date.now()).toBeGreaterThan(1_700_000_000_000);
});
