import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StetRecord } from '@stet/protocol';
import { expect } from 'vitest';
import { allow, eventually, openPeople, openTab } from '../support/browser.js';
import { destroy, historyOf, now, saveOver } from '../support/meanwhile.js';
import { loseAnswer, overtake, setOffline } from '../support/network.js';
import { type PagePerson, textOf } from '../support/page-person.js';
import { at, newBook } from '../support/story.js';
import type { Place } from './tell.js';

// Each way in which people can meet over a book, and what each of them sees: docs/conflicts.md, row by row.

const hobbit = { title: 'The Hobbit', pages: 310, summary: 'In a hole in the ground there lived a hobbit.' };

async function both(place: Place, fields: Partial<StetRecord> = {}) {
  const { ana, ben } = await openPeople(place, ['ana', 'ben']);
  const book = await newBook(ana.api, { ...hobbit, ...fields });
  await Promise.all([ana, ben].map((person) => person.openBook(book.id)));
  return { ana, ben, book };
}
const receipt = ({ page }: PagePerson) => page.getByTestId('receipt');
const kept = ({ page }: PagePerson) => page.locator('[data-testid=save-state][data-kept=true]').waitFor();

/** Types and saves; what becomes of it is looked at by the caller. */
async function save(person: PagePerson, fields: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(fields)) await person.type(name, text);
  await person.save();
}

