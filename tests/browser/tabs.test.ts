import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crash, eventually, openPeople, openTab } from '../support/browser.js';
import { holdAnswer } from '../support/network.js';
import { type PagePerson, textOf } from '../support/page-person.js';
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

describe('[C5] two tabs do not fight over a draft', () => {
  const kept = ({ page }: PagePerson) => page.locator('[data-testid=save-state][data-kept=true]').waitFor();
  const beside = ({ page }: PagePerson) => page.getByTestId('beside');

  test('the second one says that the first one has it, and what either saves reaches the other', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const other = await openTab(ana);
    const book = await newBook(ana.api, { title: 'Wombat', pages: 1 });
    await ana.openBook(book.id);
    await ana.type('notes', 'in the first tab');
    await kept(ana);
    await other.openBook(book.id);
    await beside(other).waitFor();
    expect(await textOf(beside(other))).toBe('You have unsaved changes to this book in another tab.');
    expect(await other.value('notes')).toBe('');
    expect(await other.state()).toBe('No changes');

    // Each types what it likes, and keeps it: neither takes the other's.
    await other.type('pages', '2');
    await kept(other);
    await beside(ana).getByText('in another tab').waitFor();
    await other.save();
    await eventually(() => other.state()).toBe('Saved as version 2');
    await ana.banner().getByText('You, in another tab, saved version 2').waitFor();
    expect(await ana.value('notes')).toBe('in the first tab');
    await beside(ana).waitFor({ state: 'detached' });
    await ana.save();
    await eventually(() => ana.state()).toMatch(/^Saved as version 3/);
    await beside(other).waitFor({ state: 'detached' });
    await eventually(() => other.value('notes')).toBe('in the first tab');
    expect((await ana.api.get(at(book))).body).toMatchObject({ pages: 2, notes: 'in the first tab', version: 3 });
  });

  test.each(['closed', 'crashed'] as const)('the first one is %s: the second one can go on with it', async (end) => {
    const { ana } = await openPeople(server, ['ana']);
    const other = await openTab(ana);
    const book = await newBook(ana.api, { title: 'Potoroo', pages: 1 });
    await ana.openBook(book.id);
    await ana.type('notes', 'begun in the first tab');
    await kept(ana);
    await other.openBook(book.id);
    await beside(other).waitFor();
    if (end === 'crashed') await crash(ana);
    else await ana.page.close();
    // The form that is open is not changed under the person's eyes: it is offered.
    await other.button('Go on with them here').click();
    await eventually(() => other.value('notes')).toBe('begun in the first tab');
    await other.save();
    await eventually(() => other.state()).toBe('Saved as version 2');
    await beside(other).waitFor({ state: 'detached' });
  });

  test('the first one is closed: the next opening goes on with it', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const other = await openTab(ana);
    const book = await newBook(ana.api, { title: 'Sloth', pages: 1 });
    await ana.openBook(book.id);
    await ana.type('notes', 'begun in the first tab');
    await kept(ana);
    await other.open('');
    await crash(ana);
    await other.page.goto(`/w/catalogue/books/${book.id}`);
    await eventually(() => other.value('notes')).toBe('begun in the first tab');
    expect(await textOf(beside(other))).toBe('Your unsaved changes are here.');
  });
});
