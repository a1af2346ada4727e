import type { Draft } from '@stet/client';
import { books } from '@stet/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Editor, editorOf, hears, shown } from '../support/editor.js';
import { type InProcess, startInProcess } from '../support/server.js';
import { until } from '../support/until.js';
import { createWire, type Wire } from '../support/wire.js';

// Where others detect a conflict and then go wrong in the recovery: one test for each of their ways.

let server: InProcess;
let ana: Editor;
let ben: Editor;
/** What ben's page sends. */
let wire: Wire;
let id: string;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.stop());
beforeEach(async () => {
  wire = createWire();
  [ana, ben] = [await editorOf(server, 'ana'), await editorOf(server, 'ben', { fetch: wire.fetch })];
  id = await ana.create({ title: 'The Hobbit', pages: 310, summary: 'In a hole in the ground there lived a hobbit.' });
});
afterEach(() => {
  ana.close();
  ben.close();
});

type Fields = Record<string, string | number | string[]>;
const type = (draft: Draft, fields: Fields): void => {
  for (const [name, value] of Object.entries(fields)) draft.edit(name, value);
};
const saveAs = async (editor: Editor, fields: Fields): Promise<void> => {
  const draft = await editor.open(id);
  type(draft, fields);
  expect(await draft.submit()).toBe('saved');
};
const versions = async (): Promise<string[]> => {
  const answer = await ana.stet.versions(ana.stet.record((await ana.open(id)).resource, id));
  if (answer.kind !== 'ok') throw new Error(answer.detail);
  return answer.items.map(({ version, by, fields }) => `${version} ${by.id}: ${fields.join(', ')}`).reverse();
};
const etagsSent = () => wire.writes.map(({ headers }) => headers['if-match']);

/** ben's page does not hear of it before it sends. */
const overtakenBy = (fields: Fields): void => wire.before(() => saveAs(ana, fields));

test('[C4] the refused etag is never sent twice', async () => {
  const draft = await ben.open(id);
  type(draft, { title: 'Hobbit!' });
  overtakenBy({ title: 'Der Hobbit' });
  expect(await draft.submit()).toBe('choosing');
  overtakenBy({ title: 'Le Hobbit' });
  expect(await draft.settleFor('mine')).toBe('choosing');
  overtakenBy({ title: 'Lo Hobbit' });
  expect(await draft.settleFor('mine')).toBe('choosing');
  expect(await draft.settleFor('mine')).toBe('saved');
  const refused = wire.writes.filter(({ status }) => status === 412).map(({ headers }) => headers['if-match']);
  expect(refused).toHaveLength(3);
  expect(new Set(etagsSent()).size).toBe(wire.writes.length);
});

test('[C4] keep mine cannot loop: each time it is asked it names the version that it overwrites, or asks what is new', async () => {
  const draft = await ben.open(id);
  type(draft, { title: 'Hobbit!' });
  overtakenBy({ title: 'Der Hobbit' });
  await draft.submit();
  // One decision is one request, whatever comes of it.
  overtakenBy({ title: 'Le Hobbit' });
  const before = wire.writes.length;
  expect(await draft.settleFor('mine')).toBe('choosing');
  expect(wire.writes.length).toBe(before + 1);
  expect(draft.state).toMatchObject({ choice: { open: 1, questions: [{ theirs: 'Le Hobbit', again: true }] } });
  expect(await draft.settleFor('mine')).toBe('saved');
  expect(await versions()).toEqual(['1 ana: title, pages, summary', '2 ana: title', '3 ana: title', '4 ben: title']);
});

