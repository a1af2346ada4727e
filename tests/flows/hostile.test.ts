import { connect as connectTcp, type Socket as TcpSocket } from 'node:net';
import { cursorOf, type Down, type RtChange } from '@stet/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Person, personAt } from '../support/api.js';
import { openEvents } from '../support/events.js';
import { openRawSocket, type RawSocket } from '../support/raw-socket.js';
import { connect, hello, type Listener, openSocket, ticketOf } from '../support/socket.js';
import { books, newBook, type Story, startStory } from '../support/story.js';
import { until } from '../support/until.js';

// People who read nothing, say too much, say nonsense, or fall silent: they are let go, and whoever is beside them never
// notices. The limits are small, so that a test can reach them.

const waiting = { full: 64 * 1024, most: 1024 * 1024, stalled: 1_500 };
const limits = {
  waiting,
  talk: { perSecond: 50, burst: 100, beyond: 100 },
  sockets: { perUser: 4, silent: 3, pingEvery: 300, pongWithin: 1_500 },
  http: { headersWithin: 1_000, requestWithin: 2_000, lookEvery: 100 },
};

let story: Story;
let ben: Listener;
/** Ana, who writes so much that her answers are not all held against the description. */
let writer: Person;
beforeAll(async () => {
  story = await startStory({}, limits);
  writer = personAt(story.http, { authorization: `Bearer ${await story.token('ana')}` });
  ben = await connect(story.url, story.as('ben'));
});
afterAll(async () => {
  ben.close();
  await story.stop();
});

/** Where each change of a list stands in the log. */
const seqsOf = (heard: readonly Down[]) =>
  heard.flatMap((message) => (message.type === 'rt-change' ? [message.seq] : []));
const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, place) => first + place);

let before = 0;
beforeEach(() => {
  before = seqsOf(ben.all).length;
});
afterEach(async () => {
  // Whatever the test has done, Ben was told of every change, once, in order, and is still.
  const book = await newBook(story.as('ana'));
  await ben.until('rt-change', ({ id }) => id === book.id);
  const seqs = seqsOf(ben.all);
  expect(seqs).toEqual(from(1, seqs.length));
  expect(seqs.length).toBeGreaterThan(before);
});

async function raw(name: 'vic' | 'chloe' | 'mara', cursors?: Record<string, string>): Promise<RawSocket> {
  const socket = await openRawSocket(story.url);
  onTestFinished(() => socket.close());
  socket.say(hello(await ticketOf(story.as(name)), cursors ? { cursors } : {}));
  await heard(socket, 'welcome');
  return socket;
}

function heard<T extends Down['type']>(socket: RawSocket, type: T): Promise<Extract<Down, { type: T }>> {
  return until(`${type} is heard`, () =>
    socket.heard.find((message): message is Extract<Down, { type: T }> => message.type === type),
  );
}

const sockets = () => story.running.load().sockets;

const long = 'x'.repeat(20_000);
let isLong = false;

/** Changes that are more than the network between two ends holds. */
async function writeMuch(after: () => void = () => {}): Promise<void> {
  for (let round = 0; round < 15; round += 1) {
    const book = { title: 'Long', summary: long, notes: long };
    await Promise.all(Array.from({ length: 10 }, () => newBook(writer, book)));
    after();
  }
  isLong = true;
}

