import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { seriousFaults } from '../support/accessibility.js';
import { allow, aloud, eventually, openPeople, openTab } from '../support/browser.js';
import { fullBook } from '../support/full-book.js';
import { type PagePerson, standing, textOf } from '../support/page-person.js';
import { type Server, startServer } from '../support/server.js';
import { newBook } from '../support/story.js';

// Who is at which record: in the rows, in the head of the form and beside the labels, as true as the link allows.

let server: Server;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

/** What a page says of who else is at a book: in its row, and in the head of the form. */
const inRow = (person: PagePerson, { id }: { id: string }) => said(person.row(id).getByTestId('row-people'));
const inHead = (person: PagePerson) => textOf(person.page.getByTestId('people').locator('.stet-people-said'));
const inField = (person: PagePerson, name: string) =>
  said(person.page.locator(`[data-field=${name}]`).getByTestId('there'));

/** Its words, '' where there is none; the signs beside them are for the eye alone. */
const said = async (place: ReturnType<PagePerson['row']>): Promise<string> => {
  const words = await place.locator('.visually-hidden, .stet-there-said').allTextContents();
  return words.join(' ').trim();
};

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

describe('who is there', () => {
  test('[C1] is shown in the list and in the form as they come, edit, save and leave, and moves nothing', async () => {
    const { ana, ben } = await openPeople(server, ['ana', 'ben']);
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
    await eventually(() => aloud(ana)).toContain('Ben Berger is no longer editing this book');
    // His save has come in beside what she types; where she stands, nothing has moved.
    expect(await standing(ana)).toEqual(before);
  });

  test('a reader sees it too, and is seen to look', async () => {
    const { ana, vic } = await openPeople(server, ['ana', 'vic']);
    const book = await newBook(ana.api, { title: 'Bilby' });
    await ana.openBook(book.id);
    await vic.openBook(book.id);
    await vic.field('title').focus();
    await eventually(() => inHead(ana)).toBe('Vic Varga is looking at this');
    await ana.field('title').focus();
    await eventually(() => inField(vic, 'title')).toBe('Ana Alves is in this field');
    expect(await inHead(ana)).toBe('Vic Varga is looking at this');
  });
});

describe('who has unsaved changes', () => {
  test('[C6] keeps the mark in a hidden tab and at another record; two tabs are one person; a killed one is gone', async () => {
    const { ana, ben } = await openPeople(server, ['ana', 'ben']);
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

    const second = await openTab(ben);
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
  });
});

test('nothing serious is wrong with it, light or dark, wide or narrow', async () => {
  const options = { bypassCSP: true, reducedMotion: 'reduce' } as const;
  const { ana, ben, chloe, mara, vic } = await openPeople(server, ['ana', 'ben', 'chloe', 'mara', 'vic'], options);
  const book = await newBook(ana.api, { ...fullBook, title: `${fullBook.title}, looked at` });
  const search = '?q=ring+looked';
  await Promise.all([chloe, mara, vic, ben].map((each) => each.openBook(book.id, search)));
  await ben.type('title', 'The Fellowship');
  await ben.field('notes').focus();
  await ana.openBook(book.id, search);
  await ana.type('series', 'Lord of the Rings');
  const faults: Record<string, string[]> = {};
  const look = async (view: string) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await ana.page.emulateMedia({ colorScheme });
      await ana.page.locator(`[data-bs-theme=${colorScheme}]`).waitFor({ state: 'attached' });
      await ana.screenshot(`presence ${view} ${colorScheme}`);
      faults[`${view} ${colorScheme}`] = [...(await seriousFaults(ana.page)), ...(await sideways(ana))];
    }
  };
  await eventually(() => inHead(ana)).toContain('and 2 others are looking at this');
  await look('readers');
  await chloe.field('publisher').focus();
  await mara.type('series', 'Rings');
  await eventually(() => inField(ana, 'series')).toBe('Mara Moreau is in this field · not saved');
  await eventually(() => inField(ana, 'publisher')).toBe('Chloé Caron is in this field');
  expect(await ana.row(book.id).locator('.chip').allTextContents()).toHaveLength(4);
  await look('form wide');
  await ana.page.setViewportSize({ width: 390, height: 844 });
  await look('form narrow');
  await ana.page.locator('[data-way=back]').click();
  await ana.row(book.id).waitFor();
  await look('list narrow');
  expect(faults).toEqual(Object.fromEntries(Object.keys(faults).map((view) => [view, []])));
});

/** The rows in which something sticks out. */
const sideways = ({ page }: PagePerson) =>
  page.evaluate(() => {
    const isOut = (chips: Element) => {
      const [inner, outer] = [chips, chips.closest('td, .stet-head, .stet-label')].map((each) =>
        each?.getBoundingClientRect(),
      );
      return !inner || !outer || inner.right > outer.right + 1 || inner.left < outer.left - 1;
    };
    const out = [...document.querySelectorAll('.chips')].filter((chips) => chips.clientWidth > 0 && isOut(chips));
    const isWide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
    return [...out.map(({ outerHTML }) => outerHTML), ...(isWide ? ['the page scrolls sideways'] : [])];
  });

// The last one: it takes the server that the others share.
test('[C6] while the link is lost nobody is shown, and who is there is back with it', async () => {
  const { ana, ben } = await openPeople(server, ['ana', 'ben']);
  for (const each of [ana, ben]) allow(each, /net::ERR_/, /^WebSocket connection to /);
  const book = await newBook(ana.api, { title: 'Woylie', pages: 1 });
  await ana.openBook(book.id);
  await ben.openBook(book.id);
  await ben.type('pages', '2');
  await eventually(() => inHead(ana)).toBe('Ben Berger is editing · unsaved changes in Pages');
  process.kill(server.pid, 'SIGKILL');
  await server.ended;
  await eventually(() => inHead(ana)).toBe('');
  const again = await startServer({ data: server.data, port: server.port });
  onTestFinished(() => again.stop());
  await eventually(() => inHead(ana)).toBe('Ben Berger is editing · unsaved changes in Pages');
  await eventually(() => inHead(ben)).toBe('Ana Alves is looking at this');
});
