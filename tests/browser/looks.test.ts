import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seriousFaults } from '../support/accessibility.js';
import { eventually, openPeople, openStranger } from '../support/browser.js';
import { fullBook } from '../support/full-book.js';
import { destroy, saveOver } from '../support/meanwhile.js';
import type { PagePerson } from '../support/page-person.js';
import { type Server, startServer } from '../support/server.js';
import { newBook } from '../support/story.js';

// How it looks, for those who see it and for those who hear it: each view, light and dark, on a desk and on a phone.

let server: Server;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

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
    expect(await ben.page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(
      colorScheme === 'dark',
    );
    const book = await newBook(ana.api, fullBook);
    await ben.open('?q=ring');
    await ben.row(book.id).waitFor();
    await saveOver(ana.api, book, { series: 'The Lord of the Rings' });
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
    await saveOver(ana.api, book, {
      title: 'The Fellowship',
      pages: 424,
      summary: `${fullBook.summary}\nMore.`,
      subjects: ['Elves'],
    });
    await ben.banner().waitFor();
    await look(ben, 'banner');
    const showAll = ben.banner().getByRole('button', { name: /^Show all/ });
    await showAll.click();
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
    await destroy(ana.api, book);
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
