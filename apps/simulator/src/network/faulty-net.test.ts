import { afterEach, describe, expect, test } from 'vitest';
import { listener, type Stage, stage, type TinyLine } from './testing.js';

let on: Stage | undefined;
afterEach(() => on?.done());
const begin = (...given: Parameters<typeof stage>): Stage => {
  on?.done();
  on = stage(...given);
  return on;
};

const key = (name: string): RequestInit => ({ method: 'PATCH', headers: { 'idempotency-key': name } });
/** What becomes of a request, and when. */
const follow = (answer: Promise<Response>): { became: string } => {
  const following = { became: '' };
  answer.then(
    async (response) => {
      following.became = `answer ${await response.text()}`;
    },
    (error: Error) => {
      following.became = error.message;
    },
  );
  return following;
};

describe('requests', () => {
  test('without faults pass as they are', async () => {
    const { net, server, struck } = begin({});
    expect(await (await net.fetch('/a')).text()).toBe('1');
    expect(server.arrived).toEqual([{ url: '/a', key: null }]);
    expect(struck()).toEqual([]);
  });

  test('take their time both ways', async () => {
    const { net, server, clock, struck } = begin({ delay: [100, 100] });
    const first = follow(net.fetch('/a'));
    await clock.tickAsync(99);
    expect(server.arrived).toEqual([]);
    await clock.tickAsync(2);
    expect([server.arrived.length, first.became]).toEqual([1, '']);
    await clock.tickAsync(100);
    expect(first.became).toBe('answer 1');
    expect(struck()).toEqual(['ana: delay 100-100 ms']);
  });

  test('are lost on the way there or on the way back: the client learns in either case that there was no answer', async () => {
    const { net, server, clock, struck } = begin({ drop: 1 });
    const all = Array.from({ length: 40 }, (_, place) => follow(net.fetch(`/${place}`, key(`k${place}`))));
    await clock.tickAsync(99);
    expect(all.every(({ became }) => became === '')).toBe(true);
    await clock.tickAsync(1_000);
    expect(all.every(({ became }) => became === 'fetch failed')).toBe(true);
    const lostBack = struck().filter((what) => what === 'ana: drop-answer').length;
    expect(lostBack).toBe(server.arrived.length);
    expect(lostBack).toBeGreaterThan(0);
    expect(struck().filter((what) => what === 'ana: drop-request').length).toBe(40 - lostBack);
  });

  test('[V7] come twice where they carry a key or only read, and the first answer is given back', async () => {
    const { net, server, clock, struck } = begin({ duplicate: 1 });
    expect(await (await net.fetch('/write', key('k'))).text()).toBe('1');
    await clock.tickAsync(500);
    expect(server.arrived).toEqual([
      { url: '/write', key: 'k' },
      { url: '/write', key: 'k' },
    ]);
    await net.fetch('/read');
    await net.fetch('/ticket', { method: 'POST' });
    await clock.tickAsync(500);
    expect(server.arrived.map(({ url }) => url).sort()).toEqual(['/read', '/read', '/ticket', '/write', '/write']);
    expect(struck()).toEqual(['ana: duplicate', 'ana: duplicate']);
  });

  test('are overtaken by later ones', async () => {
    const { net, server, clock } = begin({ reorder: 0.5 }, { seed: 3 });
    for (let place = 0; place < 20; place += 1) {
      follow(net.fetch(`/${place}`));
      await clock.tickAsync(10);
    }
    await clock.tickAsync(1_200);
    const order = server.arrived.map(({ url }) => Number(url.slice(1)));
    expect(order).not.toEqual([...order].sort((one, other) => one - other));
    expect(new Set(order).size).toBe(20);
  });

  test('that are given up while they are held say so, and do not arrive', async () => {
    const { net, server, clock } = begin({ reorder: 1 });
    const leaving = new AbortController();
    const given = follow(net.fetch('/a', { signal: leaving.signal }));
    leaving.abort(new Error('given up'));
    await clock.tickAsync(1_200);
    expect([given.became, server.arrived]).toEqual(['given up', []]);
  });
});

