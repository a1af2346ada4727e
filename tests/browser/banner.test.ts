import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, openPeople, peopleElsewhere } from '../support/browser.js';
import { saveOver } from '../support/meanwhile.js';
import { textOf } from '../support/page-person.js';
import { type Server, startServer } from '../support/server.js';
import { newBook } from '../support/story.js';

// What others saved while a book is open: told once, truly, and until it is dealt with.

let server: Server;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

test('[C3] the banner says who, when, which fields, from what to what, and whether they are mine too', async () => {
  const { ana, ben } = await openPeople(server, ['ana', 'ben']);
  const book = await newBook(ana.api, { title: 'Pademelon', pages: 210, status: 'draft' });
  await ben.openBook(book.id);
  await ben.type('title', 'Pademelon by ben');
  await ana.openBook(book.id);
  await ana.type('title', 'Pademelon by ana');
  await ana.type('pages', '211');
  await ana.field('status').selectOption('review');
  await ana.save();
  await ben.banner().waitFor();
  const said = await textOf(ben.banner());
  expect(said).toContain('Ana Alves saved version 2 just now');
  expect(await ben.banner().locator('time').getAttribute('datetime')).toMatch(/^\d{4}-\d\d-\d\dT/);
  const lines = ben.banner().getByRole('listitem');
  const line = (label: string) => textOf(lines.filter({ hasText: label }));
  expect(await lines.count()).toBe(3);
  expect(await line('Title')).toContain('from Pademelon → to Pademelon by ana');
  expect(await line('Pages')).toContain('from 210 → to 211');
  expect(await line('Status')).toContain('from Draft → to In review');
  expect(await line('Title')).toContain('you changed this too: saving will ask you');
  for (const label of ['Pages', 'Status']) expect(await line(label)).toContain('now shown in your form');
  await ben.screenshot('banner');
});

test('[C3] the banner is one, however many save; what is dismissed does not come back, what is new does', async () => {
  const { ben } = await openPeople(server, ['ben']);
  const { ana, chloe } = await peopleElsewhere(server, ['ana', 'chloe']);
  const book = await newBook(ana.api, { title: 'Quoll', pages: 1, publisher: 'Hobart' });
  await ben.openBook(book.id);
  await saveOver(ana.api, book, { pages: 2 });
  await saveOver(chloe.api, book, { publisher: 'Darwin' });
  await saveOver(ana.api, book, { pages: 3 });
  await ben.banner().getByText('Ana Alves and Chloé Caron saved versions 2 to 4').waitFor();
  expect(await ben.banner().count()).toBe(1);
  const said = await textOf(ben.banner());
  expect(said).toContain('from 1 → to 3 by Ana Alves');
  expect(said).toContain('from Hobart → to Darwin by Chloé Caron');
  expect(await ben.value('pages')).toBe('3');
  await ben.button('Dismiss').click();
  await ben.banner().waitFor({ state: 'detached' });
  await saveOver(chloe.api, book, { series: 'Marsupials' });
  await ben.banner().waitFor();
  const again = await textOf(ben.banner());
  expect(again).toContain('Chloé Caron saved version 5');
  expect(again).not.toContain('Pages');
});

test('[C3] the banner stays until it is dealt with: typing, saving other books and going elsewhere do not lose it', async () => {
  const { ben } = await openPeople(server, ['ben']);
  const { ana } = await peopleElsewhere(server, ['ana']);
  const book = await newBook(ana.api, { title: 'Glider one', pages: 1 });
  const other = await newBook(ana.api, { title: 'Glider two' });
  await ben.openBook(book.id, '?q=glider');
  await ben.type('publisher', 'Ben & Sons');
  await saveOver(ana.api, book, { pages: 2 });
  await ben.banner().waitFor();
  await ben.type('series', 'Gliders');
  await ben.row(other.id).click();
  await eventually(() => ben.value('title')).toBe('Glider two');
  expect(await ben.banner().count()).toBe(0);
  await ben.row(book.id).click();
  await ben.banner().getByText('Ana Alves saved version 2').waitFor();
  expect(await ben.value('publisher')).toBe('Ben & Sons');
});

test('[C3] the banner is heard: it comes into a live region that was there before it, and takes no focus', async () => {
  const { ben } = await openPeople(server, ['ben']);
  const { ana } = await peopleElsewhere(server, ['ana']);
  const book = await newBook(ana.api, { title: 'Numbat', pages: 1 });
  await ben.openBook(book.id);
  await ben.field('title').focus();
  const regions = await ben.page.locator('[role=status], [aria-live=polite]').elementHandles();
  await saveOver(ana.api, book, { pages: 2 });
  const banner = await ben.banner().elementHandle();
  const holders = await Promise.all(
    regions.map((region) => region.evaluate((element, inside) => element.contains(inside), banner)),
  );
  expect(holders.filter(Boolean)).toHaveLength(1);
  expect(await ben.focused()).toBe('title');
});
