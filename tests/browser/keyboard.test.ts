import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, openPeople } from '../support/browser.js';
import { fullBook } from '../support/full-book.js';
import { type Server, startServer } from '../support/server.js';
import { newBook } from '../support/story.js';

// What hands on the keyboard can do alone.

let server: Server;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

test('slash finds, arrows go through the list, Enter opens, Ctrl+S saves, Esc closes', async () => {
  const { ana } = await openPeople(server, ['ana']);
  for (const title of ['Keyed one', 'Keyed three', 'Keyed two']) await newBook(ana.api, { title });
  await ana.open('');
  await ana.press('/');
  await ana.page.keyboard.type('keyed');
  await eventually(() => ana.titles()).toEqual(['Keyed one', 'Keyed three', 'Keyed two']);
  const row = () => ana.page.evaluate(() => document.activeElement?.textContent?.trim());
  await ana.press('ArrowDown');
  expect(await row()).toBe('Keyed one');
  await ana.press('ArrowDown', 'ArrowDown');
  expect(await row()).toBe('Keyed two');
  await ana.press('ArrowUp');
  expect(await row()).toBe('Keyed three');
  await ana.press('Enter');
  await eventually(() => ana.focused()).toBe('title');
  expect(await ana.value('title')).toBe('Keyed three');
  // A slash in a field is a slash.
  await ana.press('End');
  await ana.page.keyboard.type(' 3/4');
  await ana.press('Control+s');
  await eventually(() => ana.state()).toBe('Saved as version 2');
  expect(await ana.focused()).toBe('title');
  expect(await ana.value('title')).toBe('Keyed three 3/4');
  await ana.press('Escape');
  await eventually(row).toBe('Keyed three 3/4');
  await ana.page.getByText('Choose a book').waitFor();
  await ana.press('Home');
  expect(await row()).toBe('Keyed one');
  await ana.press('n');
  await eventually(() => ana.focused()).toBe('title');
  expect(new URL(ana.page.url()).pathname).toBe('/w/catalogue/books/new');
});

test('Esc keeps what was typed, and says so in the list', async () => {
  const { ana } = await openPeople(server, ['ana']);
  const book = await newBook(ana.api, { title: 'Escaped' });
  await ana.openBook(book.id, '?q=escaped');
  await ana.type('notes', 'kept');
  await ana.press('Escape');
  await ana.page.getByText('Choose a book').waitFor();
  await ana.row(book.id).getByText('(not saved)').waitFor();
  await ana.press('Enter');
  await eventually(() => ana.value('notes')).toBe('kept');
  expect(await ana.state()).toBe('Unsaved changes in Notes');
});

test('every part of the page can be reached by Tab, and shows that it has the focus', async () => {
  const { ana } = await openPeople(server, ['ana']);
  const book = await newBook(ana.api, fullBook);
  await ana.openBook(book.id, '?q=fellowship');
  const seen: string[] = [];
  for (let presses = 0; presses < 60; presses += 1) {
    await ana.press('Tab');
    const at = await ana.page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      if (element === document.body) return null;
      const shows = (each: Element) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
        return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
      };
      const holder = element.closest('tr') ?? element;
      const name = element.getAttribute('name') || element.getAttribute('aria-label') || element.innerText.trim();
      return `${name}${shows(element) || shows(holder) ? '' : ' shows no focus'}`;
    });
    if (at === null) break;
    seen.push(at);
  }
  for (const name of ['Skip to the list', 'Search books', 'History', ...Object.keys(fullBook), 'Delete', 'Close']) {
    expect(seen).toContain(name);
  }
  expect(seen.filter((name) => name.endsWith('shows no focus'))).toEqual([]);
});
