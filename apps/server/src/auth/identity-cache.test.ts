import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { createEndings } from './endings.js';
import type { Identity } from './identity.js';
import { createIdentityCache } from './identity-cache.js';

// Who is remembered when there is not room for all. The rest of it is in the contract of sign-in, on real databases.

const log = pino({ level: 'silent' });
const until = new Date('2100-01-01');
const identity = (name: string): Identity => ({
  user: { id: name, name, username: name },
  session: `session of ${name}`,
  expires: until,
  via: 'bearer',
});

const undos: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const undo of undos.splice(0)) await undo();
});

function open(most: number) {
  const endings = createEndings(log);
  const ended = new Set<string>();
  const loads: string[] = [];
  const cache = createIdentityCache({
    endings,
    log,
    most,
    async load({ value }) {
      loads.push(value);
      return identity(value);
    },
    standing: async (sessions) =>
      new Map(sessions.filter((session) => !ended.has(session)).map((session) => [session, until])),
  });
  undos.push(cache.close);
  const told: string[] = [];
  endings.listen((session) => told.push(session));
  return { cache, told, ended, loads, ask: (value: string) => cache.identify({ via: 'bearer', value }) };
}

test('the oldest makes room', async () => {
  const { ask, loads } = open(2);
  for (const name of ['ana', 'ben', 'chloe', 'ben', 'ana']) await ask(name);
  expect(loads).toEqual(['ana', 'ben', 'chloe', 'ana']);
});

test('[S4] but not one with an open connection, which ends with its session however many have come since', async () => {
  const { cache, ask, told, ended } = open(2);
  const watched = await cache.watch(identity('ana'));
  for (const name of ['ben', 'chloe', 'mara', 'vic']) await ask(name);
  expect(watched?.stands()).toBe(true);
  ended.add('session of ana');
  await expect.poll(() => told, { timeout: 20_000 }).toEqual(['session of ana']);
  expect(watched?.stands()).toBe(false);
});

test('who is asked for by the credential too is remembered once, and goes when both have gone', async () => {
  const { cache, ask, told, ended } = open(10);
  const [one, two] = [await cache.watch(identity('ana')), await cache.watch(identity('ana'))];
  await ask('ana');
  one?.release();
  one?.release();
  expect(two?.stands()).toBe(true);
  two?.release();
  ended.add('session of ana');
  await expect.poll(() => told, { timeout: 20_000 }).toEqual(['session of ana']);
});

test('whom nobody watches any more is asked about no more', async () => {
  const { cache, told, ended } = open(10);
  const watched = await cache.watch(identity('ana'));
  watched?.release();
  expect(watched?.stands()).toBe(false);
  ended.add('session of ana');
  expect(await cache.watch(identity('ana'))).toBeNull();
  expect(told).toEqual(['session of ana']);
});
