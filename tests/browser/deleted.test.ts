import type { StetRecord } from '@stet/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { match, type Person } from '../support/api.js';
import { eventually, openPeople, peopleElsewhere } from '../support/browser.js';
import { destroy, historyOf, saveOver } from '../support/meanwhile.js';
import { overtake } from '../support/network.js';
import { textOf } from '../support/page-person.js';
import { type Server, startServer } from '../support/server.js';
import { at, books, newBook } from '../support/story.js';

// A book is deleted while somebody has it open: they are told, and keep what they typed.

let server: Server;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

const actions = async (person: Person, book: { id: string }): Promise<string[]> =>
  (await historyOf(person, book)).map((line) => /(\w+):/.exec(line)?.[1] ?? line);

test('[V5] who edits it is told, keeps the text, and makes a new book of it', async () => {
  const { ben } = await openPeople(server, ['ben']);
  const { ana } = await peopleElsewhere(server, ['ana']);
  const book = await newBook(ana.api, { title: 'Nailtail', pages: 12, authors: ['A', 'B'] });
  await ben.openBook(book.id, '?q=nailtail');
  await ben.type('notes', 'three hours of work');
  const written = await ben.field('notes').evaluate((field) => field.getBoundingClientRect().y);
  await destroy(ana.api, book);
  await eventually(() => ben.stateKind()).toBe('orphaned');
  expect(await textOf(ben.banner())).toMatch(/^Ana Alves deleted this book\. just now What you typed is kept here\./);
  expect(await ben.state()).toContain('Not saved: this book was deleted');
  expect(await ben.value('notes')).toBe('three hours of work');
  expect(await ben.focused()).toBe('notes');
  expect(await ben.field('notes').evaluate((field) => field.getBoundingClientRect().y)).toBe(written);
  await eventually(() => ben.titles()).toEqual([]);
  await ben.screenshot('deleted');

  // A late save brings nothing back.
  await ben.save();
  expect(await ben.stateKind()).toBe('orphaned');
  expect(await actions(ana.api, book)).toEqual(['create', 'destroy']);

  await ben.button('Keep my text as a new book').click();
  await ben.save();
  await eventually(() => ben.state()).toBe('Saved as version 1');
  const { body } = await ana.api.get<{ items: StetRecord[] }>(`${books}?q=nailtail`);
  expect(body.items).toMatchObject([
    { title: 'Nailtail', pages: 12, authors: ['A', 'B'], notes: 'three hours of work' },
  ]);
  const [kept] = body.items;
  expect(kept?.id).not.toBe(book.id);
  await eventually(() => new URL(ben.page.url()).pathname).toBe(`/w/catalogue/books/${kept?.id}`);
  await eventually(() => ben.titles()).toEqual(['Nailtail']);
  expect((await ana.api.get(at(book))).status).toBe(410);
});

test('[V5] who wants to discard the text can do so, and is back in the list', async () => {
  const { ben } = await openPeople(server, ['ben']);
  const { ana } = await peopleElsewhere(server, ['ana']);
  const book = await newBook(ana.api, { title: 'Rock wallaby' });
  await ben.openBook(book.id);
  await ben.type('notes', 'not worth keeping');
  await destroy(ana.api, book);
  await ben.banner().waitFor();
  await ben.button('Discard my text').click();
  // It is asked once: there is no way back from that.
  await ben.button('Keep what I typed').click();
  expect(await ben.value('notes')).toBe('not worth keeping');
  await ben.button('Discard my text').click();
  await ben.button('Discard').click();
  await ben.page.getByText('Choose a book').waitFor();
  expect(new URL(ben.page.url()).pathname).toBe('/w/catalogue/books');
});

test('[V5] who edits it restores it with what was typed, where they say so', async () => {
  const { ben } = await openPeople(server, ['ben']);
  const { ana } = await peopleElsewhere(server, ['ana']);
  const book = await newBook(ana.api, { title: 'Potoroo', pages: 12 });
  await ben.openBook(book.id);
  await ben.type('notes', 'three hours of work');
  await saveOver(ana.api, book, { pages: 13 });
  await destroy(ana.api, book);
  await eventually(() => ben.stateKind()).toBe('orphaned');
  await ben.button('Restore the book with my changes').click();
  await eventually(() => ben.state()).toMatch(/^Saved as version 5/);
  expect(await actions(ana.api, book)).toEqual(['create', 'update', 'destroy', 'create', 'update']);
  const { body } = await ana.api.get<StetRecord>(at(book));
  expect(body).toMatchObject({ title: 'Potoroo', pages: 13, notes: 'three hours of work' });
});