export const meetings = {
  'edit and edit of the same field: the later one is warned, asked, and the earlier one is told': async (
    place: Place,
  ) => {
    const { ana, ben, book } = await both(place);
    await ben.type('title', 'Hobbit!');
    await save(ana, { title: 'Der Hobbit' });
    await ben.banner().getByText('Ana Alves saved version 2').waitFor();
    expect(await ben.value('title')).toBe('Hobbit!');
    await ben.save();
    await ben.choice().waitFor();
    await ben.button('Keep mine').click();
    await eventually(() => ben.state()).toMatch(/^Saved as version 3/);
    const notice = ana.page.getByTestId('notices');
    await notice.getByText('Ben Berger').waitFor();
    expect(await textOf(notice)).toContain('Der Hobbit');
    await notice.getByRole('button', { name: 'Restore my value' }).click();
    await eventually(async () => (await now(ana.api, book)).title).toBe('Der Hobbit');
    await eventually(() => ben.value('title')).toBe('Der Hobbit');
  },

  'edit and edit of other fields: both are saved without a question, and the later one gets a receipt': async (
    place: Place,
  ) => {
    const { ana, ben, book } = await both(place);
    await overtake(ben.page, at(book), () => saveOver(ana.api, book, { title: 'Der Hobbit' }));
    await save(ben, { pages: '311', summary: 'In a hole in the ground there lived a small hobbit.' });
    await receipt(ben).waitFor();
    expect(await textOf(receipt(ben))).toMatch(/Saved as version 3.*Ana Alves.*Title/);
    expect(await ben.choice().count()).toBe(0);
    expect(await now(ana.api, book)).toMatchObject({ title: 'Der Hobbit', pages: 311, version: 3 });
    await eventually(() => ana.value('pages')).toBe('311');
    // Taking it back leaves hers.
    await receipt(ben).getByRole('button', { name: 'Undo' }).click();
    await eventually(async () => (await now(ana.api, book)).version).toBe(4);
    expect(await now(ana.api, book)).toMatchObject({ title: 'Der Hobbit', pages: 310, summary: hobbit.summary });
  },

  'edit and edit of one text: the words of both are in it': async (place: Place) => {
    const { ana, ben, book } = await both(place);
    await ben.type('summary', 'In a hole in the ground there lived a small hobbit.');
    await save(ana, { summary: 'In a dry hole in the ground there lived a hobbit.' });
    await ben.banner().waitFor();
    await ben.save();
    await receipt(ben).waitFor();
    const combined = 'In a dry hole in the ground there lived a small hobbit.';
    await eventually(() => ben.value('summary')).toBe(combined);
    await eventually(() => ana.value('summary')).toBe(combined);
    expect(await historyOf(ana.api, book)).toHaveLength(3);
  },

  'edit and delete: who edits keeps the text, and restores the book with it': async (place: Place) => {
    const { ana, ben, book } = await both(place);
    await ben.type('notes', 'three hours of work');
    await ana.button('Delete').click();
    await ana.button('Delete version 1').click();
    await eventually(() => ben.stateKind()).toBe('orphaned');
    expect(await textOf(ben.banner())).toContain('Ana Alves deleted this book');
    expect(await ben.value('notes')).toBe('three hours of work');
    expect((await ana.api.get(at(book))).status).toBe(410);
    await ben.button('Restore the book with my changes').click();
    await eventually(() => ben.state()).toMatch(/^Saved as version 4/);
    expect(await now(ana.api, book)).toMatchObject({ ...hobbit, notes: 'three hours of work', version: 4 });
  },

  'delete and edit: who deletes is shown what was saved meanwhile, and asked anew': async (place: Place) => {
    const { ana, ben, book } = await both(place);
    await ana.button('Delete').click();
    await save(ben, { pages: '311' });
    await eventually(() => ana.value('pages')).toBe('311');
    await ana.button('Delete version 1').click();
    await ana.page.getByRole('alert').filter({ hasText: 'Nothing was deleted' }).waitFor();
    expect(await ben.state()).toBe('Saved as version 2');
    await ana.button('Keep it').click();
    expect(await now(ana.api, book)).toMatchObject({ pages: 311, version: 2 });
  },

  'edit and import: an import is one more person, and is asked about where it meets what is typed': async (
    place: Place,
  ) => {
    const { ana, ben, book } = await both(place);
    await ben.type('title', 'Hobbit!');
    await ana.type('notes', 'first edition');
    const file = join(place.data, 'books.csv');
    writeFileSync(file, `id,title,pages\n${book.id},Der Hobbit,320\n`);
    const { status, stdout, stderr } = await place.cli(['import', file, '--as', 'mara', '--prefer', 'file']);
    expect(status, stdout + stderr).toBe(0);
    await ben.banner().getByText('(import)').waitFor();
    expect(await ben.value('title')).toBe('Hobbit!');
    await eventually(() => ben.value('pages')).toBe('320');
    // Hers meets nothing of it, and goes through.
    await ana.save();
    await receipt(ana).waitFor();
    await ben.save();
    await ben.choice().waitFor();
    await ben.button('Keep mine').click();
    await eventually(() => ben.state()).toMatch(/^Saved as version 4/);
    expect(await now(ana.api, book)).toMatchObject({ title: 'Hobbit!', pages: 320, notes: 'first edition' });
  },

  'two tabs of one person: each says that the other one is theirs, and neither overwrites the other': async (
    place: Place,
  ) => {
    const { ana } = await openPeople(place, ['ana']);
    const book = await newBook(ana.api, hobbit);
    const other = await openTab(ana, place);
    await ana.openBook(book.id);
    await ana.type('title', 'Der Hobbit');
    await other.openBook(book.id);
    await save(other, { title: 'Le Hobbit' });
    await ana.banner().getByText('You, in another tab, saved version 2').waitFor();
    await ana.save();
    await ana.choice().getByText('You, in another tab').first().waitFor();
    await ana.button('Take theirs').click();
    await eventually(() => ana.value('title')).toBe('Le Hobbit');
    expect(await historyOf(ana.api, book)).toHaveLength(2);
  },

  'back from offline: what was typed and saved nowhere is there, combines where it can and asks where not': async (
    place: Place,
  ) => {
    const { ana, ben, book } = await both(place);
    allow(ben, /ERR_INTERNET_DISCONNECTED/, /WebSocket connection/);
    const context = ben.page.context();
    await setOffline(ben.page, true);
    await ben.type('title', 'Hobbit!');
    await ben.type('notes', 'written on a train');
    await ben.save();
    await eventually(() => ben.state()).toMatch(/^Not saved: the server cannot be reached/);
    await kept(ben);
    await ben.page.close();
    await saveOver(ana.api, book, { title: 'Der Hobbit', pages: 311 });
    await context.setOffline(false);
    const again = await openTab(ben);
    await again.openBook(book.id);
    await again.choice().waitFor();
    expect([await again.value('title'), await again.value('notes')]).toEqual(['Hobbit!', 'written on a train']);
    expect((await now(ana.api, book)).version).toBe(2);
    await again.button('Take theirs').click();
    await eventually(() => again.state()).toMatch(/^Saved as version 3/);
    expect(await now(ana.api, book)).toMatchObject({ title: 'Der Hobbit', pages: 311, notes: 'written on a train' });
  },

  'three at once: what combines does, and the one true conflict is asked of the last one': async (place: Place) => {
    const { ana, ben, chloe } = await openPeople(place, ['ana', 'ben', 'chloe']);
    const book = await newBook(ana.api, { ...hobbit, subjects: ['Dragons'] });
    await Promise.all([ana, ben, chloe].map((person) => person.openBook(book.id)));
    await ana.type('subjects', 'Dragons\nRings');
    await ben.type('subjects', 'Dragons\nDwarves');
    await ben.type('title', 'Hobbit!');
    await chloe.type('subjects', 'Elves');
    await chloe.type('title', 'Le Hobbit');
    await ana.save();
    await ben.banner().getByText('Ana Alves').first().waitFor();
    await ben.save();
    await receipt(ben).waitFor();
    await chloe.banner().getByText('Ben Berger').first().waitFor();
    await chloe.save();
    await chloe.choice().waitFor();
    expect(await chloe.choice().locator('[data-question=title]').count()).toBe(1);
    await chloe.button('Keep mine').click();
    await eventually(() => chloe.state()).toMatch(/^Saved as version 4/);
    const saved = await now(ana.api, book);
    expect([saved.title, saved.subjects]).toEqual(['Le Hobbit', ['Dwarves', 'Elves', 'Rings']]);
    await ben.page.getByTestId('notices').getByText('Hobbit!').first().waitFor();
  },

  'a retry after a lost answer: it is saved once, and no conflict with oneself': async (place: Place) => {
    const { ana, ben, book } = await both(place);
    await ben.type('title', 'Hobbit!');
    await loseAnswer(ben.page, at(book));
    await ben.press('Control+s');
    await eventually(() => ben.state()).toBe('Saved as version 2');
    expect(await ben.banner().count()).toBe(0);
    await save(ben, { title: 'Hobbit!!' });
    await eventually(() => ben.state()).toBe('Saved as version 3');
    expect(await historyOf(ana.api, book)).toEqual([
      '1 Ana Alves create: title, pages, summary',
      '2 Ben Berger update: title',
      '3 Ben Berger update: title',
    ]);
    await destroy(ana.api, book);
  },
};
