import { expect, test } from 'vitest';
import { linkState } from './link-state.js';

const waiting = (attempt: number) => ({ kind: 'waiting', attempt, until: 0 }) as const;

test('[C6] it says live only while it is', () => {
  expect(linkState({ kind: 'open', id: 'c1', user: { id: 'ana', name: 'Ana' } }, true, true)).toEqual({ kind: 'live' });
  expect(linkState({ kind: 'greeting' }, true, true)).toEqual({ kind: 'reconnecting' });
});

test('coming is not coming back', () => {
  expect(linkState({ kind: 'asking' }, false, true)).toEqual({ kind: 'connecting' });
  expect(linkState(waiting(1), false, true)).toEqual({ kind: 'connecting' });
  expect(linkState(waiting(4), false, true)).toEqual({ kind: 'reconnecting' });
});

test('without a network it says so, and a refusal is no waiting', () => {
  expect(linkState(waiting(2), true, false)).toEqual({ kind: 'offline' });
  expect(linkState({ kind: 'closed', why: 'refused' }, true, true)).toEqual({ kind: 'closed' });
});
