import { expect, test } from 'vitest';
import { Outbox } from './outbox.js';

const log = (workspace: string, seq: number) => ({ kind: 'log' as const, workspace, seq });
const voices = (node: string, voices: string[] | null) => ({ kind: 'presence' as const, workspace: 'w', node, voices });

function boxOf(...wakes: Parameters<Outbox['add']>[0][]): Outbox {
  const outbox = new Outbox();
  for (const wake of wakes) outbox.add(wake);
  return outbox;
}

test('of a log the newest place is kept, in whatever order it was said', () => {
  const outbox = boxOf(log('a', 2), log('b', 1), log('a', 5), log('a', 3));
  expect([outbox.take(), outbox.isEmpty, outbox.take()]).toEqual([[log('a', 5), log('b', 1)], true, []]);
});

test('each user whose access changed is kept once', () => {
  const access = (user: string) => ({ kind: 'access' as const, user });
  expect(boxOf(access('ana'), access('ben'), access('ana')).take()).toEqual([access('ana'), access('ben')]);
});

test('voices come together, by node, and too many or all of them are all', () => {
  expect(boxOf(voices('n1', ['a', 'b']), voices('n2', ['c']), voices('n1', ['b', 'd'])).take()).toEqual([
    voices('n1', ['a', 'b', 'd']),
    voices('n2', ['c']),
  ]);
  const many = Array.from({ length: 400 }, (_, place) => `v${place}`);
  expect(boxOf(voices('n1', many), voices('n1', many)).take()).toEqual([voices('n1', many)]);
  const others = many.map((voice) => `${voice}'`);
  expect(boxOf(voices('n1', many), voices('n1', others)).take()).toEqual([voices('n1', null)]);
  expect(boxOf(voices('n1', null), voices('n1', ['a'])).take()).toEqual([voices('n1', null)]);
});
