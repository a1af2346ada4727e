import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { books } from '@stet/protocol';
import { openSqliteStore, type SqlStore } from '@stet/store';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { Identity } from '../../auth/identity.js';
import type { Bus } from '../../bus/bus.js';
import { createMemoryBus } from '../../bus/memory-bus.js';
import { membershipsOf } from '../../door/me.js';
import { Hub } from '../../hub/hub.js';
import { limitsWith, type SomeLimits } from '../../limits.js';
import { createStreams, type Streams } from './streams.js';

// What a stream costs, and how long: with bounds that a test can reach, over a real network.

const workspace = 'catalogue';
const patience = { timeout: 15_000, interval: 5 };
let store: SqlStore;
let bus: Bus;
let hub: Hub;
beforeEach(async () => {
  store = await openSqliteStore(':memory:');
  bus = createMemoryBus(pino({ level: 'silent' }));
  hub = new Hub(store, bus, pino({ level: 'silent' }));
  await store.workspaces.create({ id: workspace, name: 'The catalogue' });
  for (const user of ['vic', 'ana', 'ben']) await store.workspaces.setMember({ workspace, user, role: 'viewer' });
});
afterEach(async () => {
  await hub.close();
  await bus.close();
  await store.close();
});

const whose = (user: string): Identity => ({
  user: { id: user, name: user, username: user },
  session: `session of ${user}`,
  expires: new Date(Date.now() + 60_000),
  via: 'cookie',
});

let count = 0;
async function write(bytes = 10): Promise<void> {
  count += 1;
  const by = { id: 'ana', name: 'Ana' };
  const body = { title: 'x'.repeat(bytes) };
  const at = new Date().toISOString();
  const base = { workspace, resource: books, before: null, action: 'create' as const, fields: ['title'], by, at };
  const outcome = await store.write({ ...base, id: `b${count}`, body });
  if (outcome.kind !== 'saved') throw new Error(`Not saved: ${outcome.kind}`);
  bus.publish({ kind: 'log', workspace, seq: outcome.entry.seq });
}

interface Opened {
  streams: Streams;
  /** Asks for the log from its beginning. */
  ask(user?: string): Promise<{ answer: IncomingMessage; text: () => string; over: Promise<unknown> }>;
  waiting(): number;
  /** Why each one ended that did. */
  ended: readonly string[];
  /** How many are watched over. */
  watched(): number;
}

