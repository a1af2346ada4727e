import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { request } from 'node:http';
import type { Problem, Receipt, StetRecord, VersionInfo } from '@stet/protocol';
import { localOrigins, openEngine, serve } from '@stet/server';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Json, match, type Person } from '../support/api.js';
import { merging, type Saved, saves, settling } from '../support/saves.js';
import { connect, personOn } from '../support/socket.js';
import { at, books, newBook, type Story, startStory } from '../support/story.js';

// A write that is sent again, since nobody knows what became of it: it gets its first answer, and is made once.

let story: Story;
let ana: Person;
let ben: Person;
beforeAll(async () => {
  story = await startStory();
  [ana, ben] = [story.as('ana'), story.as('ben')];
});
afterAll(() => story.stop());

const seqOf = async ({ engine }: Story) => (await engine.store.workspaces.get('catalogue'))?.seq ?? 0;
const newKey = () => ({ 'idempotency-key': randomUUID() });

type Send = (ana: Person) => Promise<Answer<StetRecord>>;

/** Each kind of write with its key, ready to be sent as often as one likes. */
const kinds: Record<string, (on: Story) => Promise<Send>> = {
  async 'a create whose id the server chose'() {
    const key = newKey();
    return (ana) => ana.post(books, { title: 'Emma', pages: 474 }, key);
  },
  async 'a create with an id of its own'() {
    const [key, id] = [newKey(), randomUUID()];
    return (ana) => ana.post(books, { id, title: 'Emma' }, key);
  },
  async 'a change of some fields'(on) {
    const [key, book] = [newKey(), await newBook(on.as('ben'))];
    return (ana) => ana.patch(at(book), { pages: 412, subjects: ['b', 'a'] }, { ...match(book), ...key });
  },
  async 'a replacement'(on) {
    const [key, book] = [newKey(), await newBook(on.as('ben'), { title: 'Dune', notes: 'x' })];
    return (ana) => ana.put(at(book), { title: 'Dune', pages: 412 }, { ...match(book), ...key });
  },
  async 'a delete'(on) {
    const [key, book] = [newKey(), await newBook(on.as('ben'))];
    return (ana) => ana.delete(at(book), { ...match(book), ...key });
  },
  async 'a restore of some fields'(on) {
    const [key, book] = [newKey(), await newBook(on.as('ben'), { title: 'One', pages: 1 })];
    const second = await saves(on.as('ben'), book, { title: 'Two', pages: 2 });
    const body = { version: 1, fields: ['pages'] };
    return (ana) => ana.post(at(book, '/restore'), body, { ...match(second), ...key });
  },
  async 'a restore of what was destroyed'(on) {
    const [key, book] = [newKey(), await newBook(on.as('ben'))];
    const tombstone = (await on.as('ben').delete<{ etag: string }>(at(book), match(book))).body;
    return (ana) => ana.post(at(book, '/restore'), { version: 1 }, { ...match(tombstone), ...key });
  },
  async 'a save that was combined'(on) {
    const [key, book] = [newKey(), await newBook(on.as('ben'), { title: 'Dune', subjects: ['a'] })];
    await saves(on.as('ben'), book, { subjects: ['a', 'b'], pages: 412 });
    return (ana) => merging(ana, book, { subjects: ['a', 'c'], notes: 'new' }, key);
  },
  async 'a choice that was settled'(on) {
    const [key, book] = [newKey(), await newBook(on.as('ana'), { title: 'Dune' })];
    const theirs = await saves(on.as('ben'), book, { title: 'Dune (1965)', pages: 412 });
    return (ana) => ana.patch(at(book), { title: 'DUNE' }, { ...settling(theirs, book), ...key });
  },
  async 'a save that changes nothing'(on) {
    const [key, book] = [newKey(), await newBook(on.as('ben'), { title: 'Dune', pages: 412 })];
    return (ana) => ana.patch(at(book), { pages: 412 }, { ...match(book), ...key });
  },
};

/** What an answer is, byte by byte. */
const bytes = ({ status, text, headers }: Answer<unknown>) => ({
  status,
  text,
  type: headers['content-type'],
  etag: headers.etag,
  cursor: headers['stet-cursor'],
  location: headers.location,
});

