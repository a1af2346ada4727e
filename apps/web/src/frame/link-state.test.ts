import { expect, test } from 'vitest';
import { type Known, linkState, linkText } from './link-state.js';

const waiting = (attempt: number) => ({ kind: 'waiting', attempt, until: 0 }) as const;
const open = { kind: 'open', id: 'c1', user: { id: 'ana', name: 'Ana' }, transport: 'websocket' } as const;

const kindOf = (known: Partial<Known>) =>
  linkState({ state: waiting(2), link: 'none', hasFollowed: true, isOnline: true, ...known }).kind;

test('[C6] it says live only while it is', () => {
  expect(kindOf({ state: open, link: 'live' })).toBe('live');
  expect(kindOf({ state: { kind: 'greeting' } })).toBe('reconnecting');
});

test('coming is not coming back', () => {
  expect(kindOf({ state: { kind: 'asking' }, hasFollowed: false })).toBe('connecting');
  expect(kindOf({ state: waiting(1), hasFollowed: false })).toBe('connecting');
  expect(kindOf({ state: waiting(4), hasFollowed: false })).toBe('connecting');
  expect(kindOf({ state: waiting(1) })).toBe('reconnecting');
});

test('[C7] without a socket it says that changes are looked for, for as long as that comes through', () => {
  for (const kind of ['waiting', 'asking', 'opening', 'greeting'] as const) {
    const state = kind === 'waiting' ? waiting(7) : ({ kind } as const);
    expect(kindOf({ state, link: 'polling' })).toBe('polling');
    expect(kindOf({ state })).toBe('reconnecting');
  }
  expect(linkText.polling.label).not.toBe(linkText.live.label);
});

test('without a network it says so, and a refusal is no waiting', () => {
  expect(kindOf({ isOnline: false })).toBe('offline');
  expect(kindOf({ isOnline: false, link: 'polling' })).toBe('offline');
  expect(kindOf({ state: { kind: 'closed', why: 'refused' } })).toBe('closed');
  expect(kindOf({ state: { kind: 'closed', why: 'refused' }, link: 'polling' })).toBe('polling');
  expect(kindOf({ state: { kind: 'closed', why: 'signed-out' } })).toBe('closed');
});
