import { createStet, type Stet, type StetModel } from '@stet/client';
import { type Author, books as resource, type StetRecord } from '@stet/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { destroy, historyOf, now, saveOver } from '../support/meanwhile.js';
import { type Name, newBook, type Story, startStory } from '../support/story.js';

// The history as the client offers it: what was comes back as a new version, and what others saved since stays.

let story: Story;
beforeAll(async () => {
  story = await startStory();
});
afterAll(() => story.stop());

interface Client {
  stet: Stet;
  /** The paths that it asked for, with the method. */
  asked: string[];
  /** The next answer gets lost on its way. */
  loseNext(): void;
  record(book: StetRecord): Promise<StetModel>;
}

async function clientOf(name: Name): Promise<Client> {
  const asked: string[] = [];
  let isLost = false;
  const stet = createStet({
    base: `${story.url}/api`,
    workspace: 'catalogue',
    user: { id: name, name },
    socket: `${story.url}/rt`,
    headers: { authorization: `Bearer ${await story.token(name)}` },
    async fetch(input, init) {
      asked.push(`${init?.method} ${String(input).slice(story.url.length)}`);
      const response = await fetch(input, init);
      if (!isLost) return response;
      isLost = false;
      throw new TypeError('the connection broke');
    },
  });
  return {
    stet,
    asked,
    loseNext() {
      isLost = true;
    },
    async record(book) {
      const model = stet.record(resource, book.id);
      await stet.load(model);
      return model;
    },
  };
}

const seenBy = ({ server }: StetModel) => {
  if (server.kind === 'unknown') throw new Error('It was never read.');
  return server;
};
const names = (people: readonly Author[] = []) => people.map(({ id }) => id);

describe('restoring', () => {
  test('single fields touches nothing that came later', async () => {
    const [ana, ben] = [story.as('ana'), story.as('ben')];
    const book = await newBook(ana, { title: 'Dune', pages: 400 });
    await saveOver(ana, book, { title: 'Dune, again', pages: 412 });
    await saveOver(ben, book, { notes: 'later' });
    const client = await clientOf('ana');
    const model = await client.record(book);
    expect(await client.stet.restore(model, { version: 1, fields: ['title'] }, seenBy(model))).toEqual({
      kind: 'restored',
      version: 4,
    });
    expect(await now(ana, book)).toMatchObject({ version: 4, title: 'Dune', pages: 412, notes: 'later' });
    expect(model.get('title')).toBe('Dune');
    const page = await client.stet.versions(model);
    expect(page).toMatchObject({
      items: [{ version: 4, how: { restored: { version: 1, fields: ['title'] } } }, {}, {}, {}],
    });
  });

  test('goes through where only other fields have changed meanwhile, and they stay', async () => {
    const [ana, ben] = [story.as('ana'), story.as('ben')];
    const book = await newBook(ana, { title: 'Emma', pages: 400 });
    await saveOver(ana, book, { title: 'Emma!' });
    const client = await clientOf('ana');
    const model = await client.record(book);
    await saveOver(ben, book, { pages: 401 });
    expect(await client.stet.restore(model, { version: 1, fields: ['title'] }, seenBy(model))).toMatchObject({
      kind: 'restored',
      version: 4,
    });
    expect(await now(ana, book)).toMatchObject({ title: 'Emma', pages: 401 });
  });

  test('[V2] is refused where such a field has changed again: nothing is written, and the record has met the news', async () => {
    const [ana, ben] = [story.as('ana'), story.as('ben')];
    const book = await newBook(ana, { title: 'Persuasion' });
    await saveOver(ana, book, { title: 'Persuasions' });
    const client = await clientOf('ana');
    const model = await client.record(book);
    await saveOver(ben, book, { title: 'Persuaded' });
    const outcome = await client.stet.restore(model, { version: 1, fields: ['title'] }, seenBy(model));
    expect(outcome).toMatchObject({ kind: 'stale', stale: { changes: [{ by: { id: 'ben' } }] } });
    expect(model.get('title')).toBe('Persuaded');
    expect((await now(ana, book)).version).toBe(3);
  });

  test('what stands there already makes no version', async () => {
    const ana = story.as('ana');
    const book = await newBook(ana, { title: 'Sanditon' });
    await saveOver(ana, book, { notes: 'unfinished' });
    const client = await clientOf('ana');
    const model = await client.record(book);
    expect(await client.stet.restore(model, { version: 1, fields: ['title'] }, seenBy(model))).toEqual({
      kind: 'unchanged',
    });
    await saveOver(story.as('ben'), book, { notes: null });
    expect(await client.stet.restore(model, { version: 1, fields: ['title'] }, seenBy(model))).toEqual({
      kind: 'unchanged',
    });
    expect((await now(ana, book)).version).toBe(3);
  });

  test('[V7] asked again after its answer was lost makes no second version', async () => {
    const ana = story.as('ana');
    const book = await newBook(ana, { title: 'Lady Susan' });
    await saveOver(ana, book, { title: 'Lady' });
    const client = await clientOf('ana');
    const model = await client.record(book);
    const seen = seenBy(model);
    client.loseNext();
    expect(await client.stet.restore(model, { version: 1 }, seen)).toEqual({ kind: 'restored', version: 3 });
    expect(client.asked.filter((path) => path.includes('/restore'))).toHaveLength(2);
    expect(await historyOf(ana, book)).toHaveLength(3);
  });

  test('[V5] brings a deleted book back, based on its deletion', async () => {
    const ana = story.as('ana');
    const book = await newBook(ana, { title: 'The Watsons', pages: 90 });
    await destroy(story.as('ben'), book);
    const client = await clientOf('ana');
    const model = await client.record(book);
    expect(model.server).toMatchObject({ kind: 'destroyed', version: 2 });
    expect(await client.stet.restore(model, { version: 1 }, seenBy(model))).toMatchObject({ kind: 'restored' });
    expect(await now(ana, book)).toMatchObject({ version: 3, title: 'The Watsons', pages: 90 });
    expect(model.server.kind).toBe('live');
  });

  test('is not for those who may only read', async () => {
    const ana = story.as('ana');
    const book = await newBook(ana, { title: 'Mansfield Park' });
    await saveOver(ana, book, { title: 'Mansfield' });
    const client = await clientOf('vic');
    const model = await client.record(book);
    expect((await client.stet.restore(model, { version: 1 }, seenBy(model))).kind).toBe('failed');
    expect((await now(ana, book)).version).toBe(2);
  });
});