async function expectFirstAnswer(on: Story, send: Send, first: Answer<unknown>): Promise<void> {
  const before = await seqOf(on);
  const again = await send(on.as('ana'));
  expect(again.headers['idempotent-replayed']).toBe('true');
  expect(bytes(again)).toEqual(bytes(first));
  expect(await seqOf(on)).toBe(before);
}

/** Somebody else goes on with the record, whatever has become of it. */
async function moveOn(on: Story, { id }: { id: string }): Promise<void> {
  const [ben, chloe] = [on.as('ben'), on.as('chloe')];
  const now = await ben.get<StetRecord>(at({ id }));
  const moved =
    now.status === 410
      ? await chloe.post(at({ id }, '/restore'), { version: 1 }, match(now.body))
      : await chloe.patch(at({ id }), { publisher: `Chilton ${now.body.version}`, notes: 'Moved.' }, match(now.body));
  expect(moved.status).toBe(200);
}

describe.each(Object.entries(kinds))('[V7] %s', (_kind, prepare) => {
  test('sent again gets its first answer, also after the record has moved on', async () => {
    const send = await prepare(story);
    const first = await send(ana);
    expect([first.status < 300, first.headers['idempotent-replayed']]).toEqual([true, undefined]);
    await expectFirstAnswer(story, send, first);
    for (const _time of [1, 2]) {
      await moveOn(story, first.body);
      await expectFirstAnswer(story, send, first);
    }
    const gone = (await ben.get<StetRecord>(at(first.body))).body;
    expect((await ben.delete(at(first.body), match(gone))).status).toBe(200);
    await expectFirstAnswer(story, send, first);
  });

  test('sent twenty times at once is made once, and all get the same answer', async () => {
    const send = await prepare(story);
    const before = await seqOf(story);
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(ana)));
    const [first] = answers;
    if (!first) throw new Error('No answer came.');
    for (const answer of answers) expect(bytes(answer)).toEqual(bytes(first));
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === undefined)).toHaveLength(1);
    expect((await seqOf(story)) - before).toBe(first.headers['stet-cursor'] === undefined ? 0 : 1);
  });

  test('is known over the socket too', async () => {
    const send = await prepare(story);
    const first = await send(ana);
    const socket = await connect(story.url, ana);
    const again = await send(personOn(socket, story.check));
    expect([again.status, again.body, again.headers['idempotent-replayed']]).toEqual([
      first.status,
      first.body,
      'true',
    ]);
    expect([again.headers.etag, again.headers['stet-cursor']]).toEqual([
      first.headers.etag,
      first.headers['stet-cursor'],
    ]);
    socket.close();
  });
});

test('[V7] all of them, after the server was stopped and has come back on the same data', async () => {
  const own = await startStory();
  const sent: Array<[Send, Answer<StetRecord>]> = [];
  for (const prepare of Object.values(kinds)) {
    const send = await prepare(own);
    const first = await send(own.as('ana'));
    await moveOn(own, first.body);
    sent.push([send, first]);
  }
  const { config } = own.engine;
  await own.running.stop();
  await own.engine.close();
  // Its connections are no good any more; the next request opens new ones.
  own.http.close();
  const engine = await openEngine(config, pino({ level: 'silent' }), localOrigins(config.port));
  const running = await serve(engine, []);
  for (const [send, first] of sent) await expectFirstAnswer({ ...own, engine }, send, first);
  own.http.close();
  await running.stop();
  await engine.close();
  rmSync(config.data, { recursive: true, force: true });
});

test('[V7] a save whose answer was lost is no conflict with oneself when it comes again', async () => {
  const book = await newBook(ana, { title: 'Dune' });
  const key = newKey();
  const before = await seqOf(story);
  const authorization = `Bearer ${await story.token('ana')}`;
  const headers = { authorization, 'content-type': 'application/json', ...match(book), ...key };
  await new Promise<void>((resolve, reject) => {
    const sent = request(`${story.url}${at(book)}`, { method: 'PATCH', headers });
    sent.on('error', reject);
    // The line breaks when the answer begins.
    sent.on('response', (answer) => {
      answer.on('error', () => {});
      answer.destroy();
      resolve();
    });
    sent.end(JSON.stringify({ pages: 412 }));
  });
  const save = () => ana.patch<StetRecord>(at(book), { pages: 412 }, { ...match(book), ...key });
  const { status, body, headers: told } = await save();
  expect([status, body.version, body.pages, told['idempotent-replayed']]).toEqual([200, 2, 412, 'true']);
  expect((await seqOf(story)) - before).toBe(1);
});

