import type { StetRecord } from '@stet/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allow, eventually, openPeople, openStranger, openTab } from '../support/browser.js';
import type { PagePerson } from '../support/page-person.js';
import { password, type Server, startServer } from '../support/server.js';
import { at, books, newBook } from '../support/story.js';

// The catalogue in a browser: a list that is always true, and the ways to each book in it.

let server: Server;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

/** Every book that the list of such a query holds, in the server's order. */
async function wholeList({ api }: PagePerson, search = ''): Promise<StetRecord[]> {
  const items: StetRecord[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const query = `limit=200${search.replace('?', '&')}${after && `&after=${encodeURIComponent(after)}`}`;
    const { body } = await api.get<{ items: StetRecord[]; next: string | null }>(`${books}?${query}`);
    items.push(...body.items);
    after = body.next;
  }
  return items;
}

const search = (person: PagePerson) => person.page.getByRole('searchbox', { name: 'Search books' });
const count = (person: PagePerson) => person.page.getByTestId('count').innerText();
const header = (person: PagePerson, name: string) => person.page.getByRole('columnheader', { name, exact: true });
const path = ({ page }: PagePerson) => {
  const { pathname, search } = new URL(page.url());
  return `${pathname}${search}`;
};
const goneUnlessSamePage = (person: PagePerson) => person.page.evaluate(() => document.body.dataset.here);
const markPage = (person: PagePerson) =>
  person.page.evaluate(() => {
    document.body.dataset.here = 'still';
  });

describe('signing in', () => {
  test('leads to the book that was asked for; a wrong password is told and costs nothing', async () => {
    const ana = await openStranger(server);
    allow(ana, /^Failed to load resource: .* 401 .* at \S+\/sign-in\/username$/);
    await ana.page.goto('/w/catalogue/books/7');
    await ana.page.getByLabel('User name').fill('ana');
    await ana.page.getByLabel('Password').fill('let it fall');
    await ana.press('Enter');
    await ana.page.getByRole('alert').filter({ hasText: /password/i }).waitFor();
    expect(await ana.focused()).toBe('password');
    await ana.page.keyboard.type(password);
    await ana.press('Enter');
    await ana.field('title').waitFor();
    expect(path(ana)).toBe('/w/catalogue/books/7');
    expect(await ana.page.getByText('Ana Alves').count()).toBe(1);
  });

  test('[S4] signing out closes the page, and every other tab of that session', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const other = await openTab(ana);
    await ana.open('');
    await other.openBook('7');
    await ana.button('Sign out').click();
    for (const tab of [ana, other]) await tab.page.getByLabel('Password').waitFor();
    expect(path(ana)).toBe('/sign-in');
    expect(await other.page.getByText('Hobbit').count()).toBe(0);
    await ana.page.goBack();
    await ana.page.getByLabel('Password').waitFor();
  });
});

describe('what one saves, the other sees', () => {
  test('[C2] in the list and in the open form, without a reload, marked with her name', async () => {
    const { ana, ben } = await openPeople(server, ['ana', 'ben']);
    const book = await newBook(ana.api, { title: 'Quokka one', pages: 100, publisher: 'Perth' });
    await ben.openBook(book.id, '?q=quokka');
    await markPage(ben);
    await ana.openBook(book.id);
    await ana.type('title', 'Quokka two');
    await ana.type('pages', '120');
    await ana.save();
    expect(await ana.state()).toBe('Saved as version 2');

    await eventually(() => ben.titles()).toEqual(['Quokka two']);
    expect(await ben.row(book.id).getAttribute('data-fresh-by')).toBe('Ana Alves');
    expect(await ben.row(book.id).innerText()).toContain('Ana Alves');
    expect(await ben.value('title')).toBe('Quokka two');
    expect(await ben.value('pages')).toBe('120');
    expect(await ben.page.locator('[data-field=pages]').innerText()).toContain('just changed by Ana Alves');
    expect(await ben.page.locator('[data-field=publisher]').innerText()).not.toContain('just changed');
    expect(await ben.stateKind()).toBe('clean');
    expect(await goneUnlessSamePage(ben)).toBe('still');
  });

  test('a new book takes its place in the list, and a deleted one leaves it', async () => {
    const { ana, ben } = await openPeople(server, ['ana', 'ben']);
    await newBook(ana.api, { title: 'Numbat alone' });
    await newBook(ana.api, { title: 'Numbat zoo' });
    await ben.open('?q=numbat');
    await markPage(ben);
    await ana.open('');
    await ana.page.getByRole('link', { name: 'New book' }).click();
    await ana.type('title', 'Numbat in between');
    await ana.save();
    await eventually(() => ben.titles()).toEqual(['Numbat alone', 'Numbat in between', 'Numbat zoo']);
    await eventually(() => path(ana)).toMatch(/\/books\/[a-z0-9]+$/);

    await ana.button('Delete').click();
    await ana.button('Delete version 1').click();
    await eventually(() => ben.titles()).toEqual(['Numbat alone', 'Numbat zoo']);
    expect(await goneUnlessSamePage(ben)).toBe('still');
    expect(path(ana)).toBe('/w/catalogue/books');
  });
});