/** `stands`: whether whoever asks is still signed in. */
async function serveWith(limits: SomeLimits, stands = true): Promise<Opened> {
  let watched = 0;
  const watch = async () => {
    if (!stands) return null;
    watched += 1;
    return {
      stands: () => true,
      release: () => {
        watched -= 1;
      },
    };
  };
  const ended: string[] = [];
  const write = (line: string) => {
    const { why } = JSON.parse(line) as { why?: string };
    if (why !== undefined) ended.push(why);
  };
  const log = pino({}, { write });
  const streams = createStreams({ hub, watch, log, limits: limitsWith(limits) });
  const waiting: Array<() => number> = [];
  const server = createServer(async (request, response) => {
    const standing = await store.workspaces.get(workspace);
    if (!standing) throw new Error('There is no workspace.');
    const who = whose(String(request.headers['x-user']));
    waiting.push(() => response.writableLength);
    const from = { kind: 'from', seq: 0 } as const;
    const refused = streams.open(response, { kind: 'stream', who, workspace: standing, from });
    if (refused) response.writeHead(refused.status, refused.headers).end(JSON.stringify(refused.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    streams,
    ended,
    watched: () => watched,
    waiting: () => Math.max(0, ...waiting.map((bytes) => bytes())),
    ask: (user = 'vic') =>
      new Promise((resolve, reject) => {
        const asked = get({ port, host: '127.0.0.1', headers: { 'x-user': user }, agent: false }, (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (piece: string) => {
            text += piece;
          });
          const over = new Promise((done) => answer.on('close', done).on('error', done));
          resolve({ answer, text: () => text, over });
        });
        asked.on('error', reject);
      }),
  };
}

/** Somebody beside the streams, who takes everything at once. */
async function quickReader() {
  const quick = { heard: 0 };
  const tell = () => {
    quick.heard += 1;
  };
  const rest = { notice: () => {}, presence: () => {}, reset: () => {}, bye: () => {} };
  const reader = { id: 'quick', user: 'vic', session: 'quick', tell, ...rest };
  await hub.join(reader, await membershipsOf(store, 'vic'), {});
  return quick;
}

test('a quiet stream has heartbeats, which are comments', async () => {
  const { ask } = await serveWith({ streams: { heartbeat: 20 } });
  const vic = await ask();
  await vi.waitUntil(() => vic.text().split(': still here\n\n').length > 3, patience);
  expect(vic.text().replace(/^retry: \d{4}\n\n/, '')).toMatch(/^(: still here\n\n)+$/);
});

test('[H4] who takes nothing of what is live holds a bounded number of bytes, and is cut off', async () => {
  const waitingLimits = { full: 200_000, most: 1_000_000, stalled: 500 };
  const { streams, ask, waiting, ended } = await serveWith({ waiting: waitingLimits });
  const vic = await ask();
  vic.answer.pause();
  const quick = await quickReader();
  let most = 0;
  for (let round = 1; streams.size > 0 && round < 500; round += 1) {
    await write(100_000);
    await vi.waitUntil(() => quick.heard === round, patience);
    most = Math.max(most, waiting());
    // Nothing more waits for it than one change beyond what makes it full; the rest stands in the log.
    expect(most).toBeLessThan(waitingLimits.full + 120_000);
  }
  await vi.waitUntil(() => streams.size === 0, patience);
  expect([hub.size, ended]).toEqual([1, ['too-slow']]);
  expect(most).toBeGreaterThan(waitingLimits.full);
  vic.answer.resume();
  await vic.over;
  expect(vic.answer.complete).toBe(false);
});

test('[H4] who takes nothing of what it missed is not sent more than it takes, and cut off', async () => {
  for (let place = 0; place < 200; place += 1) await write(100_000);
  const { streams, ask, waiting, ended } = await serveWith({ waiting: { full: 200_000, stalled: 200 } });
  const vic = await ask();
  vic.answer.pause();
  let most = 0;
  await vi.waitUntil(() => {
    most = Math.max(most, waiting());
    return streams.size === 0;
  }, patience);
  expect(ended).toEqual(['too-slow']);
  expect(most).toBeLessThan(400_000);
  vic.answer.resume();
  await vic.over;
});

test('who reads slowly what it missed gets all of it', async () => {
  for (let place = 0; place < 200; place += 1) await write(100_000);
  const { ask } = await serveWith({ waiting: { full: 100_000 } });
  const vic = await ask();
  vic.answer.on('data', () => {
    vic.answer.pause();
    setImmediate(() => vic.answer.resume());
  });
  await vi.waitUntil(() => vic.text().lastIndexOf('"seq":200,') > 0, { ...patience, interval: 50 });
  const seqs = [...vic.text().matchAll(/^data: .*?"seq":(\d+)/gm)].map(([, seq]) => Number(seq));
  expect(seqs).toEqual(Array.from({ length: 200 }, (_, place) => place + 1));
});

test('there is a bound for all, and one for each; what ends makes room', async () => {
  const { streams, ask } = await serveWith({ streams: { all: 3, perUser: 2 } });
  const [first, second] = [await ask('vic'), await ask('vic')];
  expect((await ask('vic')).answer.statusCode).toBe(429);
  expect((await ask('ana')).answer.statusCode).toBe(200);
  const full = await ask('ben');
  expect([full.answer.statusCode, full.answer.headers['retry-after']]).toEqual([503, '10']);
  first.answer.destroy();
  await vi.waitUntil(() => streams.size < 3, patience);
  expect((await ask('vic')).answer.statusCode).toBe(200);
  expect(second.text()).toMatch(/^retry: \d+\n\n$/);
});

test('a server that stops opens none', async () => {
  const { streams, ask } = await serveWith({});
  streams.stop();
  expect((await ask()).answer.statusCode).toBe(503);
  expect(hub.size).toBe(0);
});

test('[S4] a session that ended while the stream was being opened ends it', async () => {
  const { ask } = await serveWith({}, false);
  const vic = await ask();
  await vic.over;
  expect([vic.answer.complete, vic.text().replace(/\d+/, 'n')]).toEqual([true, 'retry: n\n\n: signed-out\n\n']);
});

test('a store that fails while one is opened ends that one, and it can come back', async () => {
  const { streams, ask, ended, watched } = await serveWith({});
  const after = vi.spyOn(store.workspaces, 'of').mockRejectedValueOnce(new Error('The disk is busy'));
  const vic = await ask();
  await vic.over;
  after.mockRestore();
  await vi.waitUntil(() => watched() === 0, patience);
  expect([ended, streams.size, hub.size]).toEqual([['failed'], 0, 0]);
  const again = await ask();
  await write();
  await vi.waitUntil(() => again.text().includes('"seq":1,'), patience);
});
