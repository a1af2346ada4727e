import { type Change, changeSchema, cursorOf, type Problem, readCursor, type StetRecord } from '@stet/protocol';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { match, personAt } from '../support/api.js';
import { type EventStream, openEvents } from '../support/events.js';
import type { Headers } from '../support/http.js';
import { randomOf, seed } from '../support/random.js';
import { startInProcess } from '../support/server.js';
import { connect, personOn } from '../support/socket.js';
import { at, books, type Name, newBook, type Story, startStory } from '../support/story.js';
import { until } from '../support/until.js';

// The log as server-sent events: for scripts, for curl, and for pages that can have no socket.

const changesPath = '/api/workspaces/catalogue/changes';
// Small enough that a test can reach it.
const waiting = { full: 256 * 1024, stalled: 2_000 };
const eventStream = { accept: 'text/event-stream' };

let story: Story;
const bearers = new Map<string, Headers>();
beforeAll(async () => {
  story = await startStory({}, { waiting });
});
afterAll(() => story.stop());

async function bearer(name: Name): Promise<Headers> {
  const known = bearers.get(name) ?? { authorization: `Bearer ${await story.token(name)}` };
  bearers.set(name, known);
  return known;
}

interface From {
  since?: string;
  lastEventId?: string;
}

/** A stream with these headers, which is left with the test. */
async function listenAs(shown: Headers, { since, lastEventId }: From = {}, path = changesPath): Promise<EventStream> {
  const query = since === undefined ? '' : `?since=${encodeURIComponent(since)}`;
  const resumed = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const stream = await openEvents(story.url, path + query, { ...shown, ...resumed });
  onTestFinished(() => stream.close());
  return stream;
}

const listen = async (name: Name, from?: From) => listenAs(await bearer(name), from);
const standing = async () => {
  const workspace = await story.engine.store.workspaces.get('catalogue');
  if (!workspace) throw new Error('There is no catalogue.');
  return workspace;
};
const cursorNow = async () => cursorOf(await standing());
const seqsOf = (changes: readonly Change[]) => changes.map(({ seq }) => seq);
const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, place) => first + place);
const seqIn = (cursor: string) => readCursor(cursor)?.seq ?? Number.NaN;

