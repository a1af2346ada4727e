import type { StetRecord } from '@stet/protocol';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { seriousFaults } from '../support/accessibility.js';
import { match, type Person } from '../support/api.js';
import { allow, aloud, eventually, openPeople, peopleElsewhere } from '../support/browser.js';
import { now, saveOver } from '../support/meanwhile.js';
import { setOffline } from '../support/network.js';
import { type PagePerson, standing, textOf } from '../support/page-person.js';
import { type Server, startServer } from '../support/server.js';
import { at, newBook } from '../support/story.js';

// Whoever is overwritten is told, wherever they are and however late they come, and can bring their value back (M4).

let server: Server;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

const notices = ({ page }: PagePerson): Locator => page.getByTestId('notices');
const came = ({ page }: PagePerson): Locator => page.getByTestId('notice-came');

/** A book of ana's title; ben, who has read what came before it, sees it and keeps his all the same. */
async function overwritten(ana: Person, ben: Person, fields: { ana: Partial<StetRecord>; ben: Partial<StetRecord> }) {
  const book = await newBook(ana, { title: 'Thylacine', pages: 10, summary: 'As it was.' });
  const hers = await ana.patch<StetRecord>(at(book), fields.ana, match(book));
  expect(hers.status).toBe(200);
  const base = { 'stet-base': match(book)['if-match'] ?? '' };
  const his = await ben.patch<StetRecord>(at(book), fields.ben, { ...match(hers.body), ...base });
  expect(his.status).toBe(200);
  return his.body;
}

const titles = { ana: { title: 'Thylacine by ana' }, ben: { title: 'Thylacine by ben' } };

