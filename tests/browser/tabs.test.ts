import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, openPeople, openTab } from '../support/browser.js';
import { holdAnswer } from '../support/network.js';
import { textOf } from '../support/page-person.js';
import { password, type Server, startServer } from '../support/server.js';
import { at, newBook } from '../support/story.js';

// One person in two tabs of one browser.

let server: Server;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

test('[H5] a save is no news in the tab that made it, and news of "another tab" in the other', async () => {
  const { ana } = await openPeople(server, ['ana']);
  const other = await openTab(ana);
  const book = await newBook(ana.api, { title: 'Echidna', pages: 1 });
  await Promise.all([ana.openBook(book.id), other.openBook(book.id)]);
  await ana.type('pages', '2');
  await ana.save();
  await other.banner().waitFor();
  expect(await textOf(other.banner())).toContain('You, in another tab, saved version 2');
  expect(await other.value('pages')).toBe('2');
  expect(await textOf(other.page.locator('[data-field=pages]'))).toContain('just changed by you, in another tab');

  // Back and forth: what each tab has heard last proves that it heard its own before.
  await other.type('pages', '3');
  await other.save();
  await eventually(() => ana.value('pages')).toBe('3');
  expect(await textOf(ana.banner())).toContain('You, in another tab, saved version 3');
  expect(await textOf(ana.banner())).not.toContain('version 2');
  expect(await other.banner().count()).toBe(0);
});

test('[H5] nor does a slow answer make it news: the echo comes first, and the form is saved', async () => {
  const { ana } = await openPeople(server, ['ana']);
  const book = await newBook(ana.api, { title: 'Platypus', pages: 1 });
  await ana.openBook(book.id, '?q=platypus');
  await ana.type('pages', '2');
  const answer = await holdAnswer(ana.page, at(book));
  await ana.press('Control+s');
  await eventually(() => ana.state()).toBe('Saved as version 2');
  expect(await ana.banner().count()).toBe(0);
  expect(await ana.row(book.id).getAttribute('data-fresh-by')).toBeNull();
  await answer.letGo();
  await ana.type('pages', '3');
  await ana.save();
  expect(await ana.state()).toBe('Saved as version 3');
  expect(await ana.banner().count()).toBe(0);
});

test('two tabs of one person do not overwrite each other either', async () => {
  const { ana } = await openPeople(server, ['ana']);
  const other = await openTab(ana);
  const book = await newBook(ana.api, { title: 'Koala', pages: 1 });
  await Promise.all([ana.openBook(book.id), other.openBook(book.id)]);
  await other.type('pages', '3');
  await ana.type('pages', '2');
  await ana.save();
  await other.banner().waitFor();
  await other.save();
  await other.choice().waitFor();
  expect(await textOf(other.choice())).toContain('You, in another tab, saved version 2');
  await other.button('Keep mine').click();
  await eventually(() => ana.value('pages')).toBe('3');
});

test('[S4] what one person typed never goes out in the name of who signs in after them', async () => {
  const { ana, ben } = await openPeople(server, ['ana', 'ben']);
  const book = await newBook(ben.api, { title: 'Dingo', pages: 1 });
  await ana.openBook(book.id);
  await ana.type('pages', '2');
  const { request } = ana.page.context();
  const headers = { origin: server.url };
  await request.post(`${server.url}/api/auth/sign-out`, { headers, data: {} });
  const data = { username: 'ben', password };
  expect((await request.post(`${server.url}/api/auth/sign-in/username`, { headers, data })).ok()).toBe(true);
  await ana.page.getByRole('alert').getByText('signed out').waitFor();
  await ana.press('Control+s');
  await eventually(() => ana.state()).toMatch(/^Not saved/);
  expect(await ana.value('pages')).toBe('2');
  expect((await ben.api.get(at(book))).body).toMatchObject({ pages: 1, version: 1 });
});
