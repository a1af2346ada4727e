import { openSqliteStore, type SqlStore } from '@stet/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Identity } from '../auth/auth.js';
import { createTickets } from './tickets.js';

const identity = (user: string): Identity => ({
  user: { id: user, name: user, username: user },
  session: `${user}'s session`,
  expires: new Date('2100-01-01T00:00:00.000Z'),
  via: 'cookie',
});

let store: SqlStore;
beforeAll(async () => {
  store = await openSqliteStore(':memory:');
});
afterAll(() => store.close());

test('a ticket names who asked for it, once', async () => {
  const tickets = createTickets(store);
  const ana = identity('ana');
  const ticket = await tickets.give(ana);
  expect(await tickets.take(ticket)).toEqual(ana);
  expect(await tickets.take(ticket)).toBeNull();
  for (const other of ['', 'x', '__proto__']) expect(await tickets.take(other)).toBeNull();
});

test('wherever it is shown; of all who show it at once, one is let in', async () => {
  const [here, there] = [createTickets(store), createTickets(store)];
  const ticket = await here.give(identity('ana'));
  const taken = await Promise.all([there, here, there, here].map((node) => node.take(ticket)));
  expect(taken.filter((who) => who !== null)).toEqual([identity('ana')]);
});

test('and for 30 seconds', async () => {
  let now = 0;
  const tickets = createTickets(store, () => now);
  const [early, late] = [await tickets.give(identity('ana')), await tickets.give(identity('ben'))];
  now = 29_999;
  expect(await tickets.take(early)).not.toBeNull();
  now = 30_000;
  expect(await tickets.take(late)).toBeNull();
});

test('[S3] nobody fills the store with tickets: who asks for more than 50 at once loses the oldest', async () => {
  const tickets = createTickets(store);
  const ben = await tickets.give(identity('ben'));
  const all: string[] = [];
  for (let count = 0; count < 60; count += 1) all.push(await tickets.give(identity('ana')));
  const taken = [];
  for (const ticket of all) taken.push((await tickets.take(ticket)) !== null);
  expect(taken).toEqual(all.map((_, place) => place >= 10));
  expect(await tickets.take(ben)).not.toBeNull();
});