test('[V7] [H5] whoever hears of the write hears of it once, with its key', async () => {
  const book = await newBook(ana);
  const listener = await connect(story.url, ben);
  let wakes = 0;
  const forget = story.engine.bus.subscribe({ kind: 'log', workspace: 'catalogue' }, ({ kind }) => {
    if (kind === 'log') wakes += 1;
  });
  const key = newKey();
  const save = () => ana.patch<StetRecord>(at(book), { pages: 9 }, { ...match(book), ...key });
  const { body } = await save();
  for (let time = 0; time < 5; time += 1) expect((await save()).status).toBe(200);
  const last = await saves(ana, body, { pages: 10 });
  await listener.until('rt-change', ({ etag }) => etag === last.etag);
  forget();
  const heard = listener.heard('rt-change').filter(({ id }) => id === book.id);
  expect(heard.map(({ version, key: of }) => [version, of])).toEqual([
    [2, key['idempotency-key']],
    [3, undefined],
  ]);
  expect(wakes).toBe(2);
  listener.close();
  const { body: history } = await ana.get<{ items: VersionInfo[] }>(at(book, '/versions'));
  expect(history.items.map(({ key: of }) => of)).toEqual([undefined, key['idempotency-key'], undefined]);
});

describe('[V7] a key stands for one write', () => {
  const refused = async (send: () => Promise<Answer<Problem>>) => {
    const before = await seqOf(story);
    const { status, body } = await send();
    expect([status, body.type]).toEqual([422, '/problems/key-reused']);
    expect(await seqOf(story)).toBe(before);
  };

  test('with other content it is refused, wherever it comes', async () => {
    const [key, book, other] = [newKey(), await newBook(ana), await newBook(ana)];
    const first = await saves(ana, book, { pages: 1, language: 'eng' }, key);
    const now = { ...match(first), ...key };
    await refused(() => ana.patch(at(book), { pages: 2, language: 'eng' }, now));
    await refused(() => ana.patch(at(book), { pages: 1 }, now));
    await refused(() => ana.patch(at(book), { pages: 1, language: 'eng', notes: null }, { ...match(book), ...key }));
    await refused(() => ana.put(at(book), { pages: 1, language: 'eng' }, now));
    await refused(() => ana.patch(at(other), { pages: 1, language: 'eng' }, { ...match(other), ...key }));
    await refused(() => ana.patch(`${books}/nobody`, { pages: 1, language: 'eng' }, now));
    await refused(() => ana.delete(at(book), now));
    await refused(() => ana.post(at(book, '/restore'), { version: 1 }, now));
    await refused(() => ana.post(books, { title: 'New' }, key));
    await refused(() => ana.post(books, { id: book.id, title: 'New' }, key));
  });

  test('that changed nothing too', async () => {
    const [key, book] = [newKey(), await newBook(ana, { title: 'Dune', pages: 1 })];
    await saves(ana, book, { pages: 1 }, key);
    await refused(() => ana.patch(at(book), { pages: 2 }, { ...match(book), ...key }));
    const second = await saves(ana, book, { pages: 2 });
    await refused(() => ana.patch(at(book), { pages: 2 }, { ...match(second), ...key }));
  });

  test('a create names its id, or leaves it to the server: that is not the same', async () => {
    const key = newKey();
    const { body } = await ana.post<StetRecord>(books, { title: 'Emma' }, key);
    await refused(() => ana.post(books, { id: body.id, title: 'Emma' }, key));
  });

  test('how the same is written, and on which version it is sent again, makes no difference', async () => {
    const [key, book] = [newKey(), await newBook(ana)];
    const first = await saves(ana, book, { pages: 1, subjects: ['a', 'b'], title: 'Dune ' }, key);
    const same = { version: 7, title: 'Dune', subjects: ['b', 'a', 'b'], pages: 1 };
    for (const base of [book, first, { etag: '1-otherepoch' }]) {
      const { status, body, headers } = await ana.patch<Saved>(at(book), same, { ...match(base), ...key });
      expect([status, body, headers['idempotent-replayed']]).toEqual([200, first, 'true']);
    }
  });

  test('somebody else’s key is theirs, and so is the same person’s in another workspace', async () => {
    const [key, book] = [newKey(), await newBook(ana)];
    const first = await saves(ana, book, { pages: 1 }, key);
    const second = await saves(ben, first, { pages: 2 }, key);
    expect(second.version).toBe(3);
    await story.user('ana', { elsewhere: 'editor' });
    const elsewhere = '/api/workspaces/elsewhere/books';
    const { status, headers } = await ana.post<StetRecord>(elsewhere, { id: book.id, title: 'Dune' }, key);
    expect([status, headers['idempotent-replayed']]).toEqual([201, undefined]);
    const again = await ana.patch<Saved>(at(book), { pages: 1 }, { ...match(book), ...key });
    expect([again.body, again.headers['idempotent-replayed']]).toEqual([first, 'true']);
  });

  test('what was refused has used up nothing: the same key goes on from a newer version', async () => {
    const [key, book] = [newKey(), await newBook(ana)];
    const theirs = await saves(ben, book, { title: 'Dune (1965)' });
    const save = (base: { etag: string }, fields: Json) =>
      ana.patch<StetRecord>(at(book), fields, { ...match(base), ...key });
    expect((await save(book, { title: 'DUNE' })).status).toBe(412);
    expect((await save(book, { title: 'DUNE' })).status).toBe(412);
    expect((await save(theirs, { title: '' })).status).toBe(422);
    const { status, body, headers } = await save(theirs, { title: 'DUNE' });
    expect([status, body.version, headers['idempotent-replayed']]).toEqual([200, 3, undefined]);
    expect((await save(theirs, { title: 'DUNE' })).headers['idempotent-replayed']).toBe('true');
  });

  test('two writes at once with one key: one is made, the other is refused', async () => {
    const [key, book] = [newKey(), await newBook(ana)];
    const pages = Array.from({ length: 10 }, (_, place) => place + 1);
    const answers = await Promise.all(
      pages.map((count) => ana.patch<StetRecord & Problem>(at(book), { pages: count }, { ...match(book), ...key })),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array(9).fill(422)]);
    expect((await ana.get<StetRecord>(at(book))).body.version).toBe(2);
  });
});

