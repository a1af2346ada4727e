import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allow, eventually, openPeople } from '../support/browser.js';
import { destroy, wholeList } from '../support/meanwhile.js';
import type { PagePerson } from '../support/page-person.js';
import { type Server, startServer } from '../support/server.js';
import { newBook } from '../support/story.js';

// The catalogue in a browser: a list that shows what the server would, and the ways to each book in it.

let server: Server;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

const search = (person: PagePerson) => person.page.getByRole('searchbox', { name: 'Search books' });
const count = (person: PagePerson) => person.page.getByTestId('count').innerText();
const header = (person: PagePerson, name: string) => person.page.getByRole('columnheader', { name, exact: true });
const path = ({ page }: PagePerson) => {
  const { pathname, search } = new URL(page.url());
  return `${pathname}${search}`;
};

describe('the list', () => {
  test('finds by words, says how many, and is an address of its own', async () => {
    const { ana } = await openPeople(server, ['ana']);
    await ana.open('');
    await search(ana).fill('tolkien');
    const found = (await wholeList(ana.api, { q: 'tolkien' })).map(({ title }) => title);
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
    ] as const) {
      await header(ana, 'Year').getByRole('button').click();
      const titles = (await wholeList(ana.api, { q: 'rowling', sort })).map(({ title }) => title);
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
    const whole = await wholeList(ana.api);
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
    const [first, second] = [
      await newBook(ana.api, { title: 'Dibbler' }),
      await newBook(ana.api, { title: 'Dunnart' }),
    ];
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
    await destroy(ana.api, book);
    await ana.open('/no-such-book');
    await ana.page.getByText('There is no such book').waitFor();
    await ana.open(`/${book.id}`);
    await ana.page.getByText('This book was deleted').waitFor();
  });
});
