import type { StetRecord } from '@stet/protocol';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seriousFaults } from '../support/accessibility.js';
import { allow, crash, eventually, openPeople, openStranger, openTab, peopleElsewhere } from '../support/browser.js';
import { destroy, now, saveOver } from '../support/meanwhile.js';
import { type PagePerson, textOf } from '../support/page-person.js';
import { password, type Server, startServer } from '../support/server.js';
import { newBook } from '../support/story.js';

// What was typed and not saved: it is here again after whatever happened, and there is a list of it.

let server: Server;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

const kept = ({ page }: PagePerson) => page.locator('[data-testid=save-state][data-kept=true]').waitFor();
const beside = ({ page }: PagePerson): Locator => page.getByTestId('beside');
const draftsLink = ({ page }: PagePerson): Locator => page.getByTestId('drafts');
const rows = ({ page }: PagePerson): Locator => page.getByTestId('draft');
const row = (person: PagePerson, title: string): Locator => rows(person).filter({ hasText: title });

/** The questions that the page asks by the browser's own dialogs. */
function dialogsOf({ page }: PagePerson): string[] {
  const asked: string[] = [];
  page.on('dialog', (dialog) => asked.push(dialog.type()));
  return asked;
}

async function openDrafts(person: PagePerson): Promise<void> {
  await person.page.goto('/w/catalogue/drafts');
  await person.page.locator('[data-testid=connection][data-state=live]').waitFor();
}

/** Types into a book, and waits until that is kept. */
async function typeInto(
  person: PagePerson,
  book: Pick<StetRecord, 'id'>,
  fields: Record<string, string>,
): Promise<void> {
  await person.openBook(book.id);
  for (const [name, text] of Object.entries(fields)) await person.type(name, text);
  await kept(person);
}

async function signInAt({ page }: PagePerson, username: string): Promise<void> {
  await page.getByLabel('User name').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

describe('[C5] what was typed is here again, with what it started from', () => {
  test('after the page was left, which asks nothing; what others saved meanwhile is told, and combines', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const { ben } = await peopleElsewhere(server, ['ben']);
    const book = await newBook(ben.api, { title: 'Bettong', pages: 10 });
    const asked = dialogsOf(ana);
    await typeInto(ana, book, { notes: 'an hour of work' });
    await ana.page.goto('about:blank');
    await saveOver(ben.api, book, { pages: 11, series: 'Marsupials' });
    await ana.openBook(book.id);
    await eventually(() => ana.value('notes')).toBe('an hour of work');
    expect(asked).toEqual([]);
    expect(await textOf(beside(ana))).toBe('Your unsaved changes are here.');
    await ana.banner().getByText('Ben Berger saved version 2').waitFor();
    expect(await ana.value('pages')).toBe('11');
    await ana.save();
    await eventually(() => ana.state()).toMatch(/^Saved as version 3, combined with Ben Berger/);
    await beside(ana).waitFor({ state: 'detached' });
    expect(await now(ben.api, book)).toMatchObject({ notes: 'an hour of work', pages: 11, series: 'Marsupials' });
    await draftsLink(ana).waitFor({ state: 'detached' });
  });

  test('after a crash, and what does not combine is asked at once', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const { ben } = await peopleElsewhere(server, ['ben']);
    const book = await newBook(ben.api, { title: 'Dunnart', pages: 10 });
    await typeInto(ana, book, { pages: '12', publisher: 'Ana & Sons' });
    await crash(ana);
    await saveOver(ben.api, book, { pages: 11 });
    const again = await openTab(ana);
    await again.open('');
    expect(await textOf(draftsLink(again))).toBe('Drafts 1');
    await again.openBook(book.id);
    await again.choice().waitFor();
    expect(await textOf(again.choice())).toContain('Ben Berger');
    expect(await again.value('publisher')).toBe('Ana & Sons');
    await again.button('Keep mine').click();
    await eventually(() => again.state()).toMatch(/^Saved as version 3/);
    expect(await now(ben.api, book)).toMatchObject({ pages: 12, publisher: 'Ana & Sons' });
  });

  test('after the session was ended, the tab closed and the person signed in again', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const book = await newBook(ana.api, { title: 'Kowari', pages: 10 });
    await typeInto(ana, book, { notes: 'before the end' });
    const context = ana.page.context();
    await context.request.post(`${server.url}/api/auth/sign-out`, { headers: { origin: server.url }, data: {} });
    await ana.page.getByRole('alert').getByText('signed out').waitFor();
    await ana.type('series', 'after it');
    await kept(ana);
    await ana.page.close();
    const again = await openTab(ana);
    await again.page.goto(`/w/catalogue/books/${book.id}`);
    await signInAt(again, 'ana');
    await eventually(() => again.value('notes')).toBe('before the end');
    expect(await again.value('series')).toBe('after it');
    await again.save();
    await eventually(() => again.state()).toBe('Saved as version 2');
  });

  test('where the book was deleted meanwhile: nothing comes back by itself', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const { ben } = await peopleElsewhere(server, ['ben']);
    const book = await newBook(ben.api, { title: 'Mulgara', pages: 10 });
    await typeInto(ana, book, { notes: 'kept all the same' });
    await ana.page.close();
    await destroy(ben.api, book);
    const again = await openTab(ana);
    await again.openBook(book.id);
    await again.banner().getByText('deleted this book').waitFor();
    expect(await again.stateKind()).toBe('orphaned');
    expect(await again.value('notes')).toBe('kept all the same');
  });

  test('and a book that was never saved, too', async () => {
    const { ana } = await openPeople(server, ['ana']);
    await ana.open('/new');
    await ana.type('title', 'Quokka, the book');
    await kept(ana);
    await ana.page.reload();
    await eventually(() => ana.value('title')).toBe('Quokka, the book');
    await ana.save();
    await eventually(() => ana.state()).toBe('Saved as version 1');
    expect(new URL(ana.page.url()).pathname).toMatch(/^\/w\/catalogue\/books\/(?!new)/);
  });
});

