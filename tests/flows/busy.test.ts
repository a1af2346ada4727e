import type { Draft, StetModel } from '@stet/client';
import { books } from '@stet/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Editor, editorOf, hears, shown } from '../support/editor.js';
import { type InProcess, startInProcess } from '../support/server.js';
import { type Trouble, troubleAt } from '../support/trouble.js';
import { until } from '../support/until.js';
import { createWire, type Wire } from '../support/wire.js';

// The server can't save for some seconds, or is not there: it is tried again by itself, and done once.

const patience = 20_000;

let server: InProcess;
let ana: Editor;
let ben: Editor;
/** What ana's page sends. */
let wire: Wire;
let id: string;
let trouble: Trouble;

beforeAll(async () => {
  server = await startInProcess({ LOG_LEVEL: 'silent' });
  ben = await editorOf(server, 'ben');
  trouble = troubleAt(server);
});
afterAll(async () => {
  ben.close();
  await server.stop();
});
beforeEach(async () => {
  wire = createWire();
  ana = await editorOf(server, 'ana', { fetch: wire.fetch, patience });
  id = await ben.create({ title: 'The Hobbit', pages: 310 });
});
afterEach(() => {
  Object.assign(trouble, { state: 'none', next: [] });
  ana.close();
});

/** The states that it goes through from now on. */
function statesOf(draft: Draft): string[] {
  const states: string[] = [];
  draft.on('state', () => {
    const { state } = draft;
    const said = state.kind === 'retrying' ? `${state.kind}: ${state.why}` : state.kind;
    if (states.at(-1) !== said) states.push(said);
  });
  return states;
}
const versions = async (of = id): Promise<string[]> => {
  const page = await ben.stet.versions(ben.stet.record(books, of));
  if (page.kind !== 'ok') throw new Error(page.detail);
  return page.items.map(({ version, action, by }) => `${version} ${action} ${by.id}`);
};
const keys = () => new Set(wire.writes.map(({ headers }) => headers['idempotency-key']));
const isRetrying = (draft: Draft) => until('it is tried again', () => draft.state.kind === 'retrying');

describe('[V7] asked for once, it is done once, by itself', () => {
  const fates = [
    ['the database is away', ['away', 'away', 'away']],
    ['it is lost half-way: the write was made', ['away', 'half-way', 'away']],
  ] as const;

  test.each(fates)('a save: %s', async (_what, fate) => {
    const draft = await ana.open(id);
    draft.edit('pages', 311);
    const states = statesOf(draft);
    trouble.next = [...fate];
    expect(await draft.submit()).toBe('saved');
    expect(states).toEqual(['saving', 'retrying: busy', 'saved']);
    expect([await versions(), keys().size]).toEqual([['2 update ana', '1 create ben'], 1]);
    expect([draft.overtaken, draft.isDirty]).toEqual([null, false]);
  });

  test.each(fates)('over the socket: %s', async (_what, fate) => {
    ana.close();
    ana = await editorOf(server, 'ana', { patience });
    const draft = await ana.open(id);
    draft.edit('pages', 311);
    trouble.next = [...fate];
    expect(await draft.submit()).toBe('saved');
    expect(await versions()).toEqual(['2 update ana', '1 create ben']);
  });

  test.each(fates)('a new book, a deletion, and what is brought back: %s', async (_what, fate) => {
    const draft = await ana.stet.drafts.openNew(books);
    draft.edit('title', 'Roverandom');
    trouble.next = [...fate];
    expect(await draft.submit()).toBe('saved');
    const made = draft.record as StetModel;
    trouble.next = [...fate];
    expect(await ana.stet.destroy(made)).toEqual({ kind: 'destroyed' });
    const tombstone = made.server as { version: number; etag: string };
    trouble.next = [...fate];
    expect(await ana.stet.restore(made, { version: 1 }, tombstone)).toMatchObject({ kind: 'restored', version: 3 });
    expect(await versions(made.id as string)).toEqual(['3 create ana', '2 destroy ana', '1 create ana']);
    expect(keys().size).toBe(3);
  });

  test('what a plain Backbone app saves', async () => {
    const model = ana.stet.record(books, id);
    await model.fetch();
    trouble.next = ['away', 'half-way'];
    await model.save({ pages: 311 });
    expect([model.get('version'), await versions()]).toEqual([2, ['2 update ana', '1 create ben']]);
  });

  test('also where another one was faster meanwhile: both are in, with a receipt', async () => {
    const draft = await ana.open(id);
    draft.edit('pages', 311);
    wire.state = 'offline';
    const saving = draft.submit();
    await isRetrying(draft);
    const theirs = await ben.open(id);
    theirs.edit('title', 'Der Hobbit');
    expect(await theirs.submit()).toBe('saved');
    wire.state = 'online';
    expect(await saving).toBe('saved');
    expect(draft.receipt).toMatchObject({ version: 3, fields: { title: 'theirs', pages: 'mine' } });
    expect(draft.record?.toJSON()).toMatchObject({ title: 'Der Hobbit', pages: 311, version: 3 });
  });

  test('[H5] told by the log before any answer: saved, and no news', async () => {
    const draft = await ana.open(id);
    draft.edit('pages', 311);
    wire.state = 'deaf';
    expect(await draft.submit()).toBe('saved');
    expect([draft.state, draft.overtaken]).toEqual([{ kind: 'saved', version: 2 }, null]);
    const { length } = wire.writes;
    wire.state = 'online';
    draft.edit('notes', 'goes on');
    expect(await draft.submit()).toBe('saved');
    expect([wire.writes.length, await versions()]).toEqual([
      length + 1,
      ['3 update ana', '2 update ana', '1 create ben'],
    ]);
  });
});

