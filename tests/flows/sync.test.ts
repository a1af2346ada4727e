import type { StetModel } from '@stet/client';
import { books, type Down, type Up } from '@stet/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Editor, editorOf, hears } from '../support/editor.js';
import { framesTap } from '../support/frames.js';
import { proxyTo, type TcpProxy } from '../support/proxy.js';
import { type InProcess, startInProcess } from '../support/server.js';
import { until } from '../support/until.js';

// What is asked about one record goes over the socket, and over REST where the socket can't carry it or breaks.

interface Asked {
  what: string;
  key: string | null;
}

let server: InProcess;
let proxy: TcpProxy;
let ana: Editor;
let ben: Editor;
let id: string;
/** What Ana's page asked about records over REST, and what it said and heard on its socket. */
let overRest: Asked[];
let said: Array<Up & { type: 'request' }>;
let heard: Down[];
/** The first of these on the line is the last, and it does not arrive. */
let cutAt: 'request' | 'reply' | null;

const tap = () => {
  const note = (text: string) => {
    const message = JSON.parse(text) as Up | Down;
    if (message.type === 'request') said.push(message);
    if (message.type === 'reply') heard.push(message);
    if (message.type !== cutAt) return;
    cutAt = null;
    proxy.meet({ kind: 'cut', by: 'rst' });
  };
  return framesTap(note, note);
};

const watching: typeof fetch = (input, init) => {
  const { pathname } = new URL(String(input));
  const what = `${init?.method} ${pathname.split('/catalogue')[1]}`;
  if (what.includes('/books/')) overRest.push({ what, key: new Headers(init?.headers).get('idempotency-key') });
  return fetch(input, init);
};

beforeAll(async () => {
  server = await startInProcess();
  proxy = await proxyTo(server.url, { tap });
  ben = await editorOf(server, 'ben');
});
afterAll(async () => {
  ben.close();
  await proxy.close();
  await server.stop();
});
beforeEach(async () => {
  [overRest, said, heard, cutAt] = [[], [], [], null];
  id = await ben.create({ title: 'The Hobbit', pages: 310 });
  ana = await editorOf(server, 'ana', { fetch: watching, sync: 'socket', socketBy: proxy.url });
});
afterEach(() => ana.close());

async function modelOf(editor: Editor, book = id): Promise<StetModel> {
  const model = editor.stet.record(books, book);
  await model.fetch();
  return model;
}
const versions = async () => {
  const page = await ben.stet.versions(ben.stet.record(books, id));
  if (page.kind !== 'ok') throw new Error(page.detail);
  return page.items.map(({ version, action, by }) => `${version} ${action} ${by.id}`);
};
const nameOf = (_: unknown, place: number) => `${place}`.padEnd(300, '名');
const asked = () => said.map(({ method }) => method);

describe('the socket carries', () => {
  test('what Backbone fetches, saves and destroys', async () => {
    const model = await modelOf(ana);
    expect(model.toJSON()).toMatchObject({ title: 'The Hobbit', version: 1 });
    await model.save({ pages: 311 });
    expect(model.toJSON()).toMatchObject({ title: 'The Hobbit', pages: 311, version: 2 });
    await model.destroy();
    expect(model.server).toMatchObject({ kind: 'destroyed', version: 3 });
    expect([asked(), overRest]).toEqual([['GET', 'PATCH', 'DELETE'], []]);
    expect(await versions()).toEqual(['3 destroy ana', '2 update ana', '1 create ben']);
  });

  test('a form’s save and what is brought back; a history, which may be long, goes over REST', async () => {
    const draft = await ana.open(id);
    draft.edit('title', 'Hobbit!');
    expect(await draft.submit()).toBe('saved');
    const model = draft.record as StetModel;
    expect(await ana.stet.undoLast(model)).toMatchObject({ kind: 'undone', version: 3 });
    expect(model.get('title')).toBe('The Hobbit');
    expect(asked()).toEqual(['GET', 'PATCH', 'POST']);
    expect(overRest).toEqual([{ what: `GET /books/${id}/versions`, key: null }]);
  });

  test('many at once, and each gets its own answer, as soon as it is there', async () => {
    const model = await modelOf(ana);
    const others: string[] = [];
    for (const pages of [1, 2, 3, 4, 5]) others.push(await ben.create({ title: `Book ${pages}`, pages }));
    const saving = model.save({ pages: 1 });
    const read = await Promise.all(others.map((other) => modelOf(ana, other)));
    await saving;
    expect(read.map((other) => other.get('title'))).toEqual(['Book 1', 'Book 2', 'Book 3', 'Book 4', 'Book 5']);
    expect(model.toJSON()).toMatchObject({ title: 'The Hobbit', pages: 1, version: 2 });
    expect([said.length, overRest]).toEqual([7, []]);
  });

  test('[V2] a stale save of a plain app, which is told what it would have been told over REST', async () => {
    const [mine, theirs] = [await modelOf(ana), await modelOf(ben)];
    // Both are based on the first version: neither page can have heard of the other's save.
    const refused: unknown[] = [];
    const error = (_model: unknown, answer: unknown) => void refused.push(answer);
    await Promise.all([mine.save({ title: 'Hobbit!' }, { error }), theirs.save({ title: 'Der Hobbit' }, { error })]);
    const problem = { status: 412, base: { version: 1 }, current: { version: 2 }, conflicts: ['title'] };
    expect(refused).toMatchObject([{ kind: 'refused', problem }]);
    await Promise.all([mine, theirs].map((model) => until('2 is there', () => model.get('version') === 2)));
    const loser = mine.get('title') === theirs.get('title') ? null : mine.get('title') === 'Hobbit!' ? mine : theirs;
    expect(loser?.server).toMatchObject({ kind: 'live', version: 2 });
    expect(await versions()).toHaveLength(2);
    expect(overRest).toEqual([]);
  });
});

