import { expect, test } from 'vitest';
import type { Identity } from '../auth/auth.js';
import { createTickets } from './tickets.js';

const identity = (user: string, session = `${user}'s session`): Identity => ({
  user: { id: user, name: user, username: user },
  session,
  expires: new Date(Number.MAX_SAFE_INTEGER),
  via: 'cookie',
});

test('a ticket names who asked for it, once', () => {
  const tickets = createTickets();
  const ana = identity('ana');
  const ticket = tickets.give(ana);
  expect([tickets.look(ticket), tickets.take(ticket), tickets.look(ticket), tickets.take(ticket)]).toEqual([
    ana,
    ana,
    null,
    null,
  ]);
  expect([tickets.take(''), tickets.take('x'), tickets.take('__proto__')]).toEqual([null, null, null]);
});

test('and for 30 seconds', () => {
  let now = 0;
  const tickets = createTickets(() => now);
  const [early, late] = [tickets.give(identity('ana')), tickets.give(identity('ben'))];
  now = 29_999;
  expect(tickets.take(early)).not.toBeNull();
  now = 30_000;
  expect([tickets.look(late), tickets.take(late)]).toEqual([null, null]);
});

test('[S4] a session that ends takes its tickets along, and no others', () => {
  const tickets = createTickets();
  const [page, machine] = [identity('ana', 'page'), identity('ana', 'token:1')];
  const [one, two, other] = [tickets.give(page), tickets.give(page), tickets.give(machine)];
  tickets.endSession('page');
  expect([tickets.take(one), tickets.take(two), tickets.take(other)]).toEqual([null, null, machine]);
});

test('[S3] nobody fills the memory with tickets: who asks for more than 50 at once loses the oldest', () => {
  const tickets = createTickets();
  const ben = tickets.give(identity('ben'));
  const all = Array.from({ length: 60 }, () => tickets.give(identity('ana')));
  expect(all.map((ticket) => tickets.look(ticket) !== null)).toEqual(all.map((_, place) => place >= 10));
  expect(tickets.look(ben)).not.toBeNull();
});
