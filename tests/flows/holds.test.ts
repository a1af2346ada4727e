import { rmSync } from 'node:fs';
import type { Stale } from '@stet/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, match, type Person, personAt } from '../support/api.js';
import { answered, httpTo } from '../support/http.js';
import type { Saved } from '../support/saves.js';
import { type InProcess, type Server, startInProcess, startServer } from '../support/server.js';
import { connect, type Listener, personOn } from '../support/socket.js';
import { temporaryFolder } from '../support/stet.js';
import { at, books, newBook, type Story, startStory } from '../support/story.js';

// In test mode a tester holds a request at one place of its road, lets another one overtake it, and looks what comes of
// it: the races that the rules are about, each forced instead of waited for.

const holds = '/api/test/holds';

interface Hold {
  id: string;
  left: number;
  waiting: Array<{ id: number; method: string; path: string; user: string; key?: string; since: string }>;
}

async function hold(tester: Person, wanted: object): Promise<Hold> {
  const { status, body, text } = await tester.post<Hold>(holds, wanted);
  if (status !== 201) throw new Error(`Not held: ${status} ${text}`);
  return body;
}
const caught = (tester: Person, { id }: Hold, count = 1) => tester.get<Hold>(`${holds}/${id}?waiting=${count}`);
const letGo = (tester: Person, { id }: Hold) => tester.delete<{ letGo: number }>(`${holds}/${id}`);

let story: Story;
let ana: Person;
let ben: Person;
let mara: Person;
beforeAll(async () => {
  // Whoever hears of something heard it because it was told, and not because it looked by itself.
  story = await startStory({ STET_TEST_MODE: '1' }, { floors: { log: null } });
  [ana, ben, mara] = [story.as('ana'), story.as('ben'), story.as('mara')];
});
afterAll(() => story.stop());
beforeEach(async () => {
  await mara.delete(holds);
});

/** As whom a save goes out, by HTTP and by the socket. */
const roads: Array<[string, () => Promise<{ person: Person; close(): void }>]> = [
  ['over HTTP', async () => ({ person: ana, close: () => {} })],
  [
    'over the socket',
    async () => {
      const socket = await connect(story.url, ana);
      return { person: personOn(socket, story.check), close: () => socket.close() };
    },
  ],
];

describe.each(roads)('a save %s', (_road, open) => {
  test('[V2] that was checked before another one is written finds the guard: it is refused as stale', async () => {
    const [book, on] = [await newBook(ben, { title: 'Dune', pages: 1 }), await open()];
    const held = await hold(mara, { point: 'commit', path: at(book), user: 'ana' });
    const late = on.person.patch<Stale>(at(book), { pages: 2 }, match(book));
    expect((await caught(mara, held)).body).toMatchObject({
      left: 0,
      waiting: [{ method: 'PATCH', path: at(book).replace('/api', ''), user: 'ana' }],
    });
    expect((await ben.patch(at(book), { pages: 3 }, match(book))).status).toBe(200);
    expect((await letGo(mara, held)).body).toEqual({ letGo: 1 });
    const { status, body } = await late;
    expect([status, body.base?.pages, body.verdicts.pages]).toEqual([412, 1, 'conflict']);
    expect((await ben.get(at(book))).body).toMatchObject({ version: 2, pages: 3 });
    on.close();
  });

  test('[H5] whose answer is late is heard of before it is answered', async () => {
    const [book, on] = [await newBook(ben), await open()];
    const mine = await connect(story.url, ana);
    const held = await hold(mara, { point: 'answer', method: 'PATCH', path: at(book) });
    let isAnswered = false;
    const headers = { ...match(book), 'idempotency-key': `late-${book.id}` };
    const late = on.person.patch<Saved>(at(book), { pages: 2 }, headers).then((answer) => {
      isAnswered = true;
      return answer;
    });
    const echo = await mine.until('rt-change', ({ id, version }) => id === book.id && version === 2);
    expect([echo.key, isAnswered]).toEqual([headers['idempotency-key'], false]);
    await letGo(mara, held);
    expect([(await late).status, (await late).body.version]).toEqual([200, 2]);
    mine.close();
    on.close();
  });
});

test('[V7] a save that is sent again while its first answer is held makes no second version', async () => {
  const book = await newBook(ben);
  const headers = { ...match(book), 'idempotency-key': `again-${book.id}` };
  const held = await hold(mara, { point: 'answer', key: headers['idempotency-key'] });
  const first = ana.patch<Saved>(at(book), { pages: 2 }, headers);
  expect((await caught(mara, held)).body.waiting).toMatchObject([{ key: headers['idempotency-key'] }]);
  const again = await ana.patch<Saved>(at(book), { pages: 2 }, headers);
  expect([again.headers['idempotent-replayed'], again.body.version]).toEqual(['true', 2]);
  await letGo(mara, held);
  expect((await first).text).toBe(again.text);
  expect((await ana.get(at(book))).body.version).toBe(2);
});

