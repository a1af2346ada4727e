import { rmSync } from 'node:fs';
import type { Draft, StetList } from '@stet/client';
import { books as ofBooks } from '@stet/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Backup, backUp } from '../support/backup.js';
import { type Editor, editorOf, hears, shown } from '../support/editor.js';
import { type InProcess, startInProcess } from '../support/server.js';
import { temporaryFolder } from '../support/stet.js';
import { until } from '../support/until.js';
import { createWire, type Wire } from '../support/wire.js';

// A backup is put back under pages that know more than it holds: their versions are higher than the server's, and of a
// log that is no more. What is shown follows; what was typed stays, and overwrites nothing without being asked.

let data: string;
let server: InProcess;
let ana: Editor;
let ben: Editor;
/** What ben's page sends. */
let wire: Wire;
let backup: Backup;
let [edited, read, late] = ['', '', ''];

async function begin(benBy: 'socket' | 'polling'): Promise<void> {
  server = await startInProcess({ STET_DATA: data });
  wire = createWire();
  ana = await editorOf(server, 'ana');
  ben = await editorOf(server, 'ben', {
    fetch: wire.fetch,
    // A connection to the server that was before may take one request more, and lose it.
    patience: 20_000,
    ...(benBy === 'polling' ? { socketBy: 'http://127.0.0.1:1', pace: { after: 1, every: 20 } } : {}),
  });
  edited = await ana.create({ title: 'The Hobbit', pages: 310 });
  read = await ana.create({ title: 'The Hobbit, annotated' });
  await save(edited, { title: 'The Hobbit, or There and Back Again' });
  backup = backUp(data);
  for (const pages of [311, 312, 313]) await save(edited, { pages });
  await save(edited, { title: 'Der Hobbit' });
  await save(read, { title: 'Der kommentierte Hobbit' });
  late = await ana.create({ title: 'The Hobbit, a late edition' });
}

const save = async (id: string, fields: Record<string, string | number>): Promise<void> => {
  const draft = await ana.open(id);
  for (const [name, value] of Object.entries(fields)) draft.edit(name, value);
  expect(await draft.submit()).toBe('saved');
};

async function putBack(reason: 'epoch' | 'ahead'): Promise<void> {
  const port = new URL(server.url).port;
  await server.stop();
  backup.putBack(reason);
  server = await startInProcess({ STET_DATA: data, PORT: port });
}

beforeEach(() => {
  data = temporaryFolder();
});
afterEach(async () => {
  ana.close();
  ben.close();
  await server.stop();
  rmSync(data, { recursive: true, force: true });
});

const versionOf = (draft: Draft): number => {
  const state = draft.record?.server;
  return state?.kind === 'live' ? state.version : 0;
};
const titlesOf = (list: StetList): unknown[] => list.models.map((model) => model.get('title'));

describe.each([
  ['epoch', 'socket'],
  ['epoch', 'polling'],
  ['ahead', 'socket'],
] as const)('[L3] [C1] after a reset by %s, on a page with %s', (reason, way) => {
  test('lists and forms show what there is, and what was typed waits for a choice', async () => {
    await begin(way);
    const list = ben.stet.list(ofBooks);
    await list.show(list.query);
    const [draft, form, orphan] = [await ben.open(edited), await ben.open(read), await ben.open(late)];
    await hears(draft, 6);
    draft.edit('title', 'Hobbit!');
    orphan.edit('pages', 77);

    await putBack(reason);
    await until('the form follows', () => versionOf(draft) === 2 && versionOf(form) === 1);
    await until('the list follows', () => list.length === 2);
    expect(titlesOf(list)).toEqual(['The Hobbit, annotated', 'The Hobbit, or There and Back Again']);
    expect([shown(form, 'title'), form.state.kind]).toEqual(['The Hobbit, annotated', 'clean']);
    expect([shown(draft, 'title'), shown(draft, 'pages'), draft.state.kind]).toEqual(['Hobbit!', 310, 'unsaved']);
    // It came after the backup: what was typed into it has lost its book, and can become one.
    expect([orphan.state.kind, shown(orphan, 'pages')]).toEqual(['orphaned', 77]);
    orphan.keepAsNew();
    expect(await orphan.submit()).toBe('saved');

    expect(await draft.submit()).toBe('choosing');
    expect(draft.state).toMatchObject({
      choice: { open: 1, questions: [{ name: 'title', theirs: 'The Hobbit, or There and Back Again' }, {}] },
    });
    expect(await draft.settleFor('mine')).toBe('saved');
    expect(draft.record?.toJSON()).toMatchObject({ title: 'Hobbit!', pages: 310, version: 3 });
    // And it goes on from there.
    await until('ana hears of it', () => ana.stet.record(ofBooks, edited).get('title') === 'Hobbit!');
  });
});

test.each(['epoch', 'ahead'] as const)(
  '[V2] a save that knows nothing of it yet is stale, without a base, and leads to a choice that cannot loop: %s',
  async (reason) => {
    await begin('socket');
    const draft = await ben.open(edited);
    draft.edit('title', 'Hobbit!');
    ben.stet.connection.close();
    await putBack(reason);
    expect(await draft.submit()).toBe('choosing');
    expect(wire.writes.flatMap(({ status }) => status ?? [])).toEqual([412]);
    expect(draft.state).toMatchObject({ choice: { theirs: { version: 2 }, open: 1 } });
    expect([versionOf(draft), shown(draft, 'title')]).toEqual([2, 'Hobbit!']);
    expect(await draft.settleFor('mine')).toBe('saved');
    expect(draft.record?.toJSON()).toMatchObject({ title: 'Hobbit!', pages: 310, version: 3 });
  },
);

test('[C4] a choice that waits is asked anew over what there is, with what was chosen before', async () => {
  await begin('socket');
  const draft = await ben.open(edited);
  draft.edit('title', 'Hobbit!');
  await save(edited, { title: 'Le Hobbit' });
  await hears(draft, 7);
  expect(await draft.submit()).toBe('choosing');
  draft.choose('title', 'mine');
  await putBack('epoch');
  await until('it is asked anew', () => versionOf(draft) === 2);
  expect(draft.state).toMatchObject({
    choice: { theirs: { version: 2 }, open: 1, questions: [{ name: 'title', again: true }, {}] },
  });
  expect(await draft.settleFor('theirs')).toBe('unchanged');
  expect([shown(draft, 'title'), draft.isDirty]).toEqual(['The Hobbit, or There and Back Again', false]);
});