describe('a stream', () => {
  test('tells the same as the JSON answer, each change as an event whose id is its cursor', async () => {
    const since = await cursorNow();
    const book = await newBook(story.as('ana'), { title: 'Told in “two” ways', summary: 'On\n\ndata: two lines\r\n' });
    const changed = (await story.as('ben').patch<StetRecord>(at(book), { pages: 3 }, match(book))).body;
    await story.as('ana').delete(at(book), match(changed));
    const vic = await listen('vic', { since });
    await vic.until(({ action }) => action === 'destroy');
    const { changes } = (await story.as('vic').get<{ changes: Change[] }>(`${changesPath}?since=${since}`)).body;
    expect(vic.changes()).toEqual(changes);
    expect(vic.events.map(({ name, id }) => ({ name, id }))).toEqual(
      changes.map(({ cursor }) => ({ name: 'message', id: cursor })),
    );
    expect(vic.changes().map((change) => changeSchema.strict().parse(change))).toEqual(changes);
  });

  test('says what it is, that nobody is to keep or hold it, and when to come back', async () => {
    const vic = await listen('vic', { since: await cursorNow() });
    expect([vic.status, vic.headers]).toMatchObject([
      200,
      { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no', vary: 'Accept' },
    ]);
    await until('it says when to come back', () => vic.retry !== null);
    expect(vic.retry).toBeGreaterThanOrEqual(1_000);
    expect(vic.retry).toBeLessThanOrEqual(3_000);
  });

  test('without a cursor begins where the log begins', async () => {
    const last = (await newBook(story.as('ana'))).id;
    const vic = await listen('vic');
    await vic.until(({ id }) => id === last);
    expect(seqsOf(vic.changes())).toEqual(from(1, (await standing()).seq));
  });

  test('[H5] tells whose socket and which key a change is of, as a socket does', async () => {
    const vic = await listen('vic', { since: await cursorNow() });
    const headers = { 'stet-connection': 'c1', 'idempotency-key': 'k1' };
    const { body } = await story.as('ana').post<StetRecord>(books, { title: 'Keyed' }, headers);
    const change = await vic.until(({ id }) => id === body.id);
    expect(change).toMatchObject({ key: 'k1', by: { id: 'ana', name: 'Ana', connection: 'c1' }, obj: body });
  });
});

describe('[H2] [L2] resuming', () => {
  test(`cut again and again while three people write: each change is heard once, in order, without a gap (STET_SEED=${seed})`, {
    timeout: 60_000,
  }, async () => {
    const random = randomOf(seed);
    const start = await cursorNow();
    const heard: number[] = [];
    let isDone = false;
    const writing = Promise.all(
      (['ana', 'ben', 'chloe'] as const).map(async (name) => {
        let book = await newBook(story.as(name), { title: `By ${name}` });
        for (let count = 1; count <= 500; count += 1) {
          book = (await story.as(name).patch<StetRecord>(at(book), { pages: count }, match(book))).body;
        }
      }),
    ).finally(() => {
      isDone = true;
    });
    const shown = await bearer('vic');
    const isAtEnd = async (id: string) => isDone && seqIn(id) === (await standing()).seq;
    let lastEventId = start;
    let cuts = 0;
    // As a browser does it: the same address each time, and the last id in a header.
    for (; !(await isAtEnd(lastEventId)); cuts += 1) {
      const resumed: Headers = cuts === 0 ? {} : { 'last-event-id': lastEventId };
      const stream = await openEvents(story.url, `${changesPath}?since=${start}`, { ...shown, ...resumed });
      const enough = random.int(1, 90);
      await until('it has heard some', () => stream.events.length >= enough || isAtEnd(stream.lastEventId));
      stream.close();
      await stream.over;
      heard.push(...seqsOf(stream.changes()));
      lastEventId = stream.lastEventId || lastEventId;
    }
    await writing;
    expect(heard).toEqual(from(seqIn(start) + 1, (await standing()).seq));
    expect(heard.length).toBe(1_503);
    expect(cuts).toBeGreaterThan(5);
  });

  test('goes on from Last-Event-ID, which wins over since', async () => {
    const since = await cursorNow();
    await newBook(story.as('ana'));
    const lastEventId = await cursorNow();
    const book = await newBook(story.as('ana'));
    const vic = await listen('vic', { since, lastEventId });
    await vic.until(({ id }) => id === book.id);
    expect(vic.changes().map(({ id }) => id)).toEqual([book.id]);
    // A page that has heard nothing yet sends an empty one, if any.
    const other = await listen('vic', { since, lastEventId: '' });
    await other.until(({ id }) => id === book.id);
    expect(other.changes()).toHaveLength(2);
  });

  test('50 changes missed are 50 changes sent, however many books there are', async () => {
    await Promise.all(from(1, 400).map((place) => newBook(story.as('ben'), { title: `One of many ${place}` })));
    const since = await cursorNow();
    let book = await newBook(story.as('ana'), { title: 'Edited all night' });
    for (const pages of from(1, 49)) {
      book = (await story.as('ana').patch<StetRecord>(at(book), { pages }, match(book))).body;
    }
    const vic = await listen('vic', { since });
    await vic.until(({ version }) => version === 50);
    expect(vic.events).toHaveLength(50);
    expect(vic.bytes).toBeLessThan(50 * 1_500);
  });
});

describe('[L3] reset', () => {
  test.each(['epoch', 'ahead', 'malformed'] as const)(
    '%s: the stream says so and ends; who comes back hears what is live',
    async (reason) => {
      const { epoch, seq } = await standing();
      const since = { epoch: `other.${seq}`, ahead: `${epoch}.${seq + 1}`, malformed: 'nonsense' }[reason];
      const vic = await listen('vic', { since });
      expect(await vic.over).toBe('end');
      const head = await cursorNow();
      const data = JSON.stringify({ workspace: 'catalogue', reason, cursor: head });
      expect(vic.events).toEqual([{ name: 'reset', id: head, data }]);
      const again = await listen('vic', { since, lastEventId: vic.lastEventId });
      const book = await newBook(story.as('ana'));
      await again.until(({ id }) => id === book.id);
      expect(again.events).toHaveLength(1);
    },
  );

  test('pruned: what lies below the floor is not told in part, in either form, nor on a socket; histories are whole', async () => {
    const ana = story.as('ana');
    const before = await cursorNow();
    const book = await newBook(ana, { title: 'Before the floor' });
    const changed = (await ana.patch<StetRecord>(at(book), { pages: 1 }, match(book))).body;
    await story.engine.store.prune(new Date(Date.now() + 60_000).toISOString());
    const head = await cursorNow();

    const vic = await listen('vic', { since: before });
    expect(await vic.over).toBe('end');
    expect(vic.events.map(({ name, id, data }) => [name, id, JSON.parse(data)])).toEqual([
      ['reset', head, { workspace: 'catalogue', reason: 'pruned', cursor: head }],
    ]);
    const whole = await listen('vic');
    await whole.over;
    expect(whole.events.map(({ name }) => name)).toEqual(['reset']);
    const json = await story.as('vic').get<Problem>(`${changesPath}?since=${before}`);
    expect([json.status, json.body]).toMatchObject([410, { type: '/problems/reset', reason: 'pruned', cursor: head }]);
    const socket = await connect(story.url, story.as('vic'), { cursors: { catalogue: before } });
    expect((await socket.next('reset')).reason).toBe('pruned');

    // Who had read to the end has missed nothing.
    const upToDate = await listen('vic', { since: head });
    const next = (await ana.patch<StetRecord>(at(book), { pages: 2 }, match(changed))).body;
    await upToDate.until(({ version }) => version === next.version);
    expect(upToDate.events).toHaveLength(1);
    expect((await socket.next('rt-change')).version).toBe(next.version);
    socket.close();
    const history = await ana.get<{ items: Array<{ version: number }> }>(at(book, '/versions'));
    expect(history.body.items.map(({ version }) => version)).toEqual([3, 2, 1]);
    expect((await ana.get(at(book, '/versions/1'))).body).toMatchObject({ obj: { title: 'Before the floor' } });
  });
});

describe('who gets it', () => {
  test('whoever does not ask for it gets JSON', async () => {
    for (const accept of ['*/*', 'application/json', 'application/json, text/event-stream;q=0.9', 'text/html']) {
      const { status, headers } = await story.as('vic').get(`${changesPath}?limit=1&since=${await cursorNow()}`, {
        accept,
      });
      expect([accept, status, headers['content-type'], headers.vary]).toEqual([
        ...[accept, 200, 'application/json; charset=utf-8', 'Accept'],
      ]);
    }
  });

  test('a request on a socket gets JSON, whatever it asks for', async () => {
    const vic = await connect(story.url, story.as('vic'));
    const { status, body } = await personOn(vic, story.check).get(
      `${changesPath}?since=${await cursorNow()}`,
      eventStream,
    );
    expect([status, body]).toEqual([200, { changes: [], cursor: await cursorNow(), more: false }]);
    vic.close();
  });

  test('HEAD says what GET would be, and ends; other methods are refused', async () => {
    const vic = story.as('vic');
    const head = await vic.ask('HEAD', changesPath, eventStream);
    expect([head.status, head.headers['content-type'], head.text]).toEqual([200, 'text/event-stream', '']);
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const { status, headers } = await vic.ask<Problem>(method, changesPath, eventStream);
      expect([method, status, headers.allow]).toEqual([method, 405, 'GET']);
    }
  });

  test('[S1] nobody without a session or token; and what is not theirs is answered like what is not there', async () => {
    expect((await story.nobody.get<Problem>(changesPath, eventStream)).status).toBe(401);
    const answers = [];
    for (const path of [changesPath, '/api/workspaces/nowhere/changes']) {
      const { status, text } = await story.as('zoe').get<Problem>(path, eventStream);
      answers.push([status, text]);
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.[0]).toBe(404);
  });

  test('[S2] no page of another origin', async () => {
    const { status } = await story
      .as('vic')
      .get<Problem>(changesPath, { ...eventStream, origin: 'https://evil.example' });
    expect(status).toBe(403);
  });

  test('[S3] what can not be read is refused before anything is opened', async () => {
    for (const query of ['?sincee=x', '?since=a&since=b', '?limit=0', '?limit=x', `?since=${'x'.repeat(101)}`]) {
      const { status } = await story.as('vic').get<Problem>(changesPath + query, eventStream);
      expect([query, status]).toEqual([query, 400]);
    }
    const long = await listen('vic', { lastEventId: 'x'.repeat(5_000) });
    await long.over;
    expect(long.events.map(({ data }) => (JSON.parse(data) as { reason: string }).reason)).toEqual(['malformed']);
  });

  test('a person may have many, and not any number of them', async () => {
    const shown = { authorization: `Bearer ${await story.token('mara')}` };
    const path = `${changesPath}?since=${await cursorNow()}`;
    const streams = await Promise.all(from(1, 20).map(() => openEvents(story.url, path, shown)));
    const refused = await personAt(story.http, shown, story.check).get<Problem>(path, eventStream);
    expect([refused.status, refused.body.type, refused.headers['retry-after']]).toEqual([
      ...[429, '/problems/too-many-requests', '10'],
    ]);
    // Others have their own.
    const vic = await listen('vic', { since: await cursorNow() });
    expect(vic.status).toBe(200);
    streams[0]?.close();
    await until('there is room again', async () => {
      const again = await openEvents(story.url, path, shown);
      again.close();
      return again.status === 200;
    });
    for (const stream of streams) stream.close();
  });
});