describe('[H4] who never reads', () => {
  test('holds a bounded number of bytes, is cut off though it answers pings, and goes on where it was', async () => {
    const vic = await raw('vic');
    const first = await newBook(writer);
    await until('it is told of the first', () => seqsOf(vic.heard).length > 0);
    vic.pause();
    const talking = setInterval(() => vic.say({ type: 'pong' }), 50);
    onTestFinished(() => clearInterval(talking));
    const open = sockets();
    let most = 0;
    await writeMuch(() => {
      most = Math.max(most, story.running.load().waiting);
    });
    await Promise.all(Array.from({ length: 300 }, () => newBook(writer)));
    const last = await newBook(writer);
    await ben.until('rt-change', ({ id }) => id === last.id);
    most = Math.max(most, story.running.load().waiting);
    expect(most).toBeGreaterThanOrEqual(waiting.full);
    expect(most).toBeLessThan(waiting.full + 100_000);
    await until('it is cut off', () => sockets() === open - 1 && story.running.load().waiting === 0);

    const told = vic.heard.filter((message): message is RtChange => message.type === 'rt-change');
    expect(told[0]?.id).toBe(first.id);
    const again = await raw('vic', { catalogue: told.at(-1)?.cursor ?? '' });
    await until('it has the last one', () => seqsOf(again.heard).length + told.length === 452);
    expect(seqsOf([...told, ...again.heard])).toEqual(from(before + 1, before + 452));
  });

  test('what it asks for is not begun while it takes no answers', async () => {
    if (!isLong) await writeMuch();
    const standing = await story.engine.store.workspaces.get('catalogue');
    const mara = await openRawSocket(story.url);
    onTestFinished(() => mara.close());
    mara.pause();
    const cursor = cursorOf({ epoch: standing?.epoch ?? '', seq: 0 });
    mara.say(hello(await ticketOf(story.as('mara')), { cursors: { catalogue: cursor } }));
    // As long as the network between them takes some, it is full only for moments.
    let [waits, same] = [0, 0];
    await until('what it missed waits for it', () => {
      const now = story.running.load().waiting;
      same = now === waits ? same + 1 : 0;
      waits = now;
      return waits >= waiting.full && same >= 10;
    });
    const open = sockets();
    const body = { id: 'never-begun', title: 'Never begun' };
    mara.say({ type: 'request', ref: 'late', method: 'POST', path: books, body });
    await until('it is cut off', () => sockets() === open - 1);
    expect((await story.as('mara').get(`${books}/never-begun`)).status).toBe(404);
  });
});

describe('[S3] who says too much', () => {
  test('is answered that it is too much, then sent away for a while', async () => {
    const chloe = await raw('chloe');
    for (let count = 0; count < 150; count += 1) {
      chloe.say({ type: 'request', ref: `${count}`, method: 'GET', path: '/api/me' });
    }
    await until('all are answered', () => chloe.heard.filter(({ type }) => type === 'reply').length === 150);
    const refused = chloe.heard.flatMap((message) =>
      message.type === 'reply' && message.status === 429 ? [message.headers] : [],
    );
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every((headers) => headers['retry-after'] === '1')).toBe(true);
    expect(chloe.isOver).toBe(false);
    for (let count = 0; count < 400; count += 1) chloe.say({ type: 'ping' });
    expect(await heard(chloe, 'bye')).toMatchObject({ reason: 'refused', retry: expect.any(Number) });
    await chloe.over;
    const told = chloe.heard.flatMap((message) => (message.type === 'refused' ? [message.problem.type] : []));
    expect(told).toEqual(['/problems/too-many-requests']);
  });

  test('in few words that are long is too much as well', async () => {
    const chloe = await raw('chloe');
    for (let count = 0; count < 40; count += 1) chloe.sayText('x'.repeat(60_000));
    expect((await heard(chloe, 'bye')).reason).toBe('refused');
    await chloe.over;
  });

  test('is told so once a second, and may talk on when it has calmed down', async () => {
    const chloe = await raw('chloe');
    for (let count = 0; count < 150; count += 1) chloe.say({ type: 'ping' });
    await heard(chloe, 'refused');
    await until('a ping is answered again', () => {
      const pongs = () => chloe.heard.filter(({ type }) => type === 'pong').length;
      const had = pongs();
      chloe.say({ type: 'ping' });
      return until('a pong', () => pongs() > had, 100).catch(() => false);
    });
    expect(chloe.isOver).toBe(false);
  });
});

describe('[S3] who says nonsense', () => {
  test.each([
    ['below the frames', (socket: RawSocket) => socket.sayBytes(Buffer.alloc(1_000, 0xff))],
    [
      'in a frame without end',
      (socket: RawSocket) => socket.sayBytes(Buffer.from([0x81, 0xff, 0, 0, 0, 9, 0, 0, 0, 0])),
    ],
    ['in the messages', (socket: RawSocket) => ['', '{', '[]'].forEach(socket.sayText)],
  ])('%s loses the connection', async (_where, speak) => {
    const chloe = await raw('chloe');
    const open = sockets();
    speak(chloe);
    await chloe.over;
    await until('it is gone', () => sockets() === open - 1);
  });
});

describe('[H4] who is silent', () => {
  test('and does not answer when asked, is let go: it may be half a connection', async () => {
    const chloe = await raw('chloe');
    await heard(chloe, 'ping');
    expect(await heard(chloe, 'bye')).toEqual({ type: 'bye', reason: 'idle', retry: 0 });
    await chloe.over;
  });

  test('from the start makes room for who comes later', async () => {
    const silent: RawSocket[] = [];
    for (let count = 0; count < 5; count += 1) silent.push(await openRawSocket(story.url));
    onTestFinished(() => silent.forEach((socket) => void socket.close()));
    await Promise.all(silent.slice(0, 2).map((socket) => heard(socket, 'bye')));
    expect(silent.slice(2).map((socket) => socket.heard)).toEqual([[], [], []]);
    const vic = await connect(story.url, story.as('vic'));
    vic.close();
  });
});