test('[C1] on a phone the way out lies over no field, and what is being typed stays in its place', async () => {
  const { ben } = await openPeople(server, ['ben'], { viewport: { width: 390, height: 844 } });
  const { ana } = await peopleElsewhere(server, ['ana']);
  const book = await newBook(ana.api, { title: 'Quoll' });
  await ben.openBook(book.id);
  await ben.type('publisher', 'Ben & Sons');
  const top = (name: string) => ben.field(name).evaluate((field) => Math.round(field.getBoundingClientRect().y));
  const before = await top('publisher');
  await destroy(ana.api, book);
  await ben.button('Restore the book with my changes').waitFor();
  expect(Math.abs((await top('publisher')) - before)).toBeLessThanOrEqual(1);
  await ben.field('title').scrollIntoViewIfNeeded();
  const end = await ben.banner().evaluate((banner) => Math.round(banner.getBoundingClientRect().bottom));
  expect(await top('title')).toBeGreaterThanOrEqual(end);
});

test('[V5] where somebody else restores it, the edit goes on', async () => {
  const { ben } = await openPeople(server, ['ben']);
  const { ana } = await peopleElsewhere(server, ['ana']);
  const book = await newBook(ana.api, { title: 'Bilby', pages: 12 });
  await ben.openBook(book.id);
  await ben.type('notes', 'three hours of work');
  await destroy(ana.api, book);
  await eventually(() => ben.stateKind()).toBe('orphaned');
  const gone = (await ana.api.get<{ etag: string }>(at(book))).body;
  const { status } = await ana.api.post(at(book, '/restore'), { version: 1 }, match(gone));
  expect(status).toBe(200);
  await eventually(() => ben.stateKind()).toBe('unsaved');
  expect(await ben.value('notes')).toBe('three hours of work');
  await ben.save();
  await eventually(() => ben.state()).toMatch(/^Saved as version 4/);
});

test('who only reads it is told, and has nothing to decide', async () => {
  const { ben } = await openPeople(server, ['ben']);
  const { ana } = await peopleElsewhere(server, ['ana']);
  const book = await newBook(ana.api, { title: 'Tree kangaroo' });
  await ben.openBook(book.id);
  await destroy(ana.api, book);
  await ben.banner().waitFor();
  expect(await textOf(ben.banner())).toContain('There is nothing to save.');
  expect(await ben.field('title').getAttribute('readonly')).not.toBeNull();
  await ben.banner().getByRole('button').click();
  await ben.page.getByText('Choose a book').waitFor();
});

test('[V2] whoever deletes a version that has been overtaken meanwhile is shown it, and asked anew', async () => {
  const { ben } = await openPeople(server, ['ben']);
  const { ana } = await peopleElsewhere(server, ['ana']);
  const book = await newBook(ana.api, { title: 'Bandicoot', pages: 5 });
  await ben.openBook(book.id);
  await ben.button('Delete').click();
  expect(await ben.page.getByText('Delete version 1 of this book?').isVisible()).toBe(true);
  await saveOver(ana.api, book, { pages: 6 });
  await eventually(() => ben.value('pages')).toBe('6');
  await ben.button('Delete version 1').click();
  const warned = ben.page.getByRole('alert').filter({ hasText: 'Nothing was deleted' });
  await warned.waitFor();
  expect(await textOf(warned)).toMatch(/Ana Alves saved version 2.*Pages: 5 → 6/);
  expect(await actions(ana.api, book)).toEqual(['create', 'update']);

  // Hers is done while his is on its way: the server refuses, and he is asked once more.
  await overtake(ben.page, at(book), () => saveOver(ana.api, book, { pages: 7 }));
  await ben.button('Delete version 2').click();
  await ben.button('Delete version 3').waitFor();
  expect(await actions(ana.api, book)).toEqual(['create', 'update', 'update']);
  await ben.button('Delete version 3').click();
  await ben.page.getByText('Choose a book').waitFor();
  expect(await actions(ana.api, book)).toEqual(['create', 'update', 'update', 'destroy']);
});