describe('[C6] while it is tried again', () => {
  test('what is typed into other fields stays unsaved, and goes right after it where that is asked for', async () => {
    const draft = await ana.open(id);
    draft.edit('pages', 311);
    wire.state = 'offline';
    const saving = draft.submit();
    await isRetrying(draft);
    draft.edit('notes', 'typed since');
    expect(draft.state).toEqual({ kind: 'retrying', why: 'unreachable' });
    wire.state = 'online';
    // Pressed once more, it is tried at once.
    expect(await draft.submit()).toBe('saved');
    expect(await saving).toBe('saved');
    expect([draft.state, shown(draft, 'notes')]).toEqual([{ kind: 'saved', version: 3 }, 'typed since']);
    expect(await versions()).toEqual(['3 update ana', '2 update ana', '1 create ben']);
  });

  const ends: Array<[what: string, end: (draft: Draft) => unknown, result: string]> = [
    ['what is typed over is published by nobody', (draft) => draft.edit('pages', 312), 'failed'],
    ['what is discarded is not saved', (draft) => draft.discard(), 'clean'],
    ['whoever leaves has not saved, and is told so when they come back', () => ana.stet.stop(), 'failed'],
  ];

  test.each(ends)('%s', async (_what, end, result) => {
    const draft = await ana.open(id);
    draft.edit('pages', 311);
    wire.state = 'offline';
    const saving = draft.submit();
    await isRetrying(draft);
    end(draft);
    expect(await saving).toBe(result);
    const { length } = wire.writes;
    wire.state = 'online';
    const theirs = await ben.open(id);
    theirs.edit('title', 'Der Hobbit');
    expect(await theirs.submit()).toBe('saved');
    if (ana.stet.link === 'live') await hears(draft, 2);
    expect([wire.writes.length, await versions()]).toEqual([length, ['2 update ben', '1 create ben']]);
  });

  test('[V5] a book that is deleted stays so: by whom is told, and nothing is tried any more', async () => {
    const draft = await ana.open(id);
    draft.edit('notes', 'three hours of work');
    wire.state = 'offline';
    const saving = draft.submit();
    await isRetrying(draft);
    const record = ben.stet.record(books, id);
    await ben.stet.load(record);
    await ben.stet.destroy(record);
    expect(await saving).toBe('orphaned');
    wire.state = 'online';
    expect(draft.state).toMatchObject({ kind: 'orphaned', by: { id: 'ben' } });
    expect(await draft.restoreWithMine()).toBe('saved');
    expect(draft.record?.toJSON()).toMatchObject({ notes: 'three hours of work', version: 4 });
  });
});

test('[C6] what takes too long is not saved, and says so until the server is there again', async () => {
  ana.close();
  ana = await editorOf(server, 'ana', { fetch: wire.fetch, patience: 300 });
  const draft = await ana.open(id);
  draft.edit('pages', 311);
  trouble.next = Array(1_000).fill('away');
  expect(await draft.submit()).toBe('failed');
  const { state } = draft;
  expect(state.kind === 'failed' && state.problem.detail).toBe(
    'The server is not ready. What you typed is here; save again.',
  );
  trouble.next = [];
  ana.stet.connection.close();
  ana.stet.start();
  await until('it may be saved again', () => draft.state.kind === 'unsaved');
  expect(await draft.submit()).toBe('saved');
  expect([await versions(), keys().size]).toEqual([['2 update ana', '1 create ben'], 1]);
});

test('a list that could not be read comes by itself, though the socket never broke', async () => {
  const list = ana.stet.list(books);
  trouble.state = 'away';
  await list.show({ ...list.query, q: 'hobbit' });
  expect(list.state).toEqual({ kind: 'failed', detail: 'The server is not ready.' });
  trouble.state = 'none';
  await until('it is there', () => list.get(id));
  expect(ana.stet.link).toBe('live');
});