test('[C6] where the device keeps nothing, a reload and signing out ask first', async () => {
  const { ana } = await openPeople(server, ['ana']);
  allow(ana, /A dialog opened: confirm/);
  await ana.page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('No room', 'QuotaExceededError');
    };
  });
  const asked = dialogsOf(ana);
  await ana.open('/new');
  await ana.type('title', 'Nowhere kept');
  await eventually(() => ana.state()).toContain('Not kept on this device');
  await ana.page.reload();
  expect(asked).toEqual(['beforeunload']);
  await ana.type('title', 'Nowhere kept');
  await eventually(() => ana.state()).toContain('Not kept on this device');
  await ana.button('Sign out').click();
  await ana.page.getByLabel('User name').waitFor();
  expect(asked).toEqual(['beforeunload', 'confirm']);
});

test('[C5] [S1] who signs in on this device after somebody else sees none of it, and the first one finds it again', async () => {
  const { chloe } = await openPeople(server, ['chloe']);
  const book = await newBook(chloe.api, { title: 'Antechinus', pages: 10 });
  const asked = dialogsOf(chloe);
  await typeInto(chloe, book, { notes: 'for Chloé alone' });
  await chloe.button('Sign out').click();
  await chloe.page.locator('.sign-in-reason').waitFor();
  expect(await textOf(chloe.page.locator('.sign-in-reason'))).toBe(
    'What you typed is kept on this device for Chloé Caron.',
  );
  expect(asked).toEqual([]);

  await signInAt(chloe, 'ben');
  await chloe.page.locator('.me-name', { hasText: 'Ben Berger' }).waitFor();
  await chloe.openBook(book.id);
  expect(await chloe.value('notes')).toBe('');
  expect(await draftsLink(chloe).count()).toBe(0);
  await openDrafts(chloe);
  await chloe.page.getByText('No drafts.').waitFor();
  expect(await rows(chloe).count()).toBe(0);

  await chloe.button('Sign out').click();
  await signInAt(chloe, 'chloe');
  await draftsLink(chloe).waitFor();
  await chloe.openBook(book.id);
  await eventually(() => chloe.value('notes')).toBe('for Chloé alone');
});

