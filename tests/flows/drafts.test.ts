import { createDevice, type Device, type Draft } from '@stet/client';
import { books } from '@stet/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Editor, editorOf, hears, shown } from '../support/editor.js';
import { type InProcess, startInProcess } from '../support/server.js';
import { until } from '../support/until.js';
import { createWire, type Wire } from '../support/wire.js';

// What was typed and not saved: kept on the device, found again, and brought to what the record is by then.

let server: InProcess;
let ana: Editor;
let device: Device;
let pages: Editor[];
let id: string;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.stop());
beforeEach(async () => {
  pages = [];
  device = createDevice();
  ana = await editorOf(server, 'ana');
  id = await ana.create({ title: 'The Hobbit', pages: 310, summary: 'one two three four' });
});
afterEach(() => {
  for (const page of [ana, ...pages]) page.close();
});

/** A page of ben's, on his device. */
async function page(wire: Wire = createWire()): Promise<Editor> {
  const opened = await editorOf(server, 'ben', { device, fetch: wire.fetch });
  pages.push(opened);
  return opened;
}

type Fields = Record<string, string | number | string[]>;
async function type(draft: Draft, fields: Fields): Promise<void> {
  for (const [name, value] of Object.entries(fields)) draft.edit(name, value);
  await until('it is kept', () => draft.isKept);
}
async function saveByAna(fields: Fields): Promise<void> {
  const draft = await ana.open(id);
  for (const [name, value] of Object.entries(fields)) draft.edit(name, value);
  expect(await draft.submit()).toBe('saved');
}
const listed = async (editor: Editor) =>
  (await editor.stet.drafts.list()).map(({ kept, where }) => [kept.title, Object.keys(kept.typed), where]);

