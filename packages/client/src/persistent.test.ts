// How often, when and for how long something is asked again; time is passed by hand.
import { problem } from '@stet/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Answer, type Ask, answerOf, retryAfter, type WhyPassing } from './api.js';
import { backoff, nextTry } from './backoff.js';
import { createPersistent, type Persistent, type Trying } from './persistent.js';

const save: Ask = { method: 'PATCH', path: '/books/7', headers: { 'idempotency-key': 'k1' }, body: { pages: 7 } };
const silence: Answer = { kind: 'unreachable', detail: 'nobody is there' };
const done = answerOf(200, new Headers(), { version: 2 });
const busy = (seconds = '1') => answerOf(503, new Headers({ 'retry-after': seconds }), problem('unavailable'));
const forbidden = answerOf(403, new Headers(), problem('forbidden'));

let asked: Ask[];
/** What comes of the tries, in order; then always the last of it. */
let answers: Answer[];
let whys: WhyPassing[];
let persistent: Persistent;
const asking = (ask: Ask = save, trying: Trying = {}) =>
  persistent.ask(ask, { again: (why) => void whys.push(why), ...trying });

beforeEach(() => {
  vi.useFakeTimers();
  [asked, answers, whys] = [[], [silence], []];
  persistent = createPersistent(async (ask) => {
    asked.push(ask);
    return (answers.length > 1 ? answers.shift() : answers[0]) as Answer;
  });
});
afterEach(() => {
  expect(vi.getTimerCount(), 'timers left behind').toBe(0);
  vi.useRealTimers();
});

const longest = () => 1;

test('the time before the next try grows, is no less than what the server asks for, and ends', () => {
  expect([1, 2, 3, 4, 5].map((tries) => nextTry(tries, 0, null, 30_000, longest))).toEqual(
    [1, 2, 3, 4, 5].map((tries) => backoff(tries, longest)),
  );
  // Who were told the same do not come back together.
  expect([0, 0.5, 1].map((chance) => nextTry(1, 0, 2_000, 30_000, () => chance))).toEqual([2_000, 2_250, 2_500]);
  expect(nextTry(9, 27_000, null, 30_000, longest)).toBeNull();
  expect(nextTry(1, 0, 60_000, 30_000, longest)).toBeNull();
  expect(nextTry(1, 0, null, 0, longest)).toBeNull();
});

test('what the server asks for is said in seconds or as a date, and nobody is sent away for days', () => {
  const now = Date.parse('2025-06-01T12:00:00Z');
  const asks = (said: string) => retryAfter(answerOf(503, new Headers({ 'retry-after': said }), null), now);
  expect(asks('3')).toBe(3_000);
  expect(asks('Sun, 01 Jun 2025 12:00:07 GMT')).toBe(7_000);
  expect(asks('Sun, 01 Jun 2025 11:00:00 GMT')).toBe(0);
  expect(asks('604800')).toBe(60_000);
  expect([asks('soon'), retryAfter(silence), retryAfter(done)]).toEqual([null, null, null]);
});

describe('[V7] what can’t be taken at the moment is asked again', () => {
  test('in the very same words, until it is answered', async () => {
    answers = [silence, answerOf(502, new Headers(), '<html>'), answerOf(504, new Headers(), ''), busy('0'), done];
    const answer = asking();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await answer).toEqual(done);
    expect(asked).toEqual(Array(5).fill(save));
    expect(whys).toEqual(['unreachable', 'unreachable', 'unreachable', 'busy']);
  });

  test('no sooner than the server asks for', async () => {
    answers = [busy('9'), done];
    const answer = asking();
    await vi.advanceTimersByTimeAsync(8_999);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await answer).toEqual(done);
  });

  test('for half a minute, and then it is said what became of it', async () => {
    const answer = asking();
    await vi.advanceTimersByTimeAsync(31_000);
    expect(await answer).toEqual(silence);
    const before = asked.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect([asked.length, before > 5]).toEqual([before, true]);
  });

  test('at once where the server is there again', async () => {
    answers = [busy('20'), done];
    const answer = asking();
    await vi.advanceTimersByTimeAsync(0);
    persistent.hurry();
    expect(await answer).toEqual(done);
  });

  test('a refusal after that says nothing of the try before, unless the server looked for its key', async () => {
    answers = [silence, forbidden];
    const unknown = asking();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await unknown).toEqual({ ...forbidden, lost: true });
    const gone = answerOf(410, new Headers(), problem('gone'));
    answers = [silence, gone];
    const known = asking();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await known).toEqual(gone);
  });
});

describe('it is not asked again', () => {
  test.each([
    ['where it was answered', save, done],
    ['where it was refused', save, forbidden],
    ['where the server failed over it', save, answerOf(500, new Headers(), problem('internal'))],
    ['where it would be done twice', { ...save, headers: {} }, silence],
    ['where the server asks for more patience than there is', save, busy('45')],
  ])('%s', async (_why, ask, answer) => {
    answers = [answer];
    expect(await asking(ask)).toEqual(answer);
    expect(asked).toHaveLength(1);
  });

  test('where whoever asked wants it no more, also while a try is on its way', async () => {
    const until = new AbortController();
    const answer = asking(save, { until: until.signal });
    await vi.advanceTimersByTimeAsync(0);
    until.abort();
    expect(await answer).toEqual(silence);
    expect(await asking(save, { until: until.signal })).toEqual(silence);
    expect(asked).toHaveLength(2);
  });

  test('once all is over; what is asked after that has its own time', async () => {
    const answer = asking();
    await vi.advanceTimersByTimeAsync(0);
    persistent.stop();
    expect(await answer).toEqual(silence);
    answers = [silence, done];
    const next = asking();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await next).toEqual(done);
  });
});
