import type { Membership, Problem, StetRecord } from '@stet/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, match, type Person, personAt } from '../support/api.js';
import { connect, personOn } from '../support/socket.js';
import { at, books, newBook, type Story, startStory } from '../support/story.js';

// Who may: zoe belongs elsewhere, vic only reads, and somebody has not signed in at all.

let story: Story;
let book: StetRecord;
let sequence: () => Promise<number | undefined>;
beforeAll(async () => {
  story = await startStory();
  const first = await newBook(story.as('ana'), { title: 'Secret garden' });
  book = (await story.as('ana').patch<StetRecord>(at(first), { pages: 331 }, match(first))).body;
  sequence = async () => (await story.engine.store.workspaces.get('catalogue'))?.seq;
});
afterAll(() => story.stop());

const inElsewhere = '/api/workspaces/elsewhere/books';

/** Everything that can be asked about a catalogue and one record in it. */
const everything = (
  person: Person,
  workspace: string,
  id: string,
  headers = {},
): Array<() => Promise<Answer<Problem>>> => {
  const list = `/api/workspaces/${workspace}/books`;
  const item = `${list}/${id}`;
  return [
    () => person.get(list),
    () => person.get(`${list}?q=secret`),
    () => person.get(`${list}?nonsense=1`),
    () => person.get(item),
    () => person.get(item, { 'if-none-match': '*' }),
    () => person.get(`${item}/versions`),
    () => person.get(`${item}/versions/1`),
    () => person.get(`/api/workspaces/${workspace}/notices`),
    () => person.delete(`/api/workspaces/${workspace}/notices/1`),
    () => person.get(`/api/workspaces/${workspace}/changes`),
    () => person.get(`/api/workspaces/${workspace}/changes?since=x`),
    () => person.post(list, { title: 'Mine' }),
    () => person.post(list, { id, title: 'Mine' }),
    () => person.post(list, { nonsense: 1 }),
    () => person.put(item, { title: 'Mine' }, headers),
    () => person.patch(item, { title: 'Mine' }, headers),
    () => person.patch(item, { title: 'Mine' }),
    () => person.delete(item, headers),
    () => person.post(`${item}/restore`, { version: 1 }, headers),
  ];
};

/** The answer without what tells one request from another. */
const bytes = ({ status, headers, text }: Answer<unknown>) => {
  const { date: _, 'x-request-id': __, ...rest } = headers;
  return { status, headers: rest, text };
};

test('[S1] whoever is not a member gets 404 for everything, and cannot tell it from what does not exist', async () => {
  const before = await sequence();
  const zoe = story.as('zoe');
  const foreign = everything(zoe, 'catalogue', book.id, match(book));
  const absent = everything(zoe, 'nowhere', 'nothing', match(book));
  for (const [place, ask] of foreign.entries()) {
    const answer = await ask();
    expect([answer.status, answer.body.type]).toEqual([404, '/problems/not-found']);
    expect(bytes(answer)).toEqual(bytes((await absent[place]?.()) as Answer<Problem>));
  }
  expect(await sequence()).toBe(before);
});

test('[S1] [S4] a request in the name of somebody else than its cookie is answered to nobody', async () => {
  const [ana, before] = [story.as('ana'), await sequence()];
  const asBen = { 'stet-user': 'ben' };
  for (const ask of [
    () => ana.get(at(book), asBen),
    () => ana.patch(at(book), { pages: 1 }, { ...match(book), ...asBen }),
    () => ana.post('/api/rt/ticket', {}, asBen),
  ]) {
    expect((await ask()).status).toBe(401);
  }
  expect(await sequence()).toBe(before);
  expect((await ana.get(at(book), { 'stet-user': 'ana' })).status).toBe(200);
});

test('[S1] it is the same over the socket', async () => {
  const socket = await connect(story.url, story.as('zoe'));
  const foreign = everything(personOn(socket), 'catalogue', book.id, match(book));
  const absent = everything(personOn(socket), 'nowhere', 'nothing', match(book));
  for (const [place, ask] of foreign.entries()) {
    const answer = await ask();
    expect(answer.status).toBe(404);
    expect(bytes(answer)).toEqual(bytes((await absent[place]?.()) as Answer<Problem>));
  }
  socket.close();
});