test('[V7] and so it is where the first one has not come to its commit: one writes, the other hears of it', async () => {
  const book = await newBook(ben);
  const headers = { ...match(book), 'idempotency-key': `both-${book.id}` };
  const held = await hold(mara, { point: 'commit', user: 'ana' });
  const first = ana.patch<Saved>(at(book), { pages: 2 }, headers);
  await caught(mara, held);
  const again = await ana.patch<Saved>(at(book), { pages: 2 }, headers);
  await letGo(mara, held);
  const late = await first;
  expect([again.headers['idempotent-replayed'], late.headers['idempotent-replayed']]).toEqual([undefined, 'true']);
  expect([late.text, (await ana.get(at(book))).body.version]).toEqual([again.text, 2]);
});

test('[H2] [H3] what is durable and was told to nobody is heard with the next save, in order', async () => {
  const book = await newBook(ben);
  const reader = await connect(story.url, ben);
  const of = (socket: Listener) =>
    socket
      .heard('rt-change')
      .filter(({ id }) => id === book.id)
      .map(({ version }) => version);
  const held = await hold(mara, { point: 'publish', path: at(book) });
  const first = ana.patch<Saved>(at(book), { pages: 2 }, match(book));
  await caught(mara, held);
  // It stands, and whoever asks is told.
  const { body: second } = await personOn(reader).get<Saved>(at(book));
  expect([second.version, of(reader)]).toEqual([2, []]);
  await ben.patch(at(book), { pages: 3 }, match(second));
  await reader.until('rt-change', ({ id, version }) => id === book.id && version === 3);
  expect(of(reader)).toEqual([2, 3]);
  await letGo(mara, held);
  expect((await first).body.version).toBe(2);
  await ben.patch(at(book), { pages: 4 }, match((await ben.get<Saved>(at(book))).body));
  await reader.until('rt-change', ({ id, version }) => id === book.id && version === 4);
  expect(of(reader)).toEqual([2, 3, 4]);
  reader.close();
});

describe('[V6] [V7] [H2] a server that is killed between a commit and its news', () => {
  const data = temporaryFolder();
  const tokens = new Map<string, string>();
  beforeAll(async () => {
    const prepared = await startInProcess({ STET_DATA: data });
    for (const [user, role] of [['ana', 'editor'] as const, ['ben', 'editor'] as const, ['mara', 'manager'] as const]) {
      await prepared.user(user, { catalogue: role });
      tokens.set(user, await prepared.token(user));
    }
    await prepared.stop();
  });
  afterAll(() => rmSync(data, { recursive: true, force: true }));

  function peopleAt({ url }: Server) {
    const http = httpTo(url);
    const as = (name: string) => personAt(http, { authorization: `Bearer ${tokens.get(name)}` });
    return { ana: as('ana'), ben: as('ben'), mara: as('mara'), http };
  }

  test('has lost nothing: who comes back hears it, who asks again is told, and it was made once', async () => {
    let server = await startServer({ data, env: { STET_TEST_MODE: '1', LOG_LEVEL: 'silent' } });
    const before = peopleAt(server);
    const book = await newBook(before.ben);
    const { body: list } = await before.ben.get<{ cursor: string }>(books);
    const headers = { ...match(book), 'idempotency-key': 'cut-off' };
    const held = await hold(before.mara, { point: 'publish' });
    const cut = answered<Answer<Saved>>(before.ana.patch(at(book), { pages: 2 }, headers));
    await caught(before.mara, held);
    await server.kill('SIGKILL');
    expect(await cut).toBe(null);
    before.http.close();

    server = await startServer({ data });
    const after = peopleAt(server);
    const reader = await connect(server.url, after.ben, { cursors: { catalogue: list.cursor } });
    expect(await reader.next('rt-change')).toMatchObject({ id: book.id, version: 2, key: 'cut-off' });
    const again = await after.ana.patch<Saved>(at(book), { pages: 2 }, headers);
    expect([again.status, again.headers['idempotent-replayed'], again.body.version]).toEqual([200, 'true', 2]);
    expect((await after.ana.get(holds)).status).toBe(404);
    reader.close();
    after.http.close();
    await server.stop();
  });
});