test('[M4] whoever is overwritten is told at once, and nothing moves under their hands; they restore their value', async () => {
  const { ana, ben } = await openPeople(server, ['ana', 'ben']);
  const book = await newBook(ana.api, { title: 'Tiger quoll', pages: 10 });
  const other = await newBook(ana.api, { title: 'Tiger snake', summary: 'A line.\n'.repeat(20) });
  await ben.openBook(book.id);
  await ben.type('title', 'Tiger quoll by ben');
  await saveOver(ana.api, book, { title: 'Tiger quoll by ana' });
  await ben.banner().waitFor();
  await ana.openBook(other.id);
  await ana.type('notes', 'typing elsewhere');
  const before = await standing(ana);

  await ben.save();
  await ben.choice().waitFor();
  await ben.button('Keep mine').click();
  await eventually(() => ben.state()).toMatch(/^Saved as version 3/);
  await notices(ana).waitFor();
  expect(await standing(ana)).toEqual(before);
  expect(await textOf(notices(ana))).toMatch(
    /^Ben Berger kept their Title over yours in “Tiger quoll by ben” just now Title was Tiger quoll by ana, is now Tiger quoll by ben/,
  );
  await eventually(() => aloud(ana)).toContain('Notice: Ben Berger kept their Title over yours');
  await ana.page.keyboard.type(', and on');
  expect(await ana.value('notes')).toBe('typing elsewhere, and on');
  await ana.screenshot('notice');

  await ana.button('Restore my value').click();
  await came(ana).waitFor();
  expect(await textOf(came(ana))).toBe('Restored Title of version 2: saved as version 4.');
  await eventually(() => aloud(ana)).toContain('saved as version 4');
  await eventually(() => ben.value('title')).toBe('Tiger quoll by ana');
  // The keyboard is where it was: the button that took the place of the one that was pressed.
  expect(await ana.page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Close');
  await ana.press('Enter');
  await notices(ana).waitFor({ state: 'hidden' });
  expect(await now(ana.api, book)).toMatchObject({ title: 'Tiger quoll by ana', version: 4 });
  expect(await ana.value('notes')).toBe('typing elsewhere, and on');
});

test('[M4] who was away is told when they come, though the server was another one meanwhile', async () => {
  const first = await startServer({ demo: true });
  onTestFinished(() => first.stop());
  const { ana } = await openPeople(first, ['ana']);
  const { ben } = await peopleElsewhere(first, ['ben']);
  const book = await overwritten(ana.api, ben.api, titles);
  await first.kill('SIGKILL');
  const second = await startServer({ data: first.data, port: first.port });
  onTestFinished(() => second.stop());
  await ana.open('');
  await notices(ana).getByText('kept their Title over yours').waitFor();
  await ana.button('Restore my value').click();
  await came(ana).getByText('saved as version 4').waitFor();
  expect(await now(ana.api, book)).toMatchObject({ title: 'Thylacine by ana' });
  // It is dealt with for good.
  await ana.open('');
  await ana.page.locator('[data-testid=row]').first().waitFor();
  expect(await notices(ana).isVisible()).toBe(false);
});

test('[M4] it is refused where the value has changed again since: nothing is written, and the way leads there', async () => {
  const { ana } = await openPeople(server, ['ana']);
  const { ben, chloe } = await peopleElsewhere(server, ['ben', 'chloe']);
  const book = await overwritten(ana.api, ben.api, titles);
  await saveOver(chloe.api, book, { title: 'Thylacine by chloé' });
  await ana.open('?q=nothing-like-it');
  await ana.button('Restore my value').click();
  await came(ana).waitFor();
  expect(await textOf(came(ana))).toBe('Chloé Caron has changed Title again since: nothing was restored.');
  expect(await ana.button('Restore my value').count()).toBe(0);
  expect(await now(ana.api, book)).toMatchObject({ title: 'Thylacine by chloé', version: 4 });
  await notices(ana).getByRole('link', { name: 'Open' }).click();
  await eventually(() => ana.value('title')).toBe('Thylacine by chloé');
  expect(new URL(ana.page.url()).search).toBe('?q=nothing-like-it');
  await ana.button('Dismiss').click();
  await notices(ana).waitFor({ state: 'hidden' });
});

test('[M4] what others changed since in other fields stays', async () => {
  const { ana } = await openPeople(server, ['ana']);
  const { ben, chloe } = await peopleElsewhere(server, ['ben', 'chloe']);
  const book = await overwritten(ana.api, ben.api, {
    ana: { title: 'Thylacine by ana', pages: 11 },
    ben: { title: 'Thylacine by ben', pages: 12 },
  });
  await saveOver(chloe.api, book, { series: 'Lost ones' });
  await ana.open('');
  await notices(ana).getByText('Ben Berger kept their Title and Pages over yours').waitFor();
  await ana.button('Restore my values').click();
  await came(ana).getByText('saved as version 5').waitFor();
  expect(await now(ana.api, book)).toMatchObject({ title: 'Thylacine by ana', pages: 11, series: 'Lost ones' });
});

test('[M4] [V5] a book that was deleted over somebody’s change can be restored', async () => {
  const { ana } = await openPeople(server, ['ana']);
  const { ben } = await peopleElsewhere(server, ['ben']);
  const book = await newBook(ana.api, { title: 'Toolache', pages: 10 });
  const hers = await ana.api.patch<StetRecord>(at(book), { pages: 11 }, match(book));
  const base = { 'stet-base': match(book)['if-match'] ?? '' };
  expect((await ben.api.delete(at(book), { ...match(hers.body), ...base })).status).toBe(200);
  await ana.open('');
  await notices(ana).getByText('Ben Berger deleted this book over your change of Pages').waitFor();
  await ana.button('Restore the book').click();
  await came(ana).getByText('saved as version 4').waitFor();
  expect(await now(ana.api, book)).toMatchObject({ title: 'Toolache', pages: 11, version: 4 });
});

test('[M4] several are counted and looked through one at a time; a failure is said, and nothing goes away by itself', async () => {
  const { ana } = await openPeople(server, ['ana']);
  const { ben } = await peopleElsewhere(server, ['ben']);
  allow(ana, /net::ERR_/, /^WebSocket connection to /);
  await overwritten(ana.api, ben.api, { ana: { pages: 21 }, ben: { pages: 31 } });
  await overwritten(ana.api, ben.api, { ana: { pages: 22 }, ben: { pages: 32 } });
  await ana.open('');
  await eventually(() => aloud(ana)).toContain('2 notices. The newest: Ben Berger kept their Pages over yours');
  await notices(ana).getByText('1 of 2').waitFor();
  expect(await textOf(notices(ana))).toContain('was 22, is now 32');
  await ana.button('Next notice').click();
  await notices(ana).getByText('2 of 2').waitFor();
  expect(await textOf(notices(ana))).toContain('was 21, is now 31');

  await setOffline(ana.page, true);
  await ana.button('Dismiss').click();
  await came(ana).getByText('Not dismissed: the server cannot be reached.').waitFor();
  await ana.button('Restore my value').click();
  await came(ana).getByText('Not restored').waitFor();
  await setOffline(ana.page, false);
  await ana.button('Dismiss').click();
  await eventually(() => textOf(notices(ana))).toContain('was 22, is now 32');

  await ana.button('Later').click();
  expect(await textOf(notices(ana))).toBe('1 notice');
  await ana.press('Enter');
  await ana.button('Dismiss').click();
  await notices(ana).waitFor({ state: 'hidden' });
  expect((await ana.api.get<{ items: unknown[] }>('/api/workspaces/catalogue/notices')).body.items).toEqual([]);
});

test('[M4] who may not write any more is told, and offered nothing that would be refused', async () => {
  const own = await startServer({ demo: true });
  onTestFinished(() => own.stop());
  const { chloe } = await openPeople(own, ['chloe']);
  const { ben } = await peopleElsewhere(own, ['ben']);
  await overwritten(chloe.api, ben.api, { ana: { pages: 11 }, ben: { pages: 12 } });
  expect((await own.cli(['member', 'add', 'chloe', 'catalogue', '--role', 'viewer'])).status).toBe(0);
  await chloe.open('');
  await notices(chloe).getByText('kept their Pages over yours').waitFor();
  expect(await notices(chloe).getByRole('button').allInnerTexts()).toEqual(['Dismiss', 'Later']);
});

describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
  test.each([1280, 390])('and %i pixels wide: it lies over no field, and nothing serious is wrong', async (width) => {
    const options = {
      viewport: { width, height: 844 },
      colorScheme,
      bypassCSP: true,
      reducedMotion: 'reduce',
    } as const;
    const { chloe, ben } = await openPeople(server, ['chloe', 'ben'], options);
    const name = `${width === 390 ? 'narrow' : 'wide'} ${colorScheme}`;
    const book = await newBook(chloe.api, { title: 'Open one' });
    await chloe.openBook(book.id);
    await chloe.type('title', 'Open one, edited');
    const before = await standing(chloe);
    await overwritten(chloe.api, ben.api, {
      ana: {
        title: `By Chloé ${'and so on '.repeat(20)}`,
        summary: 'Hers.\n'.repeat(40),
        notes: 'Donaudampfschifffahrt'.repeat(5),
      },
      ben: { title: `By ben ${'and so on '.repeat(20)}`, summary: 'His.\n'.repeat(40), notes: '' },
    });
    await notices(chloe).getByRole('button').first().waitFor();
    expect(await standing(chloe)).toEqual(before);
    const covered = await notices(chloe).evaluate((strip) => {
      const { bottom, right } = strip.getBoundingClientRect();
      return [...document.querySelectorAll('.stet-form')].some((form) => {
        const box = form.getBoundingClientRect();
        return box.top < bottom && box.left < right;
      });
    });
    expect(covered).toBe(false);
    await chloe.screenshot(`notice beside ${name}`);
    expect(await seriousFaults(chloe.page)).toEqual([]);

    await chloe.open('');
    await notices(chloe).getByText('kept their').waitFor();
    const sideways = await chloe.page.evaluate(() =>
      [...document.querySelectorAll('html, .desk, .side, .notices, .notice-fields')]
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
        .map(({ className }) => className),
    );
    expect(sideways).toEqual([]);
    expect(await seriousFaults(chloe.page)).toEqual([]);
    await chloe.screenshot(`notice ${name}`);
    await chloe.button('Dismiss').click();
    await notices(chloe).waitFor({ state: 'hidden' });
  });
});
