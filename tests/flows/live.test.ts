import type { StetEvent } from '@stet/client';
import { type Change, books as ofBooks, PROTOCOL_VERSION, type RtChange, type StetRecord } from '@stet/protocol';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { match } from '../support/api.js';
import { type Editor, editorOf, hears, shown } from '../support/editor.js';
import { connect, hello, openSocket, personOn, ticketOf } from '../support/socket.js';
import { at, books, newBook, type Story, startStory } from '../support/story.js';
import { until } from '../support/until.js';

// What is saved is heard: by whom, when, in which order, and by nobody else.

let story: Story;
beforeAll(async () => {
  story = await startStory();
});
afterAll(() => story.stop());

const cursorNow = async () => (await story.as('ana').get<{ cursor: string }>(books)).body.cursor;

describe('a socket opens', () => {
  test('[H1] with a ticket, to its user’s one channel', async () => {
    const ana = await connect(story.url, story.as('ana'));
    expect(ana.welcome).toMatchObject({
      protocol: PROTOCOL_VERSION,
      channel: 'rt-change/ana',
      user: { id: 'ana', name: 'Ana' },
      workspaces: [{ id: 'catalogue', role: 'editor', cursor: await cursorNow() }],
    });
    const other = await connect(story.url, story.as('ana'));
    expect(other.welcome.connection).not.toBe(ana.welcome.connection);
    ana.close();
    other.close();
  });

  test.each(['websocket', 'xhr-streaming', 'xhr-polling'])('and is told the same over %s', async (transport) => {
    const ana = await connect(story.url, story.as('ana'), { transport });
    const book = await newBook(story.as('ben'), { title: `over ${transport}` });
    expect((await ana.until('rt-change', ({ id }) => id === book.id)).obj).toEqual(book);
    expect((await personOn(ana, story.check).get(at(book))).body).toEqual(book);
    ana.close();
  });

  test('[S2] with a ticket that works once', async () => {
    const ticket = await ticketOf(story.as('ana'));
    const first = await openSocket(story.url);
    first.say(hello(ticket));
    await first.next('welcome');
    const second = await openSocket(story.url);
    second.say(hello(ticket));
    expect((await second.next('refused')).problem.type).toBe('/problems/unauthenticated');
    expect(await second.next('bye')).toMatchObject({ reason: 'refused', retry: 0 });
    expect((await second.closed).code).toBe(4400);
    first.close();
  });

  test('[S2] and neither with an unknown ticket nor with a token or a session in its place', async () => {
    const token = await story.token('ana');
    for (const ticket of ['', 'x', token, await story.signIn('ana')]) {
      const socket = await openSocket(story.url);
      socket.say(hello(ticket.slice(0, 200)));
      expect((await socket.next('refused')).problem.type).toBe('/problems/unauthenticated');
      await socket.closed;
      expect(socket.heard('welcome')).toEqual([]);
    }
  });

  test('and not with another protocol: it is told which one is spoken', async () => {
    const socket = await openSocket(story.url);
    socket.say(hello(await ticketOf(story.as('ana')), { protocol: PROTOCOL_VERSION + 1 }));
    expect((await socket.next('refused')).problem.detail).toContain(String(PROTOCOL_VERSION));
    expect(await socket.next('bye')).toMatchObject({ reason: 'refused', retry: null });
    await socket.closed;
  });

  test('and closes when nobody says hello', async () => {
    const socket = await openSocket(story.url);
    expect(await socket.next('bye')).toMatchObject({ reason: 'idle', retry: 0 });
    expect((await socket.closed).code).toBe(4408);
  });

  test('before it, nothing can be asked', async () => {
    const socket = await openSocket(story.url);
    socket.say({ type: 'request', ref: '1', method: 'GET', path: '/api/me' });
    expect((await socket.next('refused')).problem.type).toBe('/problems/unauthenticated');
    socket.close();
  });
});

