// Who is at which record, as each page says it.
import { expect } from 'vitest';
import { aloud, eventually, openPeople, openTab } from '../support/browser.js';
import { type PagePerson, standing } from '../support/page-person.js';
import { newBook } from '../support/story.js';
import { inField, inHead, inRow } from '../support/there.js';
import type { Place } from './tell.js';

/** As if another window lay over it. */
const setHidden = ({ page }: PagePerson, isHidden: boolean) =>
  page.evaluate(
    (state) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
      document.dispatchEvent(new Event('visibilitychange'));
    },
    (isHidden ? 'hidden' : 'visible') as DocumentVisibilityState,
  );

/** Where the cells of a row stand, and its height. */
const cellsOf = (person: PagePerson, { id }: { id: string }) =>
  person
    .row(id)
    .evaluate((row) => [
      row.getBoundingClientRect().height,
      ...[...row.querySelectorAll('td')].map((cell) => cell.getBoundingClientRect().x),
    ]);

export const presence = {
  '[C1] who is there is shown in the list and in the form as they come, edit, save and leave, and moves nothing':
    async (place: Place) => {
      const { ana, ben } = await openPeople(place, ['ana', 'ben']);
      const book = await newBook(ana.api, { title: 'Numbat one', pages: 100, series: 'Termites' });
      await ana.openBook(book.id, '?q=numbat');
      await ana.type('notes', 'Half a sen');
      const [before, cells] = [await standing(ana), await cellsOf(ana, book)];

      await ben.openBook(book.id, '?q=numbat');
      await eventually(() => inHead(ana)).toBe('Ben Berger is looking at this');
      await eventually(() => inRow(ana, book)).toBe('Ben Berger is looking at this.');
      await eventually(() => inHead(ben)).toBe('Ana Alves is editing · unsaved changes in Notes');
      expect(await inField(ben, 'notes')).toBe('Ana Alves is in this field · not saved');
      expect(await inRow(ben, book)).toBe('Ana Alves has unsaved changes.');

      await ben.field('series').focus();
      await eventually(() => inField(ana, 'series')).toBe('Ben Berger is in this field');
      expect(await inHead(ana)).toBe('Ben Berger is editing');
      await eventually(() => inRow(ana, book)).toBe('Ben Berger is editing.');
      await eventually(() => aloud(ana)).toContain('Ben Berger is editing this book');

      await ben.type('series', 'Ants');
      await ben.field('pages').focus();
      await eventually(() => inField(ana, 'series')).toBe('Ben Berger has unsaved edits here');
      await eventually(() => inField(ana, 'pages')).toBe('Ben Berger is in this field');
      expect(await inHead(ana)).toBe('Ben Berger is editing · unsaved changes in Series');
      expect([await standing(ana), await cellsOf(ana, book)]).toEqual([before, cells]);

      await ben.save();
      await eventually(() => inHead(ana)).toBe('Ben Berger is editing');
      await eventually(() => inField(ana, 'series')).toBe('');
      await ben.press('Escape');
      await eventually(() => inHead(ana)).toBe('');
      await eventually(() => inRow(ana, book)).toBe('');
      await eventually(() => aloud(ana)).toContain('Ben Berger is no longer shown as editing this book');
      // His save has come in beside what she types; where she stands, nothing has moved.
      expect(await standing(ana)).toEqual(before);
    },

  '[C6] who has unsaved changes keeps the mark in a hidden tab and at another record; two tabs are one person; a killed one is gone':
    async (place: Place) => {
      const { ana, ben } = await openPeople(place, ['ana', 'ben']);
      const book = await newBook(ana.api, { title: 'Potoroo one', pages: 1 });
      const other = await newBook(ana.api, { title: 'Potoroo two', pages: 2 });
      await ana.openBook(book.id, '?q=potoroo');
      await ben.openBook(book.id, '?q=potoroo');
      await ben.type('pages', '12');
      await eventually(() => inHead(ana)).toBe('Ben Berger is editing · unsaved changes in Pages');
      await setHidden(ben, true);
      await eventually(() => inHead(ana)).toBe('Ben Berger has unsaved changes in Pages');
      expect(await inField(ana, 'pages')).toBe('Ben Berger has unsaved edits here');
      await setHidden(ben, false);
      await eventually(() => inHead(ana)).toBe('Ben Berger is editing · unsaved changes in Pages');

      await ben.row(other.id).click();
      // The page has put the cursor there for him: he looks.
      await eventually(() => inRow(ana, other)).toContain('Ben Berger is looking at this');
      await eventually(() => inHead(ana)).toBe('Ben Berger has unsaved changes in Pages');

      const second = await openTab(ben, place);
      await second.openBook(book.id);
      await second.field('title').focus();
      await eventually(() => inHead(ana)).toBe('Ben Berger is editing · unsaved changes in Pages');
      await eventually(() => inField(ana, 'title')).toBe('Ben Berger is in this field');
      expect(await ana.row(book.id).locator('.chip').count()).toBe(1);
      // They do not hear of themselves.
      expect(await inHead(second)).toBe('Ana Alves is looking at this');

      await ben.page.context().close();
      await eventually(() => inHead(ana)).toBe('');
      await eventually(() => inRow(ana, other)).toBe('');
    },
};
