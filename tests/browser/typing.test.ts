import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from '../support/api.js';
import { eventually, openPeople, peopleElsewhere } from '../support/browser.js';
import { compose } from '../support/ime.js';
import { now, saveOver } from '../support/meanwhile.js';
import { type PagePerson, standing } from '../support/page-person.js';
import { type Server, startServer } from '../support/server.js';
import { newBook } from '../support/story.js';

// While one types, another saves: what is under the caret stays as it is, and what came in is told beside it.

let server: Server;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

const long = Array.from({ length: 60 }, (_, line) => `Line ${line + 1} of a long and patient summary.`).join('\n');

/** Ten saves, each of the field that the other one is in and of others. */
async function saveTenTimes(person: Person, book: { id: string }, name: string): Promise<void> {
  for (let round = 1; round <= 10; round += 1) {
    const notes = Array.from({ length: round }, () => `Note ${round}`).join('\n');
    await saveOver(person, book, { [name]: `Ana was here ${round} times`, pages: 100 + round, notes });
  }
}

const tenArrived = (person: PagePerson) => eventually(() => person.value('pages')).toBe('110');

describe('[C1] ten saves of the field that ben is in and of others', () => {
  test('leave a long text, its selection, the focus and every scroll position as they are; the rest follows', async () => {
    const { ben } = await openPeople(server, ['ben']);
    const { ana } = await peopleElsewhere(server, ['ana']);
    const book = await newBook(ana.api, { title: 'Potoroo', summary: long, pages: 100 });
    await ben.openBook(book.id);
    await ben.field('summary').evaluate((field: HTMLTextAreaElement) => {
      field.focus();
      field.setSelectionRange(500, 500);
    });
    await ben.page.keyboard.type(' typed by ben, in the middle,');
    await ben.field('summary').evaluate((field: HTMLTextAreaElement) => {
      field.setSelectionRange(430, 505, 'backward');
      field.scrollTop = 200;
      field.closest('.stet-scroll')?.scrollBy(0, 120);
    });
    const before = await standing(ben);
    expect(before).toMatchObject({ focused: 'summary', selection: [430, 505, 'backward'] });
    await saveTenTimes(ana.api, book, 'summary');
    await tenArrived(ben);
    await ben.banner().waitFor();
    expect(await standing(ben)).toEqual(before);
    expect(await ben.value('notes')).toContain('Note 10');
    expect(await ben.state()).toBe('Unsaved changes in Summary');
    // The keyboard goes on where it was.
    await ben.press('ArrowRight');
    await ben.page.keyboard.type('!');
    expect((await ben.value('summary')).slice(500, 506)).toBe(` type!`);
  });

  test('break no composition', async () => {
    const { ben } = await openPeople(server, ['ben']);
    const { ana } = await peopleElsewhere(server, ['ana']);
    const book = await newBook(ana.api, { title: 'Wallaby und Wombat', pages: 100 });
    await ben.openBook(book.id);
    await ben.field('title').evaluate((field: HTMLInputElement) => {
      field.focus();
      field.setSelectionRange(8, 8);
    });
    const ime = await compose(ben.page);
    await ime.composes('に');
    await ime.composes('にほん');
    const before = await standing(ben);
    expect(before.value).toBe('Wallaby にほんund Wombat');
    await saveTenTimes(ana.api, book, 'title');
    await tenArrived(ben);
    await ben.banner().waitFor();
    expect(await standing(ben)).toEqual(before);
    // It is still the same composition: what comes next takes the place of what was there.
    await ime.composes('にほんご');
    expect(await ben.value('title')).toBe('Wallaby にほんごund Wombat');
    await ime.commits('日本語');
    expect(await ben.value('title')).toBe('Wallaby 日本語und Wombat');
    expect(await ime.seen()).toEqual(['start', 'end']);
    expect(await ben.state()).toBe('Unsaved changes in Title');
    // He began on a title that is no longer there: his save is a question, and overwrites nobody.
    await ben.save();
    await ben.choice().getByText('Ana was here 10 times').waitFor();
    expect(await now(ana.api, book)).toMatchObject({ title: 'Ana was here 10 times' });
  });

  test('leave every key in its place while he types on', async () => {
    const { ben } = await openPeople(server, ['ben']);
    const { ana } = await peopleElsewhere(server, ['ana']);
    const book = await newBook(ana.api, { title: 'Cuscus', pages: 100, summary: '' });
    const text = 'All that is typed while others save, letter by letter, stays in order. '.repeat(4);
    await ben.openBook(book.id);
    await ben.field('summary').focus();
    await Promise.all([ben.page.keyboard.type(text), saveTenTimes(ana.api, book, 'summary')]);
    await tenArrived(ben);
    expect(await ben.value('summary')).toBe(text);
  });
});

test('[C1] a focused field that was not typed in follows, and the caret stays at its word', async () => {
  const { ben } = await openPeople(server, ['ben']);
  const { ana } = await peopleElsewhere(server, ['ana']);
  const book = await newBook(ana.api, { title: 'The old bandicoot' });
  await ben.openBook(book.id);
  await ben.field('title').evaluate((field: HTMLInputElement) => {
    field.focus();
    field.setSelectionRange(8, 17);
  });
  await saveOver(ana.api, book, { title: 'The very, very old bandicoot' });
  await eventually(() => ben.value('title')).toBe('The very, very old bandicoot');
  expect(await standing(ben)).toMatchObject({ focused: 'title', selection: [19, 28, expect.anything()] });
});

describe.each([
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
])('[C1] at $width pixels nothing moves', (viewport) => {
  test('when the banner comes, is opened, grows and goes', async () => {
    const { ben } = await openPeople(server, ['ben'], { viewport });
    const { ana } = await peopleElsewhere(server, ['ana']);
    const book = await newBook(ana.api, { title: 'Bettong', publisher: 'Broome', summary: long });
    const showAll = ben.banner().getByRole('button', { name: /^Show all/ });
    await ben.openBook(book.id);
    for (const name of ['title', 'summary']) {
      await ben.field(name).focus();
      await ben.press('End');
      await ben.page.keyboard.type('…');
      const { place } = await standing(ben);
      await saveOver(ana.api, book, { title: `Bettong beside ${name}`, publisher: `Ana at ${name}` });
      await ben.banner().waitFor();
      expect((await standing(ben)).place).toEqual(place);
      await saveOver(ana.api, book, { series: `Series of ${name}`, subjects: ['a', 'b', name] });
      await ben.banner().getByText('Subjects', { exact: true }).waitFor();
      expect((await standing(ben)).place).toEqual(place);
      await showAll.click();
      expect((await ben.field(name).boundingBox())?.y).toBe(place?.y);
      await ben.button('Dismiss').click();
      await ben.banner().waitFor({ state: 'detached' });
      expect((await standing(ben)).place).toEqual(place);
    }
  });
});
