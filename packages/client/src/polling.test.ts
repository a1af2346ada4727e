import { type ChangePage, presenceLease, problem } from '@stet/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Answer, Ask } from './api.js';
import { createPolling } from './polling.js';

// When the log is read, and what comes of each answer; time is passed by hand.

const headers = new Headers();
const ok = (body: unknown): Answer => ({ kind: 'ok', status: 200, body, headers });
const page = (cursor: string, more = false): Answer => ok({ changes: [], cursor, more } satisfies ChangePage);
const silence: Answer = { kind: 'unreachable', detail: 'nobody is there' };
const refusal = (name: 'reset' | 'not-found' | 'unauthenticated', extra = {}): Answer => ({
  kind: 'refused',
  problem: problem(name, undefined, extra),
  headers,
});

let asked: string[];
let happened: string[];
let cursor: string | undefined;
let answer: (ask: Ask) => Answer | Promise<Answer>;
let isMember: boolean | null;
const polling = () =>
  createPolling({
    workspace: 'catalogue',
    async api(ask) {
      asked.push(ask.path);
      return answer(ask);
    },
    cursor: () => cursor,
    async begin() {
      happened.push('asked where it stands');
      if (isMember) cursor ??= 'a.1';
      return isMember;
    },
    take(taken) {
      cursor = taken.cursor;
    },
    reset(reason) {
      happened.push(`reset ${reason}`);
      cursor = undefined;
    },
    refused: () => happened.push('refused'),
    beat: () => happened.push('beat'),
    turned: () => happened.push('turned'),
  });

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);
const told = () => happened.filter((what) => what !== 'beat');

beforeEach(() => {
  vi.useFakeTimers();
  [asked, happened, cursor, isMember] = [[], [], 'a.7', true];
  answer = () => page('a.7');
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('[C7] without a socket', () => {
  test('the log is read from where it was read up to, after a while and then every few seconds', async () => {
    const { start } = polling();
    start();
    await seconds(4.9);
    expect(asked).toEqual([]);
    await seconds(5.2);
    expect(asked[0]).toBe('/workspaces/catalogue/changes?since=a.7');
    await seconds(60);
    expect(asked.length).toBeGreaterThanOrEqual(9);
    expect(asked.length).toBeLessThanOrEqual(18);
    expect(happened.filter((what) => what === 'beat')).toHaveLength(asked.length);
  });

  test('what has more is read on at once', async () => {
    answer = () => page(`a.${7 + asked.length * 100}`, asked.length < 4);
    const { start } = polling();
    start();
    await seconds(10.1);
    expect(asked.slice(0, 4).map((path) => path.split('=')[1])).toEqual(['a.7', 'a.107', 'a.207', 'a.307']);
  });

  test('nothing is read any more once there is one, and what is still on its way is not taken', async () => {
    let late = (_answer: Answer): void => {};
    answer = () =>
      new Promise((resolve) => {
        late = resolve;
      });
    const { start, stop } = polling();
    start();
    await seconds(10.1);
    stop();
    late(page('a.9', true));
    await seconds(600);
    expect([asked.length, cursor, happened]).toEqual([1, 'a.7', []]);
  });

  test('a server that does not answer is asked ever less often, and found again', async () => {
    answer = () => silence;
    const polls = polling();
    polls.start();
    await seconds(600);
    // Never less than five seconds apart, and never more than twenty-five.
    expect(asked.length).toBeGreaterThanOrEqual(24);
    expect(asked.length).toBeLessThanOrEqual(100);
    expect([polls.isThrough, told()]).toEqual([false, []]);
    answer = () => page('a.7');
    await seconds(25.1);
    expect([polls.isThrough, told()]).toEqual([true, ['turned']]);
  });

  test('a request that is never answered is given up, and what it brings after that is not taken', async () => {
    let late: ((answer: Answer) => void) | undefined;
    const polls = polling();
    polls.start();
    await seconds(10.1);
    answer = () =>
      new Promise((resolve) => {
        late ??= resolve;
      });
    await seconds(6.3 + 10);
    expect([polls.isThrough, told()]).toEqual([false, ['turned', 'turned']]);
    late?.(page('a.9'));
    answer = () => silence;
    await seconds(60);
    expect([cursor, asked.length > 3]).toEqual(['a.7', true]);
  });

  test('nor is one answer too few for it to say that it follows', async () => {
    const polls = polling();
    polls.start();
    await seconds(10.1);
    answer = () => silence;
    await seconds(6.3);
    expect([polls.isThrough, told()]).toEqual([false, ['turned', 'turned']]);
  });

  test('whoever looks at the page again waits for no round', async () => {
    const polls = polling();
    polls.start();
    polls.hurry();
    await seconds(0);
    // A socket may still come.
    expect(asked).toEqual([]);
    await seconds(10.1);
    const before = asked.length;
    polls.hurry();
    polls.hurry();
    await seconds(0);
    expect(asked).toHaveLength(before + 1);
  });

  test('a page that nobody sees takes its time, and says where it is before that is forgotten', async () => {
    vi.stubGlobal('document', { visibilityState: 'hidden' });
    polling().start();
    await seconds(10 + 120);
    expect(asked.length).toBeLessThanOrEqual(12);
    expect(asked.length).toBeGreaterThanOrEqual((120_000 / presenceLease) * 1.5);
  });

  test('an answer that is not of the server’s is no answer', async () => {
    for (const body of [
      '<h1>Sign in to this network</h1>',
      undefined,
      {},
      { changes: [{}], cursor: 'a.8', more: false },
    ]) {
      answer = () => ok(body);
      const polls = polling();
      polls.start();
      await seconds(30);
      expect([polls.isThrough, cursor]).toEqual([false, 'a.7']);
      polls.stop();
    }
  });
});

describe('what the log can refuse', () => {
  test.each(['pruned', 'epoch', 'ahead'])('[L3] reset, since it is %s', async (reason) => {
    answer = () => (asked.length === 1 ? refusal('reset', { reason }) : page('a.1'));
    polling().start();
    await seconds(20);
    expect(told()).toEqual([`reset ${reason}`, 'turned', 'asked where it stands']);
    await seconds(20);
    expect(asked.slice(1).every((path) => path.endsWith('since=a.1'))).toBe(true);
  });

  test('[H1] whoever is taken out is told so once, and once when let in again', async () => {
    const polls = polling();
    polls.start();
    await seconds(10.1);
    answer = () => refusal('not-found');
    isMember = false;
    await seconds(120);
    expect(told().filter((what) => what.startsWith('reset'))).toEqual(['reset access']);
    expect(polls.isThrough).toBe(false);
    answer = () => page('a.1');
    isMember = true;
    await seconds(60);
    expect(told().filter((what) => what.startsWith('reset'))).toEqual(['reset access', 'reset access']);
    expect(polls.isThrough).toBe(true);
  });

  test('[S4] whoever is signed out is left to the connection', async () => {
    answer = () => refusal('unauthenticated');
    polling().start();
    await seconds(10.1);
    expect(happened).toEqual(['refused', 'beat']);
  });

  test('where nothing was read yet, it is learned first where the log stands', async () => {
    cursor = undefined;
    isMember = null;
    const polls = polling();
    polls.start();
    await seconds(30);
    expect([asked, polls.isThrough]).toEqual([[], false]);
    isMember = true;
    await seconds(40);
    expect(asked[0]).toBe('/workspaces/catalogue/changes?since=a.1');
  });
});