describe('[V7] a retry after a lost acknowledgement is not a conflict with oneself', () => {
  test('with the socket open, its echo says that it was made', async () => {
    const draft = await ben.open(id);
    type(draft, { pages: 77 });
    wire.state = 'deaf';
    await draft.submit();
    wire.state = 'online';
    await until('the echo is there', () => draft.state.kind === 'saved');
    type(draft, { pages: 78 });
    expect(await draft.submit()).toBe('saved');
    expect(await versions()).toEqual(['1 ana: title, pages, summary', '2 ben: pages', '3 ben: pages']);
  });

  test('without one, the same save gets its first answer, and what was typed since goes after it', async () => {
    const draft = await ben.open(id);
    ben.stet.connection.close();
    type(draft, { pages: 77 });
    wire.state = 'deaf';
    expect(await draft.submit()).toBe('failed');
    expect(await draft.submit()).toBe('failed');
    wire.state = 'online';
    type(draft, { publisher: 'Allen & Unwin' });
    expect(await draft.submit()).toBe('saved');
    expect(await versions()).toEqual(['1 ana: title, pages, summary', '2 ben: pages', '3 ben: publisher']);
    const keys = wire.writes.map(({ headers }) => headers['idempotency-key']);
    expect([new Set(keys.slice(0, 3)).size, new Set(keys).size]).toEqual([1, 2]);
  });

  test('what was typed over before it ever arrived is published by nobody', async () => {
    const draft = await ben.open(id);
    ben.stet.connection.close();
    type(draft, { title: 'Regretted', pages: 77 });
    wire.state = 'offline';
    expect(await draft.submit()).toBe('failed');
    type(draft, { title: 'Final' });
    // Without the history nobody knows what became of it.
    expect(await draft.submit()).toBe('failed');
    wire.state = 'online';
    await saveAs(ana, { publisher: 'Allen & Unwin' });
    expect(await draft.submit()).toBe('saved');
    expect(await versions()).toEqual(['1 ana: title, pages, summary', '2 ana: publisher', '3 ben: title, pages']);
    expect(draft.record?.get('title')).toBe('Final');
  });

  test('and what was typed over after it had arrived is a save upon one’s own', async () => {
    const draft = await ben.open(id);
    ben.stet.connection.close();
    type(draft, { title: 'Regretted', pages: 77 });
    wire.state = 'deaf';
    expect(await draft.submit()).toBe('failed');
    wire.state = 'online';
    type(draft, { title: 'Final' });
    expect(await draft.submit()).toBe('saved');
    expect(await versions()).toEqual(['1 ana: title, pages, summary', '2 ben: title, pages', '3 ben: title']);
    expect(wire.writes.map(({ status }) => status)).toEqual([200, 200]);
  });

  test('also where somebody else has saved the same field since', async () => {
    const draft = await ben.open(id);
    ben.stet.connection.close();
    type(draft, { pages: 77 });
    wire.state = 'deaf';
    await draft.submit();
    wire.state = 'online';
    await saveAs(ana, { pages: 78 });
    // His save was made before hers: nothing is asked, and hers stands.
    expect(await draft.submit()).toBe('saved');
    expect(await versions()).toEqual(['1 ana: title, pages, summary', '2 ben: pages', '3 ana: pages']);
  });

  test('a combined save whose answer was lost still gives its receipt', async () => {
    const draft = await ben.open(id);
    type(draft, { pages: 77 });
    overtakenBy({ title: 'Der Hobbit' });
    wire.state = 'deaf';
    await draft.submit();
    wire.state = 'online';
    await until('the receipt is there', () => draft.receipt !== null);
    expect(draft.receipt).toMatchObject({ base: 1, version: 3, fields: { title: 'theirs', pages: 'mine' } });
  });
});

test.each<['theirs' | 'mine', string, number]>([
  ['theirs', 'Der Hobbit', 0],
  ['mine', 'Hobbit!', 1],
])(
  '[C4] a choice overrules a save that never arrived: %s is asked once, and the old save is not sent again',
  async (side, title, sent) => {
    const draft = await ben.open(id);
    type(draft, { title: 'Hobbit!' });
    wire.state = 'offline';
    expect(await draft.submit()).toBe('failed');
    await saveAs(ana, { title: 'Der Hobbit' });
    await hears(draft, 2);
    wire.state = 'online';
    expect(draft.decide()).toBe(true);
    await draft.settleFor(side);
    expect(wire.writes.slice(1)).toHaveLength(sent);
    expect([shown(draft, 'title'), draft.isDirty, draft.state.kind === 'choosing']).toEqual([title, false, false]);
  },
);

