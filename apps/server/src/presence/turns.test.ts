import { expect, test } from 'vitest';
import { Turns } from './turns.js';

const later = () => {
  let go = (): void => {};
  const promise = new Promise<void>((resolve) => {
    go = resolve;
  });
  return { promise, go: () => go() };
};

test('what one says is taken in order, however long each takes; another does not wait for it', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const slow = later();
  const first = turns.take('ana', async () => {
    await slow.promise;
    done.push('first');
  });
  const second = turns.take('ana', async () => void done.push('second'));
  await turns.take('ben', async () => void done.push('ben'));
  slow.go();
  await Promise.all([first, second]);
  expect(done).toEqual(['ben', 'first', 'second']);
});

test('what fails fails for itself', async () => {
  const turns = new Turns();
  const failing = turns.take('ana', () => Promise.reject(new Error('The disk is busy')));
  const next = turns.take('ana', async () => 'taken');
  await expect(failing).rejects.toThrow('The disk is busy');
  expect(await next).toBe('taken');
});

test('what is still on its way hears of the end, and what comes after begins anew', async () => {
  const turns = new Turns();
  const slow = later();
  const under = turns.take('ana', async (isOver) => {
    await slow.promise;
    return isOver();
  });
  const waiting = turns.take('ana', async (isOver) => isOver());
  turns.end('ana');
  const after = turns.take('ana', async (isOver) => isOver());
  slow.go();
  expect([await under, await waiting, await after]).toEqual([true, true, false]);
});