describe('[C5] an edit that was not saved is there again', () => {
  test('as it was, with what it started from', async () => {
    const before = await page();
    await type(await before.open(id), { title: 'Hobbit!', pages: '31x' });
    before.close();
    const draft = await (await page()).open(id);
    expect([shown(draft, 'title'), shown(draft, 'pages')]).toEqual(['Hobbit!', '31x']);
    expect([draft.state.kind, draft.baseVersion, draft.overtaken]).toEqual(['unsaved', 1, null]);
  });

  test('and says who saved what meanwhile; what combines goes through', async () => {
    const before = await page();
    await type(await before.open(id), { summary: 'one two three four five', publisher: 'Allen & Unwin' });
    before.close();
    await saveByAna({ summary: 'zero one two three four' });
    await saveByAna({ title: 'Der Hobbit' });
    const draft = await (await page()).open(id);
    expect(draft.state.kind).toBe('unsaved');
    expect(draft.overtaken?.changes.map(({ by, version }) => [by?.name, version])).toEqual([
      ['Ana', 2],
      ['Ana', 3],
    ]);
    expect(draft.overtaken?.fields.map(({ name, touched }) => [name, touched])).toEqual([
      ['title', false],
      ['summary', true],
    ]);
    expect(draft.clashes).toEqual({ conflicts: [], merged: ['summary'] });
    expect(shown(draft, 'title')).toBe('Der Hobbit');
    expect(await draft.submit()).toBe('saved');
    expect(draft.record?.toJSON()).toMatchObject({
      ...{ title: 'Der Hobbit', summary: 'zero one two three four five', publisher: 'Allen & Unwin', version: 4 },
    });
    expect(draft.receipt).toMatchObject({
      base: 1,
      version: 4,
      fields: { title: 'theirs', summary: 'merged', publisher: 'mine' },
    });
  });

  test('and what does not combine asks at once, before anything is sent', async () => {
    const before = await page();
    await type(await before.open(id), { title: 'Hobbit!' });
    before.close();
    await saveByAna({ title: 'Der Hobbit' });
    const wire = createWire();
    const draft = await (await page(wire)).open(id);
    expect(draft.state).toMatchObject({
      kind: 'choosing',
      choice: {
        open: 1,
        changes: [{ version: 2, by: { name: 'Ana' } }],
        questions: [{ name: 'title', base: 'The Hobbit' }],
      },
    });
    expect(wire.writes).toEqual([]);
    expect(await draft.settleFor('mine')).toBe('saved');
    expect(draft.record?.get('title')).toBe('Hobbit!');
  });

  test('with what was chosen already, and what was combined by hand', async () => {
    const before = await page();
    const edited = await before.open(id);
    await type(edited, { title: 'Hobbit!', summary: 'one zwei three four' });
    await saveByAna({ title: 'Der Hobbit', summary: 'one deux three four' });
    await hears(edited, 2);
    expect(edited.decide()).toBe(true);
    edited.choose('title', 'mine');
    edited.combine('summary', 'one zwei, deux three four');
    await until('it is kept', () => edited.isKept);
    before.close();
    const draft = await (await page()).open(id);
    expect(draft.state).toMatchObject({ kind: 'choosing', choice: { open: 0 } });
    expect(await draft.settle()).toBe('saved');
    expect(draft.record?.toJSON()).toMatchObject({ title: 'Hobbit!', summary: 'one zwei, deux three four' });
  });

  test('of a book that was deleted meanwhile: it is restored with what was typed', async () => {
    const before = await page();
    await type(await before.open(id), { notes: 'three hours of work' });
    before.close();
    await saveByAna({ pages: 311 });
    const record = ana.stet.record(books, id);
    expect(await ana.stet.destroy(record)).toEqual({ kind: 'destroyed' });
    const ben = await page();
    const model = ben.stet.record(books, id);
    await ben.stet.load(model);
    const draft = await ben.stet.drafts.open(model);
    expect([draft.state.kind, shown(draft, 'notes')]).toEqual(['orphaned', 'three hours of work']);
    expect(draft.state).toMatchObject({ by: { name: 'Ana' } });
    expect(await draft.restoreWithMine()).toBe('saved');
    expect(draft.record?.toJSON()).toMatchObject({ title: 'The Hobbit', pages: 311, notes: 'three hours of work' });
    expect(draft.record?.get('version')).toBe(5);
  });

  test('[V7] also where the page crashed between a save and its answer: it was made, and is no conflict', async () => {
    const wire = createWire();
    const before = await page(wire);
    const edited = await before.open(id);
    before.stet.connection.close();
    await type(edited, { title: 'Hobbit!' });
    wire.state = 'deaf';
    await edited.submit();
    edited.edit('pages', 311);
    await until('it is kept', () => edited.isKept);
    before.close();
    const later = createWire();
    const draft = await (await page(later)).open(id);
    expect(draft.state.kind).toBe('unsaved');
    expect([draft.isTouched('title'), draft.isTouched('pages'), draft.baseVersion]).toEqual([false, true, 2]);
    expect(later.writes).toEqual([]);
    expect(await draft.submit()).toBe('saved');
    expect(draft.record?.get('version')).toBe(3);
  });

  test('and so is a new book, which is made once', async () => {
    const wire = createWire();
    const before = await page(wire);
    const edited = await before.stet.drafts.openNew(books);
    before.stet.connection.close();
    await type(edited, { title: 'Roverandom' });
    wire.state = 'deaf';
    await edited.submit();
    before.close();
    const draft = await (await page()).stet.drafts.openNew(books);
    expect(draft.state).toMatchObject({ kind: 'saved', version: 1 });
    expect(draft.record?.get('title')).toBe('Roverandom');
  });
});

test('[C5] what was typed into a field that is no more stays on the device, for as long as the rest', async () => {
  const before = await page();
  const edited = await before.open(id);
  await type(edited, { notes: 'kept' });
  before.close();
  const [[name, entry]] = [...device.found('ben')] as [[string, { draft: { typed: object } }]];
  const typed = { ...entry.draft.typed, shelfmark: { value: 'A 1' } };
  device.found('ben').set(name, { ...entry, draft: { ...entry.draft, typed } });
  const later = await page();
  await type(await later.open(id), { notes: 'kept, and more' });
  const [listed] = await later.stet.drafts.list();
  expect(listed?.kept.typed).toMatchObject({ notes: { value: 'kept, and more' }, shelfmark: { value: 'A 1' } });
});

describe('[C5] two tabs of one person', () => {
  test('do not fight over a draft: the second is told, and takes it up when the first is gone', async () => {
    const [first, second] = [await page(), await page()];
    await type(await first.open(id), { title: 'Hobbit!' });
    const other = await second.open(id);
    expect([other.isDirty, shown(other, 'title')]).toEqual([false, 'The Hobbit']);
    expect(await listed(second)).toEqual([['Hobbit!', ['title'], 'elsewhere']]);
    expect(await second.stet.drafts.discard((await second.stet.drafts.list())[0]?.kept.id ?? '')).toBe(false);
    first.close();
    const taken = await second.open(id);
    expect([taken.isDirty, shown(taken, 'title')]).toEqual([true, 'Hobbit!']);
    expect(await listed(second)).toEqual([['Hobbit!', ['title'], 'here']]);
  });

  test('type both, and each has its own', async () => {
    const [first, second] = [await page(), await page()];
    await type(await first.open(id), { title: 'Hobbit!' });
    await type(await second.open(id), { pages: 1 });
    expect((await listed(first)).map(([, , where]) => where).sort()).toEqual(['elsewhere', 'here']);
    first.close();
    second.close();
    const third = await page();
    await third.open(id);
    expect((await listed(third)).map(([, , where]) => where).sort()).toEqual(['here', 'waiting']);
  });
});