test('[C6] saved again before the first answer, what was typed since goes right after', async () => {
  const draft = await ana.open(id);
  draft.edit('notes', 'one');
  const first = draft.submit();
  draft.edit('notes', 'one two');
  expect(await Promise.all([first, draft.submit()])).toEqual(['saved', 'saved']);
  expect(draft.record?.toJSON()).toMatchObject({ notes: 'one two', version: 3 });
  expect([draft.state, asked(), overRest]).toEqual([{ kind: 'saved', version: 3 }, ['GET', 'PATCH', 'PATCH'], []]);
});

describe('[V7] a socket that breaks before the reply', () => {
  const places = [
    ['the server had done it', 'reply'],
    ['it never came to the server', 'request'],
  ] as const;

  test.each(places)('costs a save nothing and makes it no second time: %s', async (_where, place) => {
    const draft = await ana.open(id);
    draft.edit('title', 'Hobbit!');
    cutAt = place;
    expect(await draft.submit()).toBe('saved');
    expect(draft.state).toEqual({ kind: 'saved', version: 2 });
    expect(overRest).toEqual([{ what: `PATCH /books/${id}`, key: said.at(-1)?.headers?.['idempotency-key'] }]);
    expect(await versions()).toEqual(['2 update ana', '1 create ben']);
    await until('she is back', () => ana.stet.connection.state.kind === 'open');
    await hears(await ben.open(id), 2);
    // Her own save is no news to her, whichever way she hears of it.
    expect(draft.overtaken).toBeNull();
  });

  test.each(places)('nor a deletion, nor what is brought back: %s', async (_where, place) => {
    const model = await modelOf(ana);
    cutAt = place;
    expect(await ana.stet.destroy(model)).toEqual({ kind: 'destroyed' });
    await until('she is back', () => ana.stet.connection.state.kind === 'open');
    cutAt = place;
    const tombstone = model.server as { version: number; etag: string };
    expect(await ana.stet.restore(model, { version: 1 }, tombstone)).toEqual({ kind: 'restored', version: 3 });
    expect(overRest.map(({ what }) => what)).toEqual([`DELETE /books/${id}`, `POST /books/${id}/restore`]);
    expect(await versions()).toEqual(['3 create ana', '2 destroy ana', '1 create ben']);
  });
});

describe('[C7] REST carries', () => {
  test('all of it while there is no socket', async () => {
    ana.stet.connection.close();
    const model = await modelOf(ana);
    await model.save({ pages: 311 });
    await model.destroy();
    expect(overRest.map(({ what }) => what.split(' ')[0])).toEqual(['GET', 'PATCH', 'DELETE']);
    expect(model.server).toMatchObject({ kind: 'destroyed', version: 3 });
    expect(said).toEqual([]);
  });

  test('what is too large for a frame, and the socket stays', async () => {
    const model = await modelOf(ana);
    // 210 KB.
    const long = { summary: '書'.repeat(20_000), notes: '誌'.repeat(20_000), authors: [...Array(100)].map(nameOf) };
    await model.save(long);
    expect(model.toJSON()).toMatchObject({ ...long, version: 2 });
    expect(overRest).toMatchObject([{ what: `PATCH /books/${id}` }]);
    await model.save({ pages: 311 });
    expect([asked(), model.get('version')]).toEqual([['GET', 'PATCH'], 3]);
  });
});