test('[C1] a slow save and more typing is not a conflict with oneself', async () => {
  const draft = await ben.open(id);
  type(draft, { title: 'The Hobbit 1' });
  const saving = draft.submit();
  type(draft, { title: 'The Hobbit 12', pages: 313 });
  expect(await saving).toBe('saved');
  expect([draft.state.kind, shown(draft, 'title')]).toEqual(['unsaved', 'The Hobbit 12']);
  expect(await draft.submit()).toBe('saved');
  expect(draft.record?.toJSON()).toMatchObject({ title: 'The Hobbit 12', pages: 313, version: 3 });
});

test('[M4] what others put into a text while it was saved stays there, however much was typed on', async () => {
  const draft = await ben.open(id);
  type(draft, { summary: 'In a hole in the ground there lived a small hobbit.' });
  overtakenBy({ summary: 'In a dry hole in the ground there lived a hobbit.' });
  const saving = draft.submit();
  type(draft, { summary: 'In a hole in the ground there lived a small hobbit. He was hungry.' });
  expect(await saving).toBe('saved');
  expect(draft.record?.get('summary')).toBe('In a dry hole in the ground there lived a small hobbit.');
  expect(await draft.submit()).toBe('saved');
  expect(draft.record?.get('summary')).toBe('In a dry hole in the ground there lived a small hobbit. He was hungry.');
});

test('[H5] two tabs of one person are named as such, and are no reason to ask about other fields', async () => {
  const other = await editorOf(server, 'ben');
  const [here, there] = [await ben.open(id), await other.open(id)];
  type(here, { title: 'Hobbit!' });
  type(there, { pages: 1 });
  expect(await there.submit()).toBe('saved');
  await hears(here, 2);
  expect(here.overtaken?.changes).toMatchObject([{ whose: 'own-elsewhere', version: 2, fields: ['pages'] }]);
  expect(await here.submit()).toBe('saved');
  // He knows of both: there is nothing to be told.
  expect(here.receipt).toBeNull();
  other.close();
});

test('[C2] saving sends no field that the person did not touch', async () => {
  const draft = await ben.open(id);
  type(draft, { title: 'Hobbit!' });
  await saveAs(ana, { pages: 311, publisher: 'Allen & Unwin' });
  await hears(draft, 2);
  expect(await draft.submit()).toBe('saved');
  overtakenBy({ pages: 312, title: 'Der Hobbit' });
  type(draft, { title: 'Hobbit!!' });
  expect(await draft.submit()).toBe('choosing');
  expect(await draft.settleFor('mine')).toBe('saved');
  expect(wire.writes.map(({ body }) => Object.keys(body))).toEqual([['title'], ['title'], ['title']]);
});

describe('[C4] no answer is retried without a person’s decision', () => {
  test.each<[string, Fields, () => void, number]>([
    ['stale', { title: 'Hobbit!' }, () => overtakenBy({ title: 'Der Hobbit' }), 412],
    ['refused by the schema', { isbn10: '0261102214', isbn13: '9780140449136' }, () => {}, 422],
    ['not allowed', { title: 'Hobbit!' }, () => wire.before(() => server.user('ben', { catalogue: 'viewer' })), 403],
  ])('%s', async (_, fields, meanwhile, status) => {
    const draft = await ben.open(id);
    type(draft, fields);
    meanwhile();
    await draft.submit();
    const sent = wire.writes.map((write) => write.status);
    expect(sent).toEqual(status === 422 ? [] : [status]);
    // News of others sends nothing either.
    await saveAs(ana, { publisher: 'Allen & Unwin' });
    await hears(draft, draft.baseVersion === 1 && status === 412 ? 3 : 2);
    expect(wire.writes).toHaveLength(sent.length);
    await server.user('ben', { catalogue: 'editor' });
  });
});

