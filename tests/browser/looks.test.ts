import type { StetRecord } from '@stet/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seriousFaults } from '../support/accessibility.js';
import { match } from '../support/api.js';
import { eventually, openPeople, openStranger } from '../support/browser.js';
import type { PagePerson } from '../support/page-person.js';
import { type Server, startServer } from '../support/server.js';
import { at, newBook } from '../support/story.js';

// How it looks, for those who see it and for those who hear it; and what hands on the keyboard can do alone.

let server: Server;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

const full = {
  title: 'The Fellowship of the Ring',
  subtitle: 'Being the first part of The Lord of the Rings',
  authors: ['J.R.R. Tolkien', 'Christopher Tolkien'],
  isbn10: '0261102354',
  isbn13: '9780261102354',
  publisher: 'Allen & Unwin',
  publishedYear: 1954,
  language: 'eng',
  pages: 423,
  series: 'The Lord of the Rings, #1',
  subjects: ['Fantasy', 'Middle-earth', 'Rings'],
  summary: 'In ancient times the Rings of Power were crafted by the Elven-smiths.\n\nAnd so on.',
  notes: 'Check the map.',
  status: 'review',
} satisfies Partial<StetRecord>;

/** Nothing to scroll sideways for: neither the page nor any part of it that is not made to scroll. */
const tooWide = ({ page }: PagePerson) =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const isHidden = (element: Element) => getComputedStyle(element).position === 'absolute' || !element.clientWidth;
    const isOut = (element: Element) => !isHidden(element) && element.getBoundingClientRect().right > width + 1;
    const isClipped = (element: Element): boolean => {
      for (let at = element.parentElement; at; at = at.parentElement) {
        if (getComputedStyle(at).overflowX !== 'visible' && at.getBoundingClientRect().right <= width + 1) return true;
      }
      return false;
    };
    const scrolls = [...document.querySelectorAll('*')].filter(
      (element) =>
        ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) &&
        element.scrollWidth > element.clientWidth + 1 &&
        !element.matches('input, textarea, select'),
    );
    const out = [...document.body.querySelectorAll('*')].filter((element) => isOut(element) && !isClipped(element));
    const page = document.documentElement.scrollWidth > width ? [document.documentElement] : [];
    return [...page, ...scrolls, ...out].map((element) => element.outerHTML.slice(0, 120));
  });

const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } };

describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
  test.each(['wide', 'narrow'] as const)('and %s: nothing serious is wrong with any view', async (size) => {
    const options = { viewport: sizes[size], colorScheme, bypassCSP: true, reducedMotion: 'reduce' } as const;
    const faults: Record<string, string[]> = {};
    const look = async (person: PagePerson, view: string) => {
      await person.screenshot(`${view} ${size} ${colorScheme}`);
      faults[view] = [...(await seriousFaults(person.page)), ...(await tooWide(person))];
    };

    const stranger = await openStranger(server, options);
    await stranger.page.goto('/');
    await stranger.page.getByLabel('User name').waitFor();
    await look(stranger, 'sign-in');

    const { ana, ben } = await openPeople(server, ['ana', 'ben'], options);
    expect(await ben.page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(colorScheme === 'dark');
    const book = await newBook(ana.api, full);
    await ben.open('?q=ring');
    await ben.row(book.id).waitFor();
    await ana.api.patch(at(book), { series: 'The Lord of the Rings' }, match(book));
    await ben.page.locator('[data-fresh-by]').first().waitFor();
    await look(ben, 'list');
    await ben.open('?q=no-such-book-anywhere');
    await look(ben, 'empty list');

    await ben.openBook(book.id, '?q=ring');
    await look(ben, 'form');
    await ben.button('History').click();
    await ben.page.getByText('created it with').waitFor();
    await look(ben, 'history');
    await ben.button('History').click();
    await ben.type('title', 'The Fellowship of the Rings');
    await ben.type('notes', 'Check the map, twice.');
    await saveOver(ana, book, { title: 'The Fellowship', pages: 424, summary: `${full.summary}\nMore.`, subjects: ['Elves'] });
    await ben.banner().waitFor();
    await look(ben, 'banner');
    await ben.banner().getByRole('button', { name: /^Show all/ }).click();
    await look(ben, 'banner opened');
    await ben.save();
    await ben.choice().waitFor();
    await look(ben, 'choice');
    await ben.button('Keep mine').click();
    await eventually(() => ben.stateKind()).toBe('saved');
    await ben.button('Delete').click();
    await look(ben, 'asked');
    await ben.button('Keep it').click();
    await ben.type('isbn10', '1234567890');
    await ben.save();
    await eventually(() => ben.stateKind()).toBe('failed');
    await look(ben, 'refused');
    await ana.api.delete(at(book), match((await ana.api.get<StetRecord>(at(book))).body));
    await ben.banner().waitFor();
    await look(ben, 'orphan');
    await ben.open('/new');
    await look(ben, 'new');

    const { vic } = await openPeople(server, ['vic'], options);
    await vic.openBook('7');
    await look(vic, 'reader');
    expect(faults).toEqual(Object.fromEntries(Object.keys(faults).map((view) => [view, []])));
  });
});

async function saveOver({ api }: PagePerson, book: StetRecord, fields: Partial<StetRecord>): Promise<void> {
  const { body } = await api.get<StetRecord>(at(book));
  expect((await api.patch(at(book), fields, match(body))).status).toBe(200);
}

describe('by keyboard alone', () => {
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
    const book = await newBook(ana.api, full);
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
    for (const name of ['Skip to the list', 'Search books', 'History', ...Object.keys(full), 'Delete', 'Close']) {
      expect(seen).toContain(name);
    }
    expect(seen.filter((name) => name.endsWith('shows no focus'))).toEqual([]);
  });
});