describe('a hold', () => {
  test('catches what fits, as often as it is to, is listed with who waits, and is gone after that', async () => {
    const book = await newBook(ben);
    const held = await hold(mara, { point: 'answer', method: 'GET', path: at(book), times: 2 });
    const reads = [ana.get(at(book)), ben.get(at(book))];
    const { body } = await caught(mara, held, 2);
    expect(body.waiting.map(({ user }) => user).sort()).toEqual(['ana', 'ben']);
    // It catches no more, nor what does not fit.
    expect((await ana.get(at(book))).status).toBe(200);
    expect((await mara.get<{ items: Hold[] }>(holds)).body.items).toEqual([body]);
    expect((await mara.delete(holds)).body).toEqual({ letGo: 2 });
    expect((await Promise.all(reads)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await mara.get(holds)).body).toEqual({ items: [] });
    expect((await letGo(mara, held)).status).toBe(404);
  });

  test('means a path as the door reads it, however it is written', async () => {
    const book = await newBook(ben);
    const [first = '', ...rest] = book.id;
    const written = `%${first.charCodeAt(0).toString(16)}${rest.join('')}`;
    const held = await hold(mara, { point: 'answer', path: at(book).replace(book.id, written) });
    const read = ben.get(at(book).replace('catalogue', 'catalogu%65'));
    expect((await caught(mara, held)).body.waiting).toHaveLength(1);
    await letGo(mara, held);
    expect((await read).status).toBe(200);
  });

  test('lets go by itself, so that nothing hangs', async () => {
    const book = await newBook(ben);
    const held = await hold(mara, { point: 'commit', path: at(book), seconds: 1 });
    expect((await ana.patch(at(book), { pages: 2 }, match(book))).status).toBe(200);
    expect((await mara.get(`${holds}/${held.id}`)).status).toBe(404);
  });

  test('at which nobody comes is waited for no longer than was asked', async () => {
    const { id } = await hold(mara, { point: 'commit' });
    const { status, body } = await mara.get(`${holds}/${id}?waiting=1&within=1`);
    expect([status, body.detail]).toEqual([503, 'Of 1 requests 0 have come to this hold within 1 seconds.']);
  });

  test('[S1] is set by managers, over what they manage, and is nobody else’s to see', async () => {
    for (const person of [ana, story.as('zoe')]) {
      expect((await person.post(holds, { point: 'answer' })).status).toBe(403);
      expect((await person.get(holds)).status).toBe(403);
    }
    expect((await story.nobody.post(holds, { point: 'answer' })).status).toBe(401);
    await story.user('olga', { elsewhere: 'manager' });
    const olga = personAt(story.http, { authorization: `Bearer ${await story.token('olga')}` }, story.check);
    const theirs = await hold(olga, { point: 'answer' });
    await newBook(ben);
    expect((await olga.get<Hold>(`${holds}/${theirs.id}`)).body.waiting).toEqual([]);
    expect((await mara.get(holds)).body).toEqual({ items: [] });
    expect((await letGo(mara, theirs)).status).toBe(404);
    expect((await letGo(olga, theirs)).body).toEqual({ letGo: 0 });
  });

  test.each([
    [{}, 'point'],
    [{ point: 'before' }, 'point'],
    [{ point: 'commit', method: 'GET' }, 'method'],
    [{ point: 'commit', path: 'books/7' }, 'path'],
    [{ point: 'commit', path: '/api/workspaces/catalogue/books?q=x' }, 'path'],
    [{ point: 'commit', seconds: 3_600 }, 'seconds'],
    [{ point: 'commit', times: 0 }, 'times'],
    [
      { point: 'commit', usr: 'ben' },
      'usr',
      'is not known here; a hold has point, method, path, user, key, times and seconds',
    ],
    [[], ''],
  ])('[S3] that is asked for as %j is refused', async (wanted: object, path: string, message = expect.any(String)) => {
    const { status, body } = await mara.post<{ errors: Array<{ path: string; message: string }> }>(holds, wanted);
    expect([status, body.errors[0]]).toEqual([422, { path, message }]);
  });

  test('[S3] and there may be a hundred', async () => {
    const all = await Promise.all(Array.from({ length: 101 }, () => mara.post(holds, { point: 'commit', user: 'x' })));
    expect(all.map(({ status }) => status).sort()).toEqual([...Array(100).fill(201), 429]);
    expect((await mara.get(`${holds}/hold-1?waiting=x`)).status).toBe(400);
  });
});

test('a server that stops lets go of everybody first', async () => {
  const other = await startStory({ STET_TEST_MODE: '1' });
  const book = await newBook(other.as('ben'));
  const held = await hold(other.as('mara'), { point: 'commit' });
  const save = other.as('ana').patch(at(book), { pages: 2 }, match(book));
  await caught(other.as('mara'), held);
  const empty = await hold(other.as('mara'), { point: 'commit', user: 'nobody' });
  const waiting = caught(other.as('mara'), empty);
  const answers = await Promise.all([save, waiting, other.running.stop()]);
  expect([answers[0].status, answers[1].status]).toEqual([200, 404]);
  await other.stop();
});

describe('outside test mode', () => {
  let plain: InProcess;
  beforeAll(async () => {
    plain = await startInProcess();
  });
  afterAll(() => plain.stop());

  test('there are no holds: the path is unknown, as any other, and is not described', async () => {
    await plain.user('mara', { catalogue: 'manager' });
    const http = httpTo(plain.url);
    const manager = personAt(http, { authorization: `Bearer ${await plain.token('mara')}` });
    for (const method of ['GET', 'POST', 'DELETE', 'PATCH']) {
      const [unknown, ours] = [await manager.ask(method, '/api/nothing'), await manager.ask(method, holds)];
      expect([ours.status, ours.text]).toEqual([404, unknown.text]);
    }
    const described = async (server: { url: string }) => (await fetch(`${server.url}/api/openapi.json`)).text();
    expect(await described(plain)).not.toContain('/test/');
    expect(await described(story)).toContain('"/api/test/holds/{hold}"');
    http.close();
  });
});
