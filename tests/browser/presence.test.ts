import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { presence } from '../stories/presence.js';
import { tell } from '../stories/tell.js';
import { seriousFaults } from '../support/accessibility.js';
import { allow, eventually, openPeople } from '../support/browser.js';
import { fullBook } from '../support/full-book.js';
import type { PagePerson } from '../support/page-person.js';
import { type Server, startServer } from '../support/server.js';
import { newBook } from '../support/story.js';
import { inField, inHead } from '../support/there.js';

// Who is at which record: in the rows, in the head of the form and beside the labels, as true as the link allows.

let server: Server;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

tell(presence, () => server);

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
