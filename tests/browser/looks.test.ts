import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seriousFaults } from '../support/accessibility.js';
import { eventually, openPeople, openStranger, peopleElsewhere } from '../support/browser.js';
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

/** What is not in its place: the page or a part of it scrolls sideways, or a button is cut. */
const misplaced = ({ page }: PagePerson) =>
  page.evaluate(() => {
    const all = [...document.querySelectorAll<HTMLElement>('*')];
    const overflow = (element: Element) => getComputedStyle(element).overflowX;
    const sideways = all.filter(
      (element) =>
        (element === document.documentElement || ['auto', 'scroll'].includes(overflow(element))) &&
        element.scrollWidth > element.clientWidth + 1 &&
        !element.matches('input, textarea, select'),
    );
    const isCut = (button: Element): boolean => {
      const { top, right, bottom, left, width } = button.getBoundingClientRect();
      for (let at = button.parentElement; at && width > 0; at = at.parentElement) {
        const box = at.getBoundingClientRect();
        if (right > box.right + 1 || left < box.left - 1) if (overflow(at) !== 'visible') return true;
        // What scrolls can be brought into sight.
        if (overflow(at) === 'auto') return false;
        if (overflow(at) === 'hidden' && (bottom > box.bottom + 1 || top < box.top - 1)) return true;
      }
      return false;
    };
    const cut = [...document.querySelectorAll('.btn')].filter(isCut);
    return [...sideways, ...cut].map((element) => element.outerHTML.replace(/<!--.*?-->/g, '').slice(0, 120));
  });

const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } };

describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
  test.each(['wide', 'narrow'] as const)('and %s: nothing serious is wrong with any view', async (size) => {
    const options = { viewport: sizes[size], colorScheme, bypassCSP: true, reducedMotion: 'reduce' } as const;
    const faults: Record<string, string[]> = {};
    const look = async (person: PagePerson, view: string) => {
      await person.screenshot(`${view} ${size} ${colorScheme}`);
      faults[view] = [...(await seriousFaults(person.page)), ...(await misplaced(person))];
    };

    const stranger = await openStranger(server, options);
    await stranger.page.goto('/');
    await stranger.page.getByLabel('User name').waitFor();
    await look(stranger, 'sign-in');

    const { ben } = await openPeople(server, ['ben'], options);
    const { ana } = await peopleElsewhere(server, ['ana']);
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