test('[S3] one person may have so many sockets open, and another when one of them is closed', async () => {
  const own = [];
  for (let count = 0; count < limits.sockets.perUser; count += 1) own.push(await raw('chloe'));
  const one = await openSocket(story.url);
  one.say(hello(await ticketOf(story.as('chloe'))));
  expect((await one.next('refused')).problem.type).toBe('/problems/too-many-requests');
  expect(await one.next('bye')).toEqual({ type: 'bye', reason: 'refused', retry: 30_000 });
  await one.closed;
  const open = sockets();
  own[0]?.close();
  await until('it is gone', () => sockets() === open - 1);
  (await connect(story.url, story.as('chloe'))).close();
});

describe('[S2] the id of an XHR session', () => {
  const poll = async (cookie: string, door = 'xhr', body = '') =>
    fetch(`${story.url}/rt/0/carried-off/${door}`, { method: 'POST', headers: { cookie }, body });

  test('is good with the session that it was opened with, and for nobody else', async () => {
    const [ana, stranger] = [await story.signIn('ana'), await story.signIn('ben')];
    expect(await (await poll(ana)).text()).toBe('o\n');
    for (const cookie of [stranger, 'stet.session_token=made-up', 'other=cookie']) {
      expect([cookie, (await poll(cookie)).status]).toEqual([cookie, 404]);
      expect([cookie, (await poll(cookie, 'xhr_send', '["{}"]')).status]).toEqual([cookie, 404]);
    }
    // What else her browser may have kept is nobody's business.
    expect((await poll(`theme=dark; ${ana}`, 'xhr_send', '["{\\"type\\":\\"ping\\"}"]')).status).toBe(204);
    expect(await (await poll(ana)).text()).toContain('pong');
  });
});

describe('[S3] a request that comes drop by drop', () => {
  /** One more piece every now and then, until nobody listens any more. */
  function drip(first: string, drop: string): { said: () => string; over: Promise<void> } {
    const socket: TcpSocket = connectTcp({ host: '127.0.0.1', port: Number(new URL(story.url).port) });
    let said = '';
    socket
      .on('error', () => {})
      .on('data', (bytes: Buffer) => {
        said += bytes.toString();
      });
    socket.write(first);
    const dripping = setInterval(() => socket.writable && socket.write(drop), 50);
    const over = new Promise<void>((resolve) => {
      socket.once('close', () => {
        clearInterval(dripping);
        resolve();
      });
    });
    onTestFinished(() => void socket.destroy());
    return { said: () => said, over };
  }

  test('is cut off, whatever of it is slow, and what is long and in order goes on beside it', async () => {
    const token = `Bearer ${await story.token('vic')}`;
    const stream = await openEvents(story.url, '/api/workspaces/catalogue/changes', { authorization: token });
    onTestFinished(() => stream.close());
    const xhr = await connect(story.url, story.as('vic'), { transport: 'xhr-streaming' });
    const polling = await connect(story.url, story.as('vic'), { transport: 'xhr-polling' });
    const body = 'content-type: application/json\r\ncontent-length: 100000\r\n\r\n{';
    const drips = [
      drip('GET /api/me HTTP/1.1\r\n', 'x-more: 1\r\n'),
      drip('', '\r\n'),
      drip('GET /rt/0/slowloris/websocket HTTP/1.1\r\n', 'x-more: 1\r\n'),
      drip(`POST ${books} HTTP/1.1\r\nhost: x\r\nauthorization: ${token}\r\n${body}`, ' '),
      drip('POST /rt/0/slowloris/xhr HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n', ' '),
    ];
    await Promise.all(drips.map(({ over }) => over));
    expect(drips[0]?.said()).toMatch(/^HTTP\/1.1 408 [\s\S]*\/problems\/timed-out/);
    const book = await newBook(story.as('ana'));
    await stream.until(({ id }) => id === book.id);
    await xhr.until('rt-change', ({ id }) => id === book.id);
    await polling.until('rt-change', ({ id }) => id === book.id);
    xhr.close();
    polling.close();
  });
});
