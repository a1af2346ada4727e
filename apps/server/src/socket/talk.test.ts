import { expect, test } from 'vitest';
import { Talk } from './talk.js';

const limits = { perSecond: 10, burst: 20, beyond: 30 };
const say = (talk: Talk, times: number, now: number, length = 0) =>
  Array.from({ length: times }, () => talk.said(length, now)).at(-1);

test('[S3] who says much at once is heard as far as the burst goes, then told, then sent away', () => {
  const talk = new Talk(limits, 0);
  expect(say(talk, 20, 0)).toBe('fine');
  expect(say(talk, 1, 0)).toBe('too-fast');
  expect(say(talk, 29, 0)).toBe('too-fast');
  expect(say(talk, 1, 0)).toBe('far-too-fast');
});

test('[S3] who goes on at the pace that is allowed is heard for ever, and who is faster is not', () => {
  const [steady, hasty] = [new Talk(limits, 0), new Talk(limits, 0)];
  const paces = { steady: new Set<string>(), hasty: new Set<string>() };
  for (let now = 0; now < 60_000; now += 100) {
    paces.steady.add(steady.said(0, now));
    for (const _ of [1, 2]) paces.hasty.add(hasty.said(0, now));
  }
  expect([...paces.steady]).toEqual(['fine']);
  expect([...paces.hasty]).toEqual(['fine', 'too-fast', 'far-too-fast']);
});

test('what was not said is not saved up beyond the burst', () => {
  const talk = new Talk(limits, 0);
  expect(say(talk, 20, 3_600_000)).toBe('fine');
  expect(say(talk, 1, 3_600_000)).toBe('too-fast');
  expect(say(talk, 1, 3_601_000)).toBe('fine');
});

test('a long message counts as many', () => {
  const talk = new Talk(limits, 0);
  expect(say(talk, 2, 0, 64 * 1024)).toBe('fine');
  expect(say(talk, 1, 0, 64 * 1024)).toBe('too-fast');
});