describe('[S4] [H1] it ends', () => {
  const cookieOf = async (name: Name) => ({ cookie: await story.signIn(name), origin: story.url });

  test('when its session does, and no other', async () => {
    const [mine, other] = [await cookieOf('ana'), await cookieOf('ana')];
    const since = await cursorNow();
    const [stream, elsewhere] = [await listenAs(mine, { since }), await listenAs(other, { since })];
    const signedOut = await personAt(story.http, mine, story.check).post('/api/auth/sign-out', {});
    expect(signedOut.status).toBe(200);
    expect(await stream.over).toBe('end');
    const book = await newBook(story.as('ben'));
    await elsewhere.until(({ id }) => id === book.id);
    expect([stream.events, stream.comments]).toEqual([[], ['signed-out']]);
    expect((await listenAs(mine, { since })).status).toBe(401);
  });

  test('when its token is revoked, also while it is just opening', async () => {
    for (let round = 0; round < 10; round += 1) {
      const token = await story.token('vic');
      const opening = openEvents(story.url, `${changesPath}?since=${await cursorNow()}`, {
        authorization: `Bearer ${token}`,
      });
      if (round % 2 === 0) await opening;
      expect(await story.engine.auth.revokeToken(token)).toBe(true);
      const stream = await opening;
      await stream.over;
      expect(stream.events).toEqual([]);
    }
  });

  test('when its user is taken out of the workspace, without a word of what is in it since', async () => {
    await story.user('chloe', { catalogue: 'editor', elsewhere: 'viewer' });
    const chloe = await listen('chloe', { since: await cursorNow() });
    const other = await listenAs(await bearer('chloe'), {}, '/api/workspaces/elsewhere/changes');
    const known = await newBook(story.as('ana'));
    await chloe.until(({ id }) => id === known.id);
    const last = chloe.lastEventId;
    await story.user('chloe', { catalogue: null });
    await newBook(story.as('ana'), { title: 'Not for Chloe' });
    expect(await chloe.over).toBe('end');
    const data = JSON.stringify({ workspace: 'catalogue', reason: 'access' });
    expect(chloe.events.at(-1)).toEqual({ name: 'reset', id: last, data });
    expect(chloe.events).toHaveLength(2);
    expect((await listen('chloe', { lastEventId: last })).status).toBe(404);
    // The other workspace is still hers.
    const { body } = await story.as('zoe').post<StetRecord>('/api/workspaces/elsewhere/books', { title: 'For Chloe' });
    await other.until(({ id }) => id === body.id);
    await story.user('chloe', { catalogue: 'editor', elsewhere: null });
    await other.over;
  });

  test('a workspace that is given meanwhile is no part of it', async () => {
    const zoe = await listenAs(await bearer('zoe'), {}, '/api/workspaces/elsewhere/changes');
    await story.user('zoe', { catalogue: 'viewer' });
    await newBook(story.as('ana'));
    const { body } = await story.as('zoe').post<StetRecord>('/api/workspaces/elsewhere/books', { title: 'Here' });
    await zoe.until(({ id }) => id === body.id);
    expect(new Set(zoe.changes().map(({ workspace }) => workspace))).toEqual(new Set(['elsewhere']));
    expect(zoe.events.map(({ name }) => name)).not.toContain('reset');
    await story.user('zoe', { catalogue: null });
  });

  test('when the server stops: it says when to come back, and keeps nobody waiting', async () => {
    const server = await startInProcess();
    await server.user('vic', { catalogue: 'viewer' });
    const authorization = `Bearer ${await server.token('vic')}`;
    const streams = await Promise.all(from(1, 10).map(() => openEvents(server.url, changesPath, { authorization })));
    await until('each has been told when to come back', () => streams.every(({ retry }) => retry !== null));
    const retries = streams.map(({ retry }) => retry);
    await server.stop();
    expect(await Promise.all(streams.map(({ over }) => over))).toEqual(streams.map(() => 'end'));
    expect(streams.map(({ comments }) => comments)).toEqual(streams.map(() => ['stopping']));
    // Not all at the same moment.
    expect(streams.map(({ retry }) => retry)).not.toEqual(retries);
    expect(new Set(streams.map(({ retry }) => retry)).size).toBeGreaterThan(1);
  });
});

test('[H4] who does not read is cut off and holds up nobody; who comes back goes on where they were', async () => {
  const since = await cursorNow();
  const [slow, quick] = [await listen('vic', { since }), await listen('ben', { since })];
  slow.pause();
  const open = story.running.load().streams;
  const ana = personAt(story.http, await bearer('ana'));
  const text = 'x '.repeat(9_999);
  // 8 MB: more than a network takes by itself whose other end takes nothing.
  for (let written = 0; written < 200; written += 20) {
    await Promise.all(from(1, 20).map(() => newBook(ana, { title: 'Long', notes: text, summary: text })));
    expect(story.running.load().waiting).toBeLessThan(waiting.full + 100_000);
  }
  const { seq } = await standing();
  await quick.until((change) => change.seq === seq);
  expect(seqsOf(quick.changes())).toEqual(from(seqIn(since) + 1, seq));
  await until('it is cut off', () => story.running.load().streams === open - 1);
  slow.goOn();
  expect(await slow.over).toBe('cut');
  const again = await listen('vic', { since, lastEventId: slow.lastEventId });
  await again.until((change) => change.seq === seq);
  expect([...seqsOf(slow.changes()), ...seqsOf(again.changes())]).toEqual(from(seqIn(since) + 1, seq));
});