test('[V7] [S1] who may not write any more is refused before anything is repeated', async () => {
  const chloe = story.as('chloe');
  const [key, book] = [newKey(), await newBook(chloe)];
  await saves(chloe, book, { pages: 1 }, key);
  const again = () => chloe.patch<Problem>(at(book), { pages: 1 }, { ...match(book), ...key });
  await story.user('chloe', { catalogue: 'viewer' });
  expect((await again()).status).toBe(403);
  await story.user('chloe', { catalogue: null });
  expect((await again()).status).toBe(404);
  await story.user('chloe', { catalogue: 'editor' });
  expect((await again()).headers['idempotent-replayed']).toBe('true');
});

test('[V7] [M4] a combined save that comes again has the same receipt, and its way back still leads back', async () => {
  const book = await newBook(ana, { title: 'Dune' });
  await saves(ben, book, { pages: 412 });
  const key = newKey();
  const save = () => merging<StetRecord & { receipt: Receipt }>(ana, book, { notes: 'new' }, key);
  const first = await save();
  const { receipt } = (await save()).body;
  expect(receipt).toEqual(first.body.receipt);
  const { undo } = receipt;
  const undone = newKey();
  const goBack = () => ana.post<StetRecord>(undo.path, undo.body, { ...undo.headers, ...undone });
  const back = await goBack();
  expect(back.body).toMatchObject({ version: 4, notes: null, pages: 412 });
  expect(bytes(await goBack())).toEqual(bytes(back));
});

test('[V7] keys are forgotten in the end: then a write that comes again is judged anew', async () => {
  const [key, book] = [newKey(), await newBook(ana)];
  const save = () => ana.patch<StetRecord>(at(book), { pages: 1 }, { ...match(book), ...key });
  await save();
  await story.engine.store.tidy(new Date(Date.now() - 60_000).toISOString());
  expect((await save()).headers['idempotent-replayed']).toBe('true');
  await story.engine.store.tidy(new Date(Date.now() + 60_000).toISOString());
  expect((await save()).status).toBe(412);
});