describe('what somebody saves', () => {
  test('is heard whole by the others, with who and when', async () => {
    const ben = await connect(story.url, story.as('ben'));
    const vic = await connect(story.url, story.as('vic'));
    const ana = story.as('ana');
    const book = await newBook(ana, { title: 'Heard' });
    const changed = (await ana.patch<StetRecord>(at(book), { pages: 3, title: 'Heard!' }, match(book))).body;
    await ana.delete(at(book), match(changed));

    const { changes } = (await ana.get<{ changes: Change[] }>(`/api/workspaces/catalogue/changes?limit=500`)).body;
    for (const reader of [ben, vic]) {
      await reader.until('rt-change', ({ action, id }) => action === 'destroy' && id === book.id);
      const heard = reader.heard('rt-change').filter(({ id }) => id === book.id);
      const logged = changes.filter(({ id }) => id === book.id);
      expect(heard).toEqual(logged.map((change) => ({ ...change, type: 'rt-change' })));
      expect(heard.map(({ action, version, fields, by }) => [action, version, fields, by.name])).toEqual([
        ['create', 1, ['title'], 'Ana'],
        ['update', 2, ['title', 'pages'], 'Ana'],
        ['destroy', 3, [], 'Ana'],
      ]);
      expect(heard.map(({ obj }) => obj)).toEqual([book, changed, undefined]);
      reader.close();
    }
  });

  test('[H5] names the socket that it came from, so that its own page is not told of it as news', async () => {
    const ana = await connect(story.url, story.as('ana'));
    const byHttp = await story
      .as('ana')
      .post<StetRecord>(books, { title: 'HTTP' }, { 'stet-connection': ana.welcome.connection });
    const bySocket = await personOn(ana).post<StetRecord>(books, { title: 'Socket' }, { 'stet-connection': 'forged' });
    const silent = await newBook(story.as('ana'), { title: 'Other tab' });
    const heard = async (id: string) => (await ana.until('rt-change', (change) => change.id === id)).by;
    expect(await heard(byHttp.body.id)).toEqual({ id: 'ana', name: 'Ana', connection: ana.welcome.connection });
    expect(await heard(bySocket.body.id)).toEqual({ id: 'ana', name: 'Ana', connection: ana.welcome.connection });
    expect(await heard(silent.id)).toEqual({ id: 'ana', name: 'Ana' });
    ana.close();
  });

  test('[H5] carries the key of the request that made it', async () => {
    const ben = await connect(story.url, story.as('ben'));
    const book = (await story.as('ana').post<StetRecord>(books, { title: 'Keyed' }, { 'idempotency-key': 'key-1' }))
      .body;
    expect((await ben.until('rt-change', ({ id }) => id === book.id)).key).toBe('key-1');
    ben.close();
  });
});

/** Each change exactly once, in order, without a gap, from just after `from` on. */
const expectDense = (changes: readonly RtChange[], from: number, to: number) =>
  expect(changes.map(({ seq }) => seq)).toEqual(Array.from({ length: to - from }, (_, place) => from + 1 + place));
const placeOf = (cursor: string) => Number(cursor.split('.')[1]);

test('[H2] [L1] each change reaches each connected reader exactly once, in order, without a gap', {
  timeout: 60_000,
}, async () => {
  const start = placeOf(await cursorNow());
  const names = ['ana', 'ben', 'chloe', 'vic'] as const;
  const readers = await Promise.all(names.map((name) => connect(story.url, story.as(name))));
  const late: Array<{ reader: Awaited<ReturnType<typeof connect>>; from: number }> = [];
  const each = 150;

  const writing = (['ana', 'ben'] as const).map(async (name) => {
    const person = story.as(name);
    let book = await newBook(person, { title: `By ${name}` });
    for (let count = 1; count < each; count += 1) {
      book = (await person.patch<StetRecord>(at(book), { pages: count }, match(book))).body;
    }
  });
  // Readers that come in the middle: they have read a list, and go on from its cursor.
  const coming = (async () => {
    for (const name of names) {
      const cursor = await cursorNow();
      const reader = await connect(story.url, story.as(name), { cursors: { catalogue: cursor } });
      late.push({ reader, from: placeOf(cursor) });
    }
  })();
  await Promise.all([...writing, coming]);

  const end = placeOf(await cursorNow());
  expect(end - start).toBe(2 * each);
  for (const { reader, from } of [...readers.map((reader) => ({ reader, from: start })), ...late]) {
    await reader.until('rt-change', ({ seq }) => seq === end);
    expectDense(reader.heard('rt-change'), from, end);
    reader.close();
  }
});

