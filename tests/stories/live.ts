// What one saves, the other sees; what is taken from somebody takes effect at once.
import { expect } from 'vitest';
import { allow, eventually, openPeople, openTab } from '../support/browser.js';
import { now } from '../support/meanwhile.js';
import { overRest } from '../support/network.js';
import type { PagePerson } from '../support/page-person.js';
import { at, newBook } from '../support/story.js';
import type { Place } from './tell.js';

const pathOf = ({ page }: PagePerson) => new URL(page.url()).pathname;
/** A mark that only this very page bears: a reload would lose it. */
const markPage = ({ page }: PagePerson) =>
  page.evaluate(() => {
    document.body.dataset.here = 'still';
  });
const mark = ({ page }: PagePerson) => page.evaluate(() => document.body.dataset.here);

export const live = {
  '[C2] what one saves, the other sees in the list and in the open form, without a reload, marked with her name':
    async (place: Place) => {
      const { ana, ben } = await openPeople(place, ['ana', 'ben']);
      const book = await newBook(ana.api, { title: 'Quokka one', pages: 100, publisher: 'Perth' });
      await ben.openBook(book.id, '?q=quokka');
      await markPage(ben);
      await ana.openBook(book.id);
      await ana.type('title', 'Quokka two');
      await ana.type('pages', '120');
      await overRest(ana.page, at(book));
      const sent = ana.page.waitForRequest((request) => request.method() === 'PATCH');
      await ana.save();
      // Never a field that she did not touch: it could be somebody else's by now.
      expect((await sent).postDataJSON()).toEqual({ title: 'Quokka two', pages: 120 });
      expect(await ana.state()).toBe('Saved as version 2');

      await eventually(() => ben.titles()).toEqual(['Quokka two']);
      expect(await ben.row(book.id).getAttribute('data-fresh-by')).toBe('Ana Alves');
      expect(await ben.row(book.id).innerText()).toContain('Ana Alves');
      expect(await ben.value('title')).toBe('Quokka two');
      expect(await ben.value('pages')).toBe('120');
      expect(await ben.page.locator('[data-field=pages]').innerText()).toContain('just changed by Ana Alves');
      expect(await ben.page.locator('[data-field=publisher]').innerText()).not.toContain('just changed');
      expect(await ben.stateKind()).toBe('clean');
      expect(await mark(ben)).toBe('still');
    },

  'a new book takes its place in the list, and a deleted one leaves it': async (place: Place) => {
    const { ana, ben } = await openPeople(place, ['ana', 'ben']);
    await newBook(ana.api, { title: 'Numbat alone' });
    await newBook(ana.api, { title: 'Numbat zoo' });
    await ben.open('?q=numbat');
    await markPage(ben);
    await ana.open('');
    await ana.page.getByRole('link', { name: 'New book' }).click();
    await ana.type('title', 'Numbat in between');
    await ana.save();
    await eventually(() => ben.titles()).toEqual(['Numbat alone', 'Numbat in between', 'Numbat zoo']);
    await eventually(() => pathOf(ana)).toMatch(/\/books\/[a-z0-9]+$/);

    await ana.button('Delete').click();
    await ana.button('Delete version 1').click();
    await eventually(() => ben.titles()).toEqual(['Numbat alone', 'Numbat zoo']);
    expect(await mark(ben)).toBe('still');
    await eventually(() => pathOf(ana)).toBe('/w/catalogue/books');
  },

  '[S4] signing out closes the page, and every other tab of that session': async (place: Place) => {
    const { ana } = await openPeople(place, ['ana']);
    const other = await openTab(ana, place);
    await ana.open('');
    await other.openBook('7');
    await ana.button('Sign out').click();
    for (const tab of [ana, other]) await tab.page.getByLabel('Password').waitFor();
    expect(pathOf(ana)).toBe('/sign-in');
    expect(await other.page.getByText('Hobbit').count()).toBe(0);
    await ana.page.goBack();
    await ana.page.getByLabel('Password').waitFor();
  },

  '[H1] who becomes a reader while editing sees it at once, and keeps what was typed': async (place: Place) => {
    const { ana, chloe } = await openPeople(place, ['ana', 'chloe']);
    const book = await newBook(ana.api, { title: 'Mulgara' });
    await chloe.openBook(book.id);
    await chloe.type('notes', 'typed as an editor');
    const become = (role: string) => place.cli(['member', 'add', 'chloe', 'catalogue', '--role', role]);
    await become('viewer');
    await eventually(() => chloe.state()).toMatch(/^Not saved: your role allows no changes any more/);
    await chloe.press('Control+s');
    expect(await chloe.value('notes')).toBe('typed as an editor');
    expect(await now(ana.api, book)).toMatchObject({ version: 1 });
    await become('editor');
    await chloe.button('Save').waitFor();
    await chloe.save();
    await eventually(() => chloe.state()).toBe('Saved as version 2');
  },

  '[S4] who is taken out of the workspace is shown nothing more of it': async (place: Place) => {
    const { ana, mara } = await openPeople(place, ['ana', 'mara']);
    allow(mara, /^Failed to load resource: .* 404 .* at \S+\/api\/workspaces\//);
    const book = await newBook(ana.api, { title: 'Ningaui' });
    await mara.openBook(book.id);
    await place.cli(['member', 'remove', 'mara', 'catalogue']);
    await mara.page.getByText('You are not a member of any workspace').waitFor();
    expect(await mara.page.getByTestId('row').count()).toBe(0);
    expect(await mara.page.getByText('Ningaui').count()).toBe(0);
    await place.cli(['member', 'add', 'mara', 'catalogue', '--role', 'manager']);
    // And let in again, it comes back by itself.
    await eventually(() => mara.value('title')).toBe('Ningaui');
  },
};