test('[C5] a tab that is loaded anew goes on with its own draft, and not with the newest', async () => {
  const memories = [new Map<string, string>(), new Map<string, string>()];
  const tab = async (number: 0 | 1): Promise<Editor> => {
    const memory = memories[number];
    const opened = await editorOf(server, 'ben', {
      device,
      tab: { recall: (place) => memory?.get(place) ?? null, remember: (place, name) => void memory?.set(place, name) },
    });
    pages.push(opened);
    return opened;
  };
  const [first, second] = [await tab(0), await tab(1)];
  await type(await first.open(id), { notes: 'ONE' });
  await type(await second.open(id), { notes: 'TWO' });
  second.close();
  first.close();
  expect(shown(await (await tab(0)).open(id), 'notes')).toBe('ONE');
});

describe('[C4] what is put aside', () => {
  test('waits in the list of my drafts, and is taken up with what it started from', async () => {
    const ben = await page();
    const draft = await ben.open(id);
    await type(draft, { title: 'Hobbit!' });
    await saveByAna({ title: 'Der Hobbit' });
    await hears(draft, 2);
    expect(await draft.park()).toBe(true);
    expect([draft.isDirty, shown(draft, 'title'), draft.state.kind]).toEqual([false, 'Der Hobbit', 'clean']);
    // It does not come back by itself.
    const again = await page();
    expect((await again.open(id)).isDirty).toBe(false);
    const [kept] = await again.stet.drafts.list();
    expect([kept?.where, kept?.kept.parked]).toEqual(['waiting', true]);
    const taken = await again.stet.drafts.takeUp(kept?.kept.id ?? '');
    expect(taken?.state).toMatchObject({
      kind: 'choosing',
      choice: { questions: [{ mine: 'Hobbit!', theirs: 'Der Hobbit' }] },
    });
    expect(await taken?.settleFor('theirs')).toBe('unchanged');
    expect(await again.stet.drafts.list()).toEqual([]);
  });

  test('makes room for another, which is put aside in its stead', async () => {
    const ben = await page();
    const draft = await ben.open(id);
    await type(draft, { title: 'first' });
    await draft.park();
    await type(draft, { title: 'second' });
    const first = (await ben.stet.drafts.list()).find(({ where }) => where === 'waiting');
    await ben.stet.drafts.takeUp(first?.kept.id ?? '');
    expect([shown(draft, 'title'), await listed(ben)]).toEqual([
      'first',
      expect.arrayContaining([
        ['first', ['title'], 'here'],
        ['second', ['title'], 'waiting'],
      ]),
    ]);
  });

  test('is thrown away when the person says so, and not before', async () => {
    const ben = await page();
    const draft = await ben.open(id);
    await type(draft, { title: 'first' });
    await draft.park();
    const [kept] = await ben.stet.drafts.list();
    expect(await ben.stet.drafts.discard(kept?.kept.id ?? '')).toBe(true);
    expect(await ben.stet.drafts.list()).toEqual([]);
  });
});

test('[C5] nothing stays behind of what was saved or discarded', async () => {
  const ben = await page();
  const draft = await ben.open(id);
  await type(draft, { title: 'Hobbit!' });
  expect(await draft.submit()).toBe('saved');
  await until('it is gone', () => device.found('ben').size === 0);
  await type(draft, { title: 'Hobbit!!' });
  draft.discard();
  await until('it is gone', () => device.found('ben').size === 0);
  expect(shown(draft, 'title')).toBe('Hobbit!');
});

test('[S1] one person’s drafts are nobody else’s on the same device', async () => {
  const ben = await page();
  await type(await ben.open(id), { title: 'Hobbit!' });
  ben.close();
  const chloe = await editorOf(server, 'chloe', { device });
  pages.push(chloe);
  expect((await chloe.open(id)).isDirty).toBe(false);
  expect(await chloe.stet.drafts.list()).toEqual([]);
});