describe('[L2] a reader that comes back', () => {
  test('hears what it missed, then what is live', async () => {
    const from = await cursorNow();
    const missed: StetRecord[] = [];
    for (let count = 0; count < 450; count += 50) {
      missed.push(
        ...(await Promise.all(
          Array.from({ length: 50 }, (_, place) => newBook(story.as('ana'), { title: `Missed ${count + place}` })),
        )),
      );
    }
    const ben = await connect(story.url, story.as('ben'), { cursors: { catalogue: from } });
    const live = await newBook(story.as('ana'), { title: 'Live' });
    const last = await ben.until('rt-change', ({ id }) => id === live.id);
    expectDense(ben.heard('rt-change'), placeOf(from), last.seq);
    expect(last.seq).toBe(placeOf(from) + missed.length + 1);
    ben.close();
  });

  test('[L3] is told reset where its cursor proves nothing, and hears what is live', async () => {
    for (const reason of ['epoch', 'ahead', 'malformed'] as const) {
      const [epoch, seq] = (await cursorNow()).split('.');
      const cursors = { epoch: `other.${seq}`, ahead: `${epoch}.${Number(seq) + 1}`, malformed: 'nonsense' };
      const ben = await connect(story.url, story.as('ben'), { cursors: { catalogue: cursors[reason] } });
      expect(await ben.next('reset')).toEqual({ type: 'reset', workspace: 'catalogue', reason });
      const live = await newBook(story.as('ana'));
      expect((await ben.next('rt-change')).id).toBe(live.id);
      ben.close();
    }
  });
});

describe('[H1] access acts at once on open connections', () => {
  test('whoever is taken out hears reset, and nothing more', async () => {
    await story.user('chloe', { catalogue: 'editor', elsewhere: 'viewer' });
    const chloe = await connect(story.url, story.as('chloe'));
    await story.user('chloe', { catalogue: null });
    const secret = await newBook(story.as('ana'), { title: 'Not for Chloe' });
    expect(await chloe.until('reset', () => true)).toEqual({ type: 'reset', workspace: 'catalogue', reason: 'access' });
    // What she still may hear comes later, so what she was to hear before has come.
    const hers = await story.as('zoe').post<StetRecord>('/api/workspaces/elsewhere/books', { title: 'For Chloe' });
    await chloe.until('rt-change', ({ id }) => id === hers.body.id);
    expect(chloe.heard('rt-change').map(({ id }) => id)).not.toContain(secret.id);
    expect((await personOn(chloe).get(at(secret))).status).toBe(404);
    chloe.close();
    await story.user('chloe', { catalogue: 'editor', elsewhere: null });
  });

  test('whoever is let in hears reset, and from then on everything', async () => {
    const zoe = await connect(story.url, story.as('zoe'));
    await story.user('zoe', { catalogue: 'viewer' });
    expect(await zoe.next('reset')).toEqual({ type: 'reset', workspace: 'catalogue', reason: 'access' });
    const book = await newBook(story.as('ana'), { title: 'For Zoe too' });
    await zoe.until('rt-change', ({ id }) => id === book.id);
    await story.user('zoe', { catalogue: null });
    await zoe.until('reset', (reset) => zoe.heard('reset').indexOf(reset) === 1);
    zoe.close();
  });

  test('who is put out and let in again while it still catches up hears nothing twice', async () => {
    await Promise.all(Array.from({ length: 800 }, () => newBook(story.as('ana'), { title: 'Much to catch up with' })));
    const { cursor } = (await story.as('ana').get<{ cursor: string }>(books)).body;
    const beginning = cursor.replace(/\.\d+$/, '.0');
    for (let round = 0; round < 5; round += 1) {
      await story.user('zoe', { catalogue: 'viewer' });
      const socket = await openSocket(story.url);
      socket.say(hello(await ticketOf(story.as('zoe')), { cursors: { catalogue: beginning } }));
      for (const role of [null, 'viewer', null, 'viewer'] as const) await story.user('zoe', { catalogue: role });
      const last = await newBook(story.as('ana'), { title: 'Last' });
      await socket.until('rt-change', ({ id }) => id === last.id);
      const seqs = socket.heard('rt-change').map(({ seq }) => seq);
      expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
      socket.close();
    }
    await story.user('zoe', { catalogue: null });
  });

  test('in and out and in again, as fast as can be: what is heard is heard once and in order', async () => {
    const zoe = await connect(story.url, story.as('zoe'));
    for (let round = 0; round < 20; round += 1) {
      await Promise.all([
        story.user('zoe', { catalogue: round % 2 === 0 ? 'viewer' : null }),
        newBook(story.as('ana'), { title: `Round ${round}` }),
        newBook(story.as('ben'), { title: `Round ${round}` }),
      ]);
    }
    await story.user('zoe', { catalogue: 'viewer' });
    const last = await newBook(story.as('ana'), { title: 'Last' });
    await zoe.until('rt-change', ({ id }) => id === last.id);
    const seqs = zoe.heard('rt-change').map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    await story.user('zoe', { catalogue: null });
    zoe.close();
  });
});