describe('lines', () => {
  test('[H2] take their time, and keep their order both ways', async () => {
    const { net, server, clock } = begin({ delay: [0, 300] });
    const { heard, dialling } = listener();
    const line = net.dial(dialling);
    const said = Array.from({ length: 30 }, (_, place) => `${place}`);
    server.lines[0]?.open();
    for (const text of said) {
      line.send(text);
      server.lines[0]?.say(text);
      await clock.tickAsync(5);
    }
    expect(heard.length).toBeLessThan(30);
    await clock.tickAsync(400);
    expect(heard).toEqual(['open by websocket', ...said]);
    expect(server.lines[0]?.heard).toEqual(said);
  });

  test('are cut, now or in the middle: then the last word arrives, and its answer does not', async () => {
    const { net, server, clock, struck } = begin({ cut: 1 });
    const unanswered: number[] = [];
    for (let place = 0; place < 30; place += 1) {
      const { heard, dialling } = listener();
      const line = net.dial(dialling);
      const far = server.lines[place] as TinyLine;
      far.isTalkative = true;
      let said = 0;
      for (; !heard.includes('lost') && said < 10_000; said += 1) {
        line.send(`${said}`);
        await clock.tickAsync(50);
      }
      expect(far.isClosed).toBe(true);
      unanswered.push(far.heard.length - heard.filter((each) => each.startsWith('answer')).length);
    }
    // To the last word, or to none.
    expect(new Set(unanswered)).toEqual(new Set([0, 1]));
    expect(struck()).toEqual(Array.from({ length: 30 }, () => 'ana: cut'));
  });

  test('are half-open: nothing passes, nobody is told, and the server has to find out by itself', async () => {
    const { net, server, clock, struck } = begin({ halfOpen: 1 });
    const { heard, dialling } = listener();
    const line = net.dial(dialling);
    await clock.tickAsync(60_000);
    line.send('ping');
    server.lines[0]?.say('ping');
    expect([heard, server.lines[0]?.heard]).toEqual([[], []]);
    // The client has waited long enough.
    line.close();
    await clock.tickAsync(60_000);
    expect(server.lines[0]?.isClosed).toBe(false);
    server.lines[0]?.lose();
    expect([heard, struck()]).toEqual([[], ['ana: half-open']]);
  });

  test('that are half-open are cut when the faults are over, at both ends', async () => {
    const { net, server, clock, turnOff } = begin({ halfOpen: 1 });
    const held = listener();
    net.dial(held.dialling);
    const left = net.dial(listener().dialling);
    await clock.tickAsync(60_000);
    left.close();
    turnOff();
    await clock.tickAsync(500);
    expect(held.heard).toEqual(['lost']);
    expect(server.lines.map(({ isClosed }) => isClosed)).toEqual([true, true]);
    expect(clock.countTimers()).toBe(0);
  });

  test('that the server has let go of are lost after what it said before', async () => {
    const { net, server, clock } = begin({ delay: [50, 50] });
    const { heard, dialling } = listener();
    net.dial(dialling);
    server.lines[0]?.say('bye');
    server.lines[0]?.lose();
    expect(heard).toEqual([]);
    await clock.tickAsync(60);
    expect(heard).toEqual(['bye', 'lost']);
  });
});

test('no fault strikes once they are off', async () => {
  const { net, server, clock, struck, turnOff } = begin({
    delay: [50, 90],
    drop: 0.5,
    duplicate: 0.5,
    cut: 1,
    halfOpen: 1,
  });
  turnOff();
  const { heard, dialling } = listener();
  const line = net.dial(dialling);
  for (let place = 0; place < 50; place += 1) {
    await net.fetch('/a');
    line.send('a');
    server.lines[0]?.say('a');
    await clock.tickAsync(1_000);
  }
  expect([server.arrived.length, heard.length, server.lines[0]?.heard.length]).toEqual([50, 50, 50]);
  expect(struck()).toEqual(['ana: delay 50-90 ms']);
});

test('one seed, one fate: of each editor its own, and of each page of theirs', async () => {
  const all = { delay: [1, 300], drop: 0.2, duplicate: 0.2, reorder: 0.2, cut: 0.3, halfOpen: 0.1 } as const;
  async function told(seed: number, editor: string): Promise<string> {
    const { net, server, clock, struck } = begin({ ...all, delay: [...all.delay] }, { seed, editor });
    const { heard, dialling } = listener();
    const line = net.dial(dialling);
    for (let place = 0; place < 40; place += 1) {
      follow(net.fetch(`/${place}`, key(`${place}`)));
      line.send(`${place}`);
      server.lines[0]?.say(`${place}`);
      await clock.tickAsync(100);
    }
    return JSON.stringify([struck(), server.arrived, server.lines[0]?.heard, heard]).replaceAll(editor, 'who');
  }
  const first = await told(7, 'ana');
  expect(await told(7, 'ana')).toBe(first);
  expect(await told(8, 'ana')).not.toBe(first);
  expect(await told(7, 'ben')).not.toBe(first);
});