describe('undoing my last save', () => {
  test('takes back what it changed and nothing that others saved since; undone once more it is there again', async () => {
    const [ana, ben] = [story.as('ana'), story.as('ben')];
    const book = await newBook(ana, { title: 'Middlemarch', pages: 800 });
    await saveOver(ana, book, { title: 'Middlemarsh', pages: 801 });
    await saveOver(ben, book, { notes: 'Look at the title.' });
    const client = await clientOf('ana');
    const model = await client.record(book);
    expect(await client.stet.undoLast(model)).toMatchObject({ kind: 'undone', made: { version: 2 }, version: 4 });
    expect(await now(ana, book)).toMatchObject({ title: 'Middlemarch', pages: 800, notes: 'Look at the title.' });
    expect(await client.stet.undoLast(model)).toMatchObject({ kind: 'undone', made: { version: 4 }, version: 5 });
    expect(await now(ana, book)).toMatchObject({ title: 'Middlemarsh', pages: 801, notes: 'Look at the title.' });
  });

  test('is refused where somebody changed one of its fields again', async () => {
    const [ana, ben] = [story.as('ana'), story.as('ben')];
    const book = await newBook(ana, { title: 'Romola', pages: 500 });
    await saveOver(ana, book, { title: 'Romula', pages: 501 });
    await saveOver(ben, book, { title: 'Rómola' });
    const client = await clientOf('ana');
    const outcome = await client.stet.undoLast(await client.record(book));
    if (outcome.kind !== 'stale') throw new Error(outcome.kind);
    expect(names(outcome.stale.changes.map(({ by }) => by))).toEqual(['ben']);
    expect(await now(ana, book)).toMatchObject({ version: 3, title: 'Rómola', pages: 501 });
  });

  test('is nothing where that is the creation, or where I saved nothing', async () => {
    const book = await newBook(story.as('ana'), { title: 'Adam Bede' });
    await saveOver(story.as('ben'), book, { pages: 5 });
    for (const name of ['ana', 'chloe'] as const) {
      const client = await clientOf(name);
      expect(await client.stet.undoLast(await client.record(book))).toEqual({ kind: 'nothing' });
    }
    expect((await now(story.as('ana'), book)).version).toBe(2);
  });

  test('[V5] brings back what I deleted', async () => {
    const ana = story.as('ana');
    const book = await newBook(ana, { title: 'Silas Marner' });
    await destroy(ana, book);
    const client = await clientOf('ana');
    expect(await client.stet.undoLast(await client.record(book))).toMatchObject({ kind: 'undone', version: 3 });
    expect(await now(ana, book)).toMatchObject({ title: 'Silas Marner' });
  });
});

test('a version is read once, since it never changes; one that could not be read is asked for again', async () => {
  const book = await newBook(story.as('ana'), { title: 'Felix Holt' });
  const client = await clientOf('ana');
  const model = client.stet.record(resource, book.id);
  client.loseNext();
  expect((await client.stet.version(model, 1)).kind).toBe('failed');
  const [first, second] = await Promise.all([client.stet.version(model, 1), client.stet.version(model, 1)]);
  expect(first).toMatchObject({ kind: 'ok', version: { version: 1, by: { id: 'ana' }, obj: { title: 'Felix Holt' } } });
  expect(second).toEqual(first);
  expect(await client.stet.version(model, 1)).toEqual(first);
  expect(client.asked).toHaveLength(2);
});