describe('a page that was away', () => {
  const prune = () => story.engine.store.prune(new Date(Date.now() + 60_000).toISOString());
  const saved = async (id: string, fields: Record<string, unknown>) => {
    const { body } = await story.as('ben').get<StetRecord>(at({ id }));
    return (await story.as('ben').patch<StetRecord>(at({ id }), fields, match(body))).body;
  };

  /** Ana at her page: what she asks for over REST, and what she hears, is written down. */
  async function anaAtWork() {
    const asked: string[] = [];
    const events: StetEvent[] = [];
    /** While it is deaf, what she reads is lost. */
    const line = { isDeaf: false, lost: 0 };
    const counted: typeof fetch = async (input, init) => {
      const { pathname } = new URL(String(input));
      const method = init?.method ?? 'GET';
      asked.push(`${method} ${pathname}`);
      if (!line.isDeaf || method !== 'GET') return fetch(input, init);
      line.lost += 1;
      throw new TypeError('the answer was lost');
    };
    const ana: Editor = await editorOf(story, 'ana', { fetch: counted });
    ana.stet.subscribe((event) => events.push(event));
    onTestFinished(() => ana.close());
    const changes = () => events.flatMap((event) => (event.kind === 'change' ? [event.change] : []));
    const goAway = () => ana.stet.connection.close();
    const comeBack = async () => {
      ana.stet.connection.open();
      await until('ana is back', () => ana.stet.connection.state.kind === 'open');
    };
    return { ana, asked, changes, line, goAway, comeBack };
  }

  test('[L3] [C1] is told reset where the log was pruned, reads anew what it shows, and the draft survives', async () => {
    const { ana, asked, changes, goAway, comeBack } = await anaAtWork();
    const id = await ana.create({ title: 'Walden', publisher: 'Ticknor', pages: 300 });
    const list = ana.stet.list(ofBooks);
    await list.show({ ...list.query, q: 'walden' });
    const draft = await ana.open(id);
    draft.edit('publisher', 'Ticknor and Fields');
    goAway();
    await saved(id, { pages: 357 });
    await saved(id, { title: 'Walden; or, Life in the Woods' });
    const other = await newBook(story.as('ben'), { title: 'Walden Two' });
    await prune();
    const [heard, requests] = [changes().length, asked.length];
    await comeBack();
    await hears(draft, 3);
    await until('the list has it too', () => list.get(other.id) !== undefined);

    expect(changes()).toHaveLength(heard);
    expect(asked.slice(requests)).toContain(`GET /api/workspaces/catalogue/books/${id}`);
    expect([shown(draft, 'publisher'), shown(draft, 'pages'), shown(draft, 'title'), draft.state.kind]).toEqual([
      ...['Ticknor and Fields', 357, 'Walden; or, Life in the Woods', 'unsaved'],
    ]);
    // What is live follows, and what was typed is saved on top of it.
    await saved(id, { language: 'eng' });
    await hears(draft, 4);
    expect(await draft.submit()).toBe('saved');
    expect((await story.as('ben').get<StetRecord>(at({ id }))).body).toMatchObject({
      ...{ version: 5, publisher: 'Ticknor and Fields', pages: 357, language: 'eng' },
    });
  });

  test('[L3] [H2] that is away again right after a reset misses nothing of what comes next', async () => {
    const { ana, asked, goAway, comeBack } = await anaAtWork();
    const id = await ana.create({ title: 'Emma' });
    const draft = await ana.open(id);
    draft.edit('title', 'Emma, a novel');
    goAway();
    await saved(id, { pages: 474 });
    await prune();
    await comeBack();
    await hears(draft, 2);
    goAway();
    await saved(id, { language: 'eng' });
    const requests = asked.length;
    await comeBack();
    await hears(draft, 3);
    expect(asked.slice(requests)).toEqual(['POST /api/rt/ticket', 'GET /api/workspaces/catalogue/notices']);
    expect([shown(draft, 'title'), shown(draft, 'language')]).toEqual(['Emma, a novel', 'eng']);
  });

  test('[L3] whose reading anew did not come through reads once more when it is back', async () => {
    const { ana, line, goAway, comeBack } = await anaAtWork();
    const id = await ana.create({ title: 'Persuasion' });
    const draft = await ana.open(id);
    draft.edit('title', 'Persuasion, a novel');
    goAway();
    await saved(id, { pages: 249 });
    await prune();
    line.isDeaf = true;
    await comeBack();
    // The notices are asked for at the welcome, the rest at the reset.
    await until('it was tried', () => line.lost > 1);
    goAway();
    line.isDeaf = false;
    await comeBack();
    await hears(draft, 2);
    expect([shown(draft, 'title'), shown(draft, 'pages')]).toEqual(['Persuasion, a novel', 249]);
  });
});
