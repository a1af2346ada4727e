import { expect, test } from 'vitest';
import { createReadiness } from './readiness.js';

const up = { state: () => 'up' as const };
const down = { state: () => 'down' as const };
const there = { ready: async () => {} };
const isStopping = () => false;

test('with its store and its bus a node is ready; without the bus it is degraded, and works', async () => {
  expect(await createReadiness({ store: there, bus: up, isStopping })()).toEqual({ kind: 'ready' });
  const degraded = await createReadiness({ store: there, bus: down, isStopping })();
  expect(degraded).toEqual({ kind: 'degraded', why: expect.stringContaining('Redis') });
});

test('a store that fails, or says nothing, makes it wait, and is asked one question at a time', async () => {
  const away = async () => {
    throw new Error('away');
  };
  const waiting = { kind: 'waiting', why: 'The store does not answer.' };
  expect(await createReadiness({ store: { ready: away }, bus: up, isStopping })()).toEqual(waiting);
  let asked = 0;
  const silent = () => {
    asked += 1;
    return new Promise<void>(() => {});
  };
  const ready = createReadiness({ store: { ready: silent }, bus: up, isStopping, within: 10 });
  expect(await Promise.all([ready(), ready(), ready()])).toEqual([waiting, waiting, waiting]);
  expect(asked).toBe(1);
});

test('one that stops says so, whatever else is well', async () => {
  const stopping = await createReadiness({ store: there, bus: up, isStopping: () => true })();
  expect(stopping).toEqual({ kind: 'waiting', why: 'The server is stopping.' });
});
