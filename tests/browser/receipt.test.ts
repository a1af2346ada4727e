import type { StetRecord } from '@stet/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { seriousFaults } from '../support/accessibility.js';
import { eventually, openPeople } from '../support/browser.js';
import { historyOf, now, saveOver } from '../support/meanwhile.js';
import { overtake } from '../support/network.js';
import { type PagePerson, textOf } from '../support/page-person.js';
import { type Server, startServer } from '../support/server.js';
import { at, newBook } from '../support/story.js';

// A save that is combined with somebody else's goes through, says so, and can be taken back.

let server: Server;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

let ana: PagePerson;
let ben: PagePerson;
let book: StetRecord;
const lived = (what: string) => `In a hole in the ground there lived ${what}.`;
const receipt = () => ben.page.getByTestId('receipt');
const undo = () => receipt().getByRole('button', { name: 'Undo' });

/** ben's save of pages and summary meets ana's of title and summary. */
beforeEach(async () => {
  ({ ana, ben } = await openPeople(server, ['ana', 'ben']));
  book = await newBook(ana.api, { title: 'The Hobbit', pages: 310, summary: lived('a hobbit') });
  await ben.openBook(book.id);
  await ben.type('pages', '311');
  await ben.type('summary', lived('a small hobbit'));
  const theirs = { title: 'Der Hobbit', summary: `${lived('a hobbit')} He was hungry.` };
  await overtake(ben.page, at(book), () => saveOver(ana.api, book, theirs));
  await ben.save();
  await receipt().waitFor();
});

describe('[M4] nothing is combined in silence', () => {
  test('the receipt says whose is what; the words of both are shown where they are asked for', async () => {
    expect(await ben.state()).toMatch(/^Saved as version 3, combined with Ana Alves’s changes/);
    expect(await textOf(receipt())).toMatch(/Your Pages was combined with Ana Alves’s Title/);
    expect(await textOf(receipt())).toMatch(/Your Summary and Ana Alves’s Summary were combined word by word/);
    expect(await ben.value('summary')).toBe(`${lived('a small hobbit')} He was hungry.`);
    await receipt().getByRole('button', { name: 'What was combined' }).click();
    const part = receipt().locator('[data-part=summary]');
    await part.getByText('What Ana Alves changed').waitFor();
    expect((await part.locator('ins').allInnerTexts()).join(' ')).toMatch(/He was hungry.*small/);
    expect(await seriousFaults(ben.page)).toEqual([]);
    await ben.screenshot('receipt');
    await receipt().getByRole('button', { name: 'Dismiss' }).click();
    expect(await receipt().count()).toBe(0);
  });

  test('its undo takes mine back and leaves hers; it is a version like any other', async () => {
    await undo().click();
    await receipt().getByText('Undone').waitFor();
    expect(await now(ana.api, book)).toMatchObject({
      ...{ title: 'Der Hobbit', pages: 310, summary: `${lived('a hobbit')} He was hungry.`, version: 4 },
    });
    await eventually(() => ben.value('pages')).toBe('310');
    expect(await textOf(receipt())).toContain('What you had saved is version 3 in the history');
    expect((await historyOf(ana.api, book)).at(-1)).toBe('4 Ben Berger update: pages, summary');
  });

  test('it is refused, in words, where one of the fields has changed again since', async () => {
    await saveOver(ana.api, book, { pages: 312 });
    await receipt().getByText('Since then').waitFor();
    await undo().click();
    await receipt().getByText('Not undone').waitFor();
    expect(await textOf(receipt())).toContain('Ana Alves has changed Pages again since');
    expect(await now(ana.api, book)).toMatchObject({ pages: 312, version: 4 });
  });

  test('what others save in other fields meanwhile stays when it is undone', async () => {
    await saveOver(ana.api, book, { publisher: 'Allen & Unwin' });
    await receipt().getByText('Since then').waitFor();
    await undo().click();
    await receipt().getByText('Undone').waitFor();
    expect(await now(ana.api, book)).toMatchObject({ publisher: 'Allen & Unwin', pages: 310, title: 'Der Hobbit' });
  });

  test('the history says with whom it was combined', async () => {
    await ben.button('History').click();
    await ben.page
      .getByText(/combined with Ana Alves/)
      .first()
      .waitFor();
  });
});