describe('[C5] the list of my drafts', () => {
  test('says of each what it is of, what was typed and where it is; it opens them, by keyboard too', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const first = await newBook(ana.api, { title: 'Bilby', pages: 10 });
    const second = await newBook(ana.api, { title: 'Phascogale', pages: 10 });
    await typeInto(ana, first, { notes: 'of the first', pages: '11' });
    await typeInto(ana, second, { title: 'Phascogale, brush-tailed' });
    await ana.open('/new');
    await ana.type('summary', 'A book without a name');
    await kept(ana);
    await ana.page.close();

    const again = await openTab(ana);
    await again.open('?q=bilby');
    await again.row(first.id).getByText('(not saved)').waitFor();
    expect(await textOf(draftsLink(again))).toBe('Drafts 3');
    await draftsLink(again).focus();
    await again.press('Enter');
    await eventually(() => rows(again).count()).toBe(3);
    expect(await again.page.title()).toMatch(/^My drafts · /);
    expect(new URL(again.page.url()).search).toBe('?q=bilby');
    expect(await textOf(row(again, 'Bilby'))).toMatch(
      /^Bilby Waiting Started from version 1, typed just now Pages 11 Notes of the first Open Discard$/,
    );
    expect(await textOf(row(again, 'without a title'))).toContain('A new book, never saved');

    await row(again, 'Phascogale').getByRole('button', { name: 'Open' }).focus();
    await again.press('Enter');
    await eventually(() => again.value('title')).toBe('Phascogale, brush-tailed');
    expect(new URL(again.page.url()).pathname).toBe(`/w/catalogue/books/${second.id}`);
    await eventually(() => again.focused()).toBe('title');
    await draftsLink(again).click();
    await row(again, 'Phascogale').getByText('Open on this page').waitFor();
    await row(again, 'without a title').getByRole('button', { name: 'Open' }).click();
    await eventually(() => again.value('summary')).toBe('A book without a name');
    expect(new URL(again.page.url()).pathname).toBe('/w/catalogue/books/new');
  });

  test('throws one away when that is confirmed, and follows what happens elsewhere', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const [first, second] = [
      await newBook(ana.api, { title: 'Ningaui' }),
      await newBook(ana.api, { title: 'Planigale' }),
    ];
    await typeInto(ana, first, { notes: 'not worth it' });
    await ana.page.reload();
    await openDrafts(ana);
    const other = await openTab(ana);
    await typeInto(other, second, { notes: 'in another tab' });
    await row(ana, 'Planigale').getByText('Open in another tab').waitFor();
    expect(await row(ana, 'Planigale').getByRole('button').count()).toBe(0);

    const discard = row(ana, 'Ningaui').getByRole('button', { name: 'Discard' });
    await discard.click();
    await eventually(() => ana.page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Keep it');
    await ana.press('Enter');
    expect(await row(ana, 'Ningaui').count()).toBe(1);
    await discard.click();
    await row(ana, 'Ningaui').getByRole('button', { name: 'Discard it' }).click();
    await row(ana, 'Ningaui').waitFor({ state: 'detached' });
    await ana.openBook(first.id);
    expect(await ana.value('notes')).toBe('');

    await openDrafts(ana);
    await crash(other);
    await row(ana, 'Planigale').getByText('Waiting').waitFor();
    await row(ana, 'Planigale').getByRole('button', { name: 'Open' }).click();
    await eventually(() => ana.value('notes')).toBe('in another tab');
    await ana.save();
    await draftsLink(ana).waitFor({ state: 'detached' });
    await openDrafts(ana);
    await ana.page.getByText('No drafts.').waitFor();
  });

  test('has what was put aside, and gives it back where something else is being typed', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const { ben } = await peopleElsewhere(server, ['ben']);
    const book = await newBook(ben.api, { title: 'Wambenger', pages: 10 });
    await typeInto(ana, book, { pages: '12' });
    await saveOver(ben.api, book, { pages: 11 });
    await ana.banner().waitFor();
    await ana.save();
    await ana.choice().waitFor();
    await ana.page.getByRole('button', { name: /aside/ }).click();
    await eventually(() => ana.value('pages')).toBe('11');
    await beside(ana).getByText('You have put changes to this book aside.').waitFor();
    await ana.type('pages', '13');
    await kept(ana);
    await beside(ana).waitFor({ state: 'detached' });

    await draftsLink(ana).click();
    await rows(ana).filter({ hasText: 'Put aside' }).getByRole('button', { name: 'Open' }).click();
    await ana.choice().waitFor();
    expect(await ana.value('pages')).toBe('12');
    await ana.button('Keep mine').click();
    await eventually(() => ana.state()).toMatch(/^Saved as version 3/);
    // What was typed in its place was put aside in turn.
    await eventually(() => textOf(draftsLink(ana))).toBe('Drafts 1');
  });
});

describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
  test.each([1280, 390, 320])('and %i pixels wide: drafts can be read, and nothing serious is wrong', async (width) => {
    const options = {
      viewport: { width, height: 844 },
      colorScheme,
      bypassCSP: true,
      reducedMotion: 'reduce',
    } as const;
    const { ana } = await openPeople(server, ['ana'], options);
    const name = `${width === 390 ? 'narrow' : width} ${colorScheme}`;
    const long = `Donaudampfschifffahrtsgesellschaftskapitän ${'and so on '.repeat(12)}`;
    const first = await newBook(ana.api, { title: 'Numbat', pages: 10 });
    const second = await newBook(ana.api, { title: long });
    await typeInto(ana, first, {
      title: 'Numbat, the',
      subtitle: 's',
      publisher: 'p',
      pages: '1',
      series: 'x',
      notes: 'n',
    });
    await ana.openBook(second.id);
    await ana.paste('summary', 'A summary. '.repeat(30));
    await kept(ana);
    const other = await openTab(ana);
    await openDrafts(other);
    await row(other, 'Numbat').getByText('Waiting').or(row(other, 'Numbat').getByText('Open')).first().waitFor();
    const sideways = () =>
      other.page.evaluate(() =>
        [...document.querySelectorAll('html, .top-bar, .pane-body, .drafts')]
          .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
          .map(({ className }) => className),
      );
    expect(await sideways()).toEqual([]);
    expect(await seriousFaults(other.page)).toEqual([]);
    await other.screenshot(`drafts ${name}`);
    await ana.page.close();
    await row(other, 'Numbat').getByRole('button', { name: 'Discard' }).click();
    expect(await sideways()).toEqual([]);
    expect(await seriousFaults(other.page)).toEqual([]);
    await other.openBook(first.id);
    await beside(other).waitFor();
    expect(await seriousFaults(other.page)).toEqual([]);
    await other.screenshot(`draft returned ${name}`);
  });
});

test('a stranger is sent to the door, and from there to the drafts', async () => {
  const stranger = await openStranger(server);
  await stranger.page.goto('/w/catalogue/drafts');
  await signInAt(stranger, 'ben');
  await stranger.page.getByRole('heading', { name: 'My drafts' }).waitFor();
});