test('[M4] of several values that were replaced, those come back that have not changed again since', async () => {
  const hers = await ana.open(id);
  type(hers, { title: 'Der Hobbit', pages: 311 });
  expect(await hers.submit()).toBe('saved');
  const draft = await ben.open(id);
  type(draft, { title: 'Hobbit!', pages: 312 });
  overtakenBy({ title: 'Le Hobbit', pages: 313 });
  expect(await draft.submit()).toBe('choosing');
  expect(await draft.settleFor('mine')).toBe('saved');
  type(draft, { title: 'Hobbit!!' });
  expect(await draft.submit()).toBe('saved');
  await ana.stet.notices.refresh();
  const told = () => ana.stet.notices.items.filter((each) => each.id === id);
  const [notice] = told();
  if (!notice) throw new Error('ana was not told');
  expect(await ana.stet.notices.restore(notice)).toMatchObject({
    outcome: { kind: 'restored' },
    fields: ['pages'],
    left: ['title'],
  });
  await hears(draft, 6);
  expect(draft.record?.toJSON()).toMatchObject({ title: 'Hobbit!!', pages: 313 });
  // Of the other she is still told.
  await ana.stet.notices.refresh();
  expect(told()).toHaveLength(1);
});

test('[C4] a banner that was dismissed is still known to the question', async () => {
  const draft = await ben.open(id);
  type(draft, { title: 'Hobbit!' });
  await saveAs(ana, { title: 'Der Hobbit' });
  await hears(draft, 2);
  draft.dismiss();
  expect(await draft.submit()).toBe('choosing');
  expect(draft.state).toMatchObject({ choice: { changes: [{ version: 2, by: { name: 'Ana' } }] } });
});

test('[V5] restoring without a network can be tried again, and a save brings nothing back by itself', async () => {
  const draft = await ben.open(id);
  type(draft, { title: 'Hobbit!' });
  const record = ana.stet.record(draft.resource, id);
  await ana.stet.load(record);
  await ana.stet.destroy(record);
  await hears(draft, 2);
  wire.state = 'offline';
  expect(await draft.restoreWithMine()).toBe('failed');
  wire.state = 'online';
  expect(await draft.submit()).toBe('orphaned');
  expect(wire.writes.filter(({ status }) => status !== null)).toEqual([]);
  expect(await draft.restoreWithMine()).toBe('saved');
  expect(draft.record?.toJSON()).toMatchObject({ title: 'Hobbit!', version: 4 });
});

test('[C3] the banner of one record never acts on another', async () => {
  const second = await ana.create({ title: 'Roverandom', pages: 106 });
  const [first, other] = [await ben.open(id), await ben.open(second)];
  type(first, { title: 'Hobbit!' });
  type(other, { title: 'Roverandom!' });
  overtakenBy({ title: 'Der Hobbit' });
  expect(await first.submit()).toBe('choosing');
  // Whatever is done about the one, the other is as it was.
  expect(await other.settleFor('theirs')).toBe('unsaved');
  other.choose('title', 'theirs');
  other.dismiss();
  expect(first.state.kind).toBe('choosing');
  expect(await first.settleFor('mine')).toBe('saved');
  expect(other.state.kind).toBe('unsaved');
  expect(shown(other, 'title')).toBe('Roverandom!');
  expect(wire.writes.every(({ path }) => path.includes(id))).toBe(true);
});

test('notices that could not be read are read again by themselves, and nothing else with them', async () => {
  const asked: string[] = [];
  let isAway = true;
  const counting: typeof fetch = async (input, init) => {
    const { pathname } = new URL(String(input));
    asked.push(`${init?.method ?? 'GET'} ${pathname}`);
    if (!isAway || !pathname.endsWith('/notices')) return fetch(input, init);
    isAway = false;
    return new Response('{}', { status: 503 });
  };
  const chloe = await editorOf(server, 'chloe', { fetch: counting });
  await chloe.stet.list(books).show({ q: '', sort: 'title', filters: {} });
  const notices = () => asked.filter((what) => what.endsWith('/notices'));
  await until('they are asked for once more', () => notices().length === 2);
  chloe.close();
  expect(asked.filter((what) => what === 'GET /api/me' || what.endsWith('/books'))).toEqual([
    'GET /api/workspaces/catalogue/books',
  ]);
});