test('[S1] a record is found only in its own workspace, also where both have one of that id', async () => {
  const zoe = story.as('zoe');
  expect((await zoe.get(`${inElsewhere}/${book.id}`)).status).toBe(404);
  const hers = await zoe.post<StetRecord>(inElsewhere, { id: book.id, title: 'Hers' });
  expect([hers.status, hers.body.version]).toEqual([201, 1]);
  expect((await zoe.get<{ items: StetRecord[] }>(`${inElsewhere}?q=secret`)).body.items).toEqual([]);
  expect((await zoe.get<{ items: StetRecord[] }>(inElsewhere)).body.items).toEqual([hers.body]);
  expect((await story.as('ana').get(at(book))).body).toEqual(book);
});

test('[S1] nobody is told of workspaces that they are not in', async () => {
  const { body } = await story.as('zoe').get<{ workspaces: Membership[] }>('/api/me');
  expect(body.workspaces.map(({ id, role }) => [id, role])).toEqual([['elsewhere', 'editor']]);
});

test('[S1] [H1] whoever is not a member hears nothing on the socket, whatever cursor they show', async () => {
  const { cursor } = (await story.as('ana').get<{ cursor: string }>(books)).body;
  const early = cursor.replace(/\.\d+$/, '.0');
  const zoe = await connect(story.url, story.as('zoe'), { cursors: { catalogue: early, nowhere: early } });
  expect(zoe.welcome.workspaces.map(({ id }) => id)).toEqual(['elsewhere']);
  const patched = await story.as('ana').patch<StetRecord>(at(book), { notes: 'not for zoe' }, match(book));
  book = patched.body;
  // Her own news come after it, so what was to be heard before has been heard.
  const own = (await story.as('zoe').post<StetRecord>(inElsewhere, { title: 'News' })).body;
  await zoe.until('rt-change', ({ id }) => id === own.id);
  expect(zoe.all.map(({ type }) => type)).toEqual(['welcome', 'rt-change']);
  expect(JSON.stringify(zoe.all)).not.toContain('not for zoe');
  zoe.close();
});

test('[S1] a viewer reads everything and writes nothing', async () => {
  const before = await sequence();
  const vic = story.as('vic');
  for (const ask of everything(vic, 'catalogue', book.id, match(book))) {
    const { status, body } = await ask();
    expect([200, 304, 400, 403, 410]).toContain(status);
    if (status === 403) expect(body.type).toBe('/problems/forbidden');
  }
  const writes = everything(vic, 'catalogue', book.id, match(book)).slice(-8);
  for (const write of writes) expect((await write()).status).toBe(403);
  const stale = { 'if-match': '"1-x"' };
  expect((await vic.patch(at(book), { title: 5 }, stale)).status).toBe(403);
  expect(await sequence()).toBe(before);
});

test('[S1] without a session or token nothing is readable or writable', async () => {
  const before = await sequence();
  const shown = ['Bearer stet_wrong', 'Bearer', 'Bearer  ', 'Basic YW5hOmxldC1pdC1zdGFuZA==', 'bearer \u00ff'];
  const nobodies = [
    story.nobody,
    ...shown.map((authorization) => personAt(story.http, { authorization }, story.check)),
  ];
  for (const nobody of nobodies) {
    for (const path of ['/api/me', books, at(book), at(book, '/versions'), '/api/workspaces/catalogue/changes']) {
      const { status, body } = await nobody.get<Problem>(path);
      expect([status, body.type]).toEqual([401, '/problems/unauthenticated']);
    }
  }
  for (const ask of everything(story.nobody, 'catalogue', book.id, match(book))) expect((await ask()).status).toBe(401);
  for (const cookie of [
    'stet.session_token=x',
    'stet.session_token=%',
    'stet.session_token=a.b; stet.session_token=c',
  ]) {
    expect((await story.nobody.get('/api/me', { cookie })).status).toBe(401);
  }
  expect((await story.nobody.post('/api/rt/ticket')).status).toBe(401);
  expect(await sequence()).toBe(before);
});

test('[H1] access that is given or taken away acts on the very next request', async () => {
  const zoe = story.as('zoe');
  await story.user('zoe', { catalogue: 'viewer' });
  expect((await zoe.get(at(book))).status).toBe(200);
  expect((await zoe.patch(at(book), { pages: 1 }, match(book))).status).toBe(403);
  await story.user('zoe', { catalogue: 'editor' });
  const saved = await zoe.patch<StetRecord>(at(book), { pages: 1 }, match(book));
  expect(saved.status).toBe(200);
  book = saved.body;
  await story.user('zoe', { catalogue: null });
  expect((await zoe.get(at(book))).status).toBe(404);
  expect((await zoe.patch(at(book), { pages: 2 }, match(book))).status).toBe(404);
});