describe('the list', () => {
  test('finds by words, says how many, and is an address of its own', async () => {
    const { ana } = await openPeople(server, ['ana']);
    await ana.open('');
    await search(ana).fill('tolkien');
    const found = (await wholeList(ana, '?q=tolkien')).map(({ title }) => title);
    expect(found.length).toBeGreaterThan(1);
    await eventually(() => ana.titles()).toEqual(found);
    expect(path(ana)).toBe('/w/catalogue/books?q=tolkien');
    expect(await count(ana)).toBe(`${found.length} books`);
    await search(ana).fill('no book is called like this');
    await ana.page.getByText('No book fits').waitFor();
    await ana.button('Show all books').click();
    await eventually(() => count(ana)).toBe('100+ books');
    expect(await search(ana).inputValue()).toBe('');
  });

  test('is sorted by a header, and back again', async () => {
    const { ana } = await openPeople(server, ['ana']);
    await ana.open('?q=rowling');
    for (const [sort, state] of [
      ['publishedYear', 'ascending'],
      ['-publishedYear', 'descending'],
    ]) {
      await header(ana, 'Year').getByRole('button').click();
      const titles = (await wholeList(ana, `?q=rowling&sort=${sort}`)).map(({ title }) => title);
      await eventually(() => ana.titles()).toEqual(titles);
      expect(await header(ana, 'Year').getAttribute('aria-sort')).toBe(state);
      expect(path(ana)).toBe(`/w/catalogue/books?q=rowling&sort=${sort}`);
    }
  });

  test('is narrowed by what a field holds', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const book = await newBook(ana.api, { title: 'Bilby', status: 'review', language: 'gup' });
    await ana.open('');
    await ana.page.getByRole('combobox', { name: 'Language' }).fill('gup');
    await ana.press('Enter');
    await eventually(() => ana.titles()).toEqual(['Bilby']);
    await ana.page.getByRole('combobox', { name: 'Status' }).selectOption({ label: 'Published' });
    await eventually(() => ana.titles()).toEqual([]);
    await ana.page.getByRole('combobox', { name: 'Status' }).selectOption({ label: 'In review' });
    await eventually(() => ana.titles()).toEqual(['Bilby']);
    await ana.page.reload();
    await ana.row(book.id).waitFor();
    expect(await ana.titles()).toEqual(['Bilby']);
    await ana.button('Show all books').click();
    await eventually(() => count(ana)).toBe('100+ books');
  });

  test('goes on page by page to its end: each book once, in order', async () => {
    const { ana } = await openPeople(server, ['ana']);
    await ana.open('');
    const whole = await wholeList(ana);
    expect(whole.length).toBeGreaterThanOrEqual(600);
    await eventually(async () => {
      await ana.page.locator('.list-scroll').evaluate((list) => list.scrollTo({ top: list.scrollHeight }));
      return count(ana);
    }).toBe(`${whole.length} books`);
    const ids = await ana.page.getByTestId('row').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-id')));
    expect(ids).toEqual(whole.map(({ id }) => id));
  });
});

describe('addresses', () => {
  test('a book has its own: it can be loaded, reloaded, left and come back to', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const [first, second] = [await newBook(ana.api, { title: 'Dibbler' }), await newBook(ana.api, { title: 'Dunnart' })];
    await ana.openBook(first.id);
    await ana.page.reload();
    await eventually(() => ana.value('title')).toBe('Dibbler');
    await ana.open('?q=dunnart');
    await ana.row(second.id).click();
    await eventually(() => ana.value('title')).toBe('Dunnart');
    expect(path(ana)).toBe(`/w/catalogue/books/${second.id}?q=dunnart`);
    await ana.page.goBack();
    await ana.page.getByText('Choose a book').waitFor();
    expect(await ana.titles()).toEqual(['Dunnart']);
    await ana.page.goForward();
    await eventually(() => ana.value('title')).toBe('Dunnart');
    expect(await ana.page.title()).toContain('Dunnart');
  });

  test('no such book, and a book that was deleted, are told apart', async () => {
    const { ana } = await openPeople(server, ['ana']);
    allow(ana, /^Failed to load resource: .* 404 .* at \S+\/books\/no-such-book$/);
    const book = await newBook(ana.api, { title: 'Thylacine' });
    await ana.api.delete(at(book), { 'if-match': `"${book.etag}"` });
    await ana.open('/no-such-book');
    await ana.page.getByText('There is no such book').waitFor();
    await ana.open(`/${book.id}`);
    await ana.page.getByText('This book was deleted').waitFor();
  });
});

describe('a reader', () => {
  test('follows what others save, and is offered no change', async () => {
    const { ana, vic } = await openPeople(server, ['ana', 'vic']);
    const book = await newBook(ana.api, { title: 'Kowari', status: 'draft' });
    await vic.openBook(book.id, '?q=kowari');
    await vic.field('title').focus();
    await vic.page.keyboard.type('not for readers');
    await vic.press('Control+s');
    expect(await vic.value('title')).toBe('Kowari');
    expect(await vic.field('status').isDisabled()).toBe(true);
    for (const name of ['Save', 'Delete', 'Discard my changes']) expect(await vic.button(name).count()).toBe(0);
    expect(await vic.page.getByRole('link', { name: 'New book' }).count()).toBe(0);
    await ana.openBook(book.id);
    await ana.type('title', 'Kowari two');
    await ana.save();
    await eventually(() => vic.value('title')).toBe('Kowari two');
    const { body } = await ana.api.get<{ version: number }>(at(book));
    expect(body.version).toBe(2);
  });
});
