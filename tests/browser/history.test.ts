import { type Body, books, emptyBody } from '@stet/protocol';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seriousFaults } from '../support/accessibility.js';
import { eventually, openPeople, peopleElsewhere } from '../support/browser.js';
import { Catalogue } from '../support/catalogue.js';
import { destroy, historyOf, now, saveOver } from '../support/meanwhile.js';
import { overtake } from '../support/network.js';
import { type PagePerson, textOf } from '../support/page-person.js';
import { type InProcess, type Server, startInProcess, startServer } from '../support/server.js';
import { at, newBook } from '../support/story.js';

// The history of a book, on its form: who did what, what it changed word by word, and the ways back.

let server: Server;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

const panel = ({ page }: PagePerson): Locator => page.getByRole('region', { name: 'History' });
const entry = (person: PagePerson, version: number): Locator => panel(person).locator(`[data-version="${version}"]`);
const head = (person: PagePerson, version: number): Locator => entry(person, version).locator('.stet-version-head');
const field = (place: Locator, name: string): Locator => place.locator(`[data-field="${name}"]`);
const said = (person: PagePerson): Promise<string> => textOf(panel(person).getByRole('status'));
const button = (person: PagePerson, name: string | RegExp): Locator =>
  panel(person).getByRole('button', { name, exact: true });

/** Every entry, newest first, as it is read: without its time. */
const timeline = async (person: PagePerson): Promise<string[]> => {
  const lines = await panel(person).locator('.stet-version-head').allTextContents();
  return lines.map((line) =>
    line
      .replace(/\d\d:\d\d\s*$/, '')
      .replace(/[›\s]+/g, ' ')
      .replace(/ ,/g, ',')
      .trim(),
  );
};

async function openHistory(person: PagePerson, book: { id: string }): Promise<void> {
  await person.openBook(book.id);
  await person.button('History').click();
  await panel(person).locator('.stet-version').first().waitFor();
}

async function compare(person: PagePerson, from: string, to: string): Promise<Locator> {
  await panel(person).getByLabel('Version', { exact: true }).fill(from);
  await panel(person).getByLabel('with', { exact: true }).fill(to);
  await panel(person).getByLabel('with', { exact: true }).press('Enter');
  return panel(person).getByRole('region', { name: `From version ${from} to version ${to}` });
}

/** What was taken out and what was put in, there. */
const marked = async (place: Locator) => ({
  out: await place.locator('del').allTextContents(),
  in: await place.locator('ins').allTextContents(),
});

describe('the timeline', () => {
  test('says who changed what, over whom and with whom, and goes on while it is open', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const { ben } = await peopleElsewhere(server, ['ben']);
    const book = await newBook(ana.api, { title: 'Kim', pages: 300 });
    const started = await now(ben.api, book);
    await saveOver(ana.api, book, { notes: 'of ana' });
    const combined = await ben.api.patch(
      at(book, '?onConflict=merge'),
      { pages: 301 },
      { 'if-match': `"${started.etag}"` },
    );
    expect(combined.status).toBe(200);
    const mine = await now(ben.api, book);
    await saveOver(ana.api, book, { title: 'Kim, by ana' });
    const seen = await now(ben.api, book);
    const over = { 'if-match': `"${seen.etag}"`, 'stet-base': `"${mine.etag}"` };
    expect((await ben.api.patch(at(book), { title: 'Kim, by ben' }, over)).status).toBe(200);

    await openHistory(ana, book);
    expect(await timeline(ana)).toEqual([
      'Version 5 Ben Berger changed Title, chosen over your Title',
      'Version 4 You changed Title',
      'Version 3 Ben Berger changed Pages, combined with your changes to Notes',
      'Version 2 You changed Notes',
      'Version 1 You created it with Title and Pages',
    ]);
    expect(await panel(ana).getByRole('heading', { level: 3 }).allTextContents()).toEqual(['Today']);
    const when = entry(ana, 5).locator('time');
    expect(Date.now() - Date.parse((await when.getAttribute('datetime')) ?? '')).toBeLessThan(600_000);

    await saveOver(ben.api, book, { language: 'eng' });
    await eventually(async () => (await timeline(ana))[0]).toBe('Version 6 Ben Berger changed Language');
    expect(await timeline(ana)).toHaveLength(6);
  });

  test('names an import', async () => {
    const { ana } = await openPeople(server, ['ana']);
    await openHistory(ana, { id: '7' });
    expect((await timeline(ana)).at(-1)).toMatch(/^Version 1 Mara Moreau \(import\) created it with Title/);
  });

  test('opens an entry to what it changed, word by word, entry by entry, old and new', async () => {
    const { ben } = await openPeople(server, ['ben']);
    const { ana } = await peopleElsewhere(server, ['ana']);
    const book = await newBook(ana.api, {
      title: 'The Jungle Book',
      summary: 'A boy is raised by wolves in the jungle.\nHe learns its law.',
      authors: ['Rudyard Kipling'],
      subjects: ['Animals', 'India', 'Wolves'],
      status: 'draft',
    });
    await saveOver(ana.api, book, {
      summary: 'A boy is raised by a pack of wolves in the jungle.\nHe learns the law.',
      authors: ['Rudyard Kipling', 'W. H. Drake'],
      subjects: ['Animals', 'Bears', 'India'],
      status: 'review',
      pages: 212,
    });
    await openHistory(ben, book);
    await head(ben, 2).press('Enter');
    expect(await head(ben, 2).getAttribute('aria-expanded')).toBe('true');
    const opened = entry(ben, 2);
    await opened.locator('.stet-diff').first().waitFor();
    expect(await marked(field(opened, 'summary'))).toEqual({ out: ['its'], in: [' a pack of', 'the'] });
    expect(await field(opened, 'summary').locator('.stet-diff').textContent()).toBe(
      'A boy is raised by a pack of wolves in the jungle.\nHe learns itsthe law.',
    );
    expect(await marked(field(opened, 'authors'))).toEqual({ out: [], in: ['W. H. Drake'] });
    expect(await marked(field(opened, 'subjects'))).toEqual({ out: ['Wolves'], in: ['Bears'] });
    expect(await textOf(field(opened, 'subjects'))).toContain('2 unchanged');
    expect(await marked(field(opened, 'status'))).toEqual({ out: ['Draft'], in: ['In review'] });
    expect(await marked(field(opened, 'pages'))).toEqual({ out: [], in: ['212'] });
    expect(await field(opened, 'title').count()).toBe(0);
    // Not by colour alone, and not for the eyes alone.
    const ways = await field(opened, 'summary').evaluate((place) =>
      ['del', 'ins'].map((name) => {
        const element = place.querySelector(name) as Element;
        return [getComputedStyle(element).textDecorationLine, getComputedStyle(element, '::before').content];
      }),
    );
    expect(ways).toEqual([
      ['line-through', '" [taken out: "'],
      ['underline', '" [put in: "'],
    ]);
    await head(ben, 2).press('Enter');
    expect(await entry(ben, 2).locator('.stet-diff').count()).toBe(0);
  });

  test('is closed by Escape, which leaves the form open, and gives the focus back', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const book = await newBook(ana.api, { title: 'Stalky' });
    await openHistory(ana, book);
    await head(ana, 1).focus();
    await ana.press('Escape');
    expect(await panel(ana).count()).toBe(0);
    expect(await textOf(ana.page.locator(':focus'))).toBe('History');
    expect(await ana.value('title')).toBe('Stalky');
  });
});

describe('any two versions', () => {
  test('are compared by their numbers', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const { ben } = await peopleElsewhere(server, ['ben']);
    const book = await newBook(ana.api, { title: 'Puck of the Hill', pages: 1 });
    await saveOver(ana.api, book, { pages: 2 });
    await saveOver(ben.api, book, { title: 'Puck of Pook’s Hill' });
    await saveOver(ben.api, book, { pages: 4 });
    await saveOver(ana.api, book, { notes: 'five' });
    await saveOver(ana.api, book, { notes: 'six' });
    await openHistory(ana, book);
    const shown = await compare(ana, '2', '5');
    await shown.locator('.stet-diff').first().waitFor();
    expect(await ana.page.evaluate(() => document.activeElement?.textContent)).toBe('From version 2 to version 5');
    expect(await shown.locator('dt').allTextContents()).toEqual(['Title', 'Pages', 'Notes']);
    expect(await marked(field(shown, 'title'))).toEqual({ out: ['the'], in: ['Pook’s'] });
    expect(await marked(field(shown, 'pages'))).toEqual({ out: ['2'], in: ['4'] });
    expect(await marked(field(shown, 'notes'))).toEqual({ out: [], in: ['five'] });

    for (const [from, to, fault] of [
      ['2', '7', 'There are versions 1 to 6.'],
      ['0', '2', 'There are versions 1 to 6.'],
      ['3', '3', 'Choose two different versions.'],
    ] as const) {
      await compare(ana, from, to);
      await panel(ana).getByText(fault).waitFor();
    }
    await button(ana, 'Close the comparison').click();
    await head(ana, 3).click();
    await button(ana, 'Compare with version 6, the newest').click();
    await panel(ana)
      .getByRole('region', { name: 'From version 3 to version 6' })
      .locator('.stet-diff')
      .first()
      .waitFor();
  });
});

describe('restoring', () => {
  test('one field leaves what others saved later, and what I typed and did not save', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const { ben } = await peopleElsewhere(server, ['ben']);
    const book = await newBook(ana.api, { title: 'Captains Courageous', pages: 245 });
    await saveOver(ben.api, book, { title: 'Captains Outrageous' });
    await saveOver(ben.api, book, { pages: 246, publisher: 'Macmillan' });
    await openHistory(ana, book);
    await ana.type('notes', 'still typing');
    await head(ana, 2).click();
    await button(ana, 'Restore Title of version 1').click();
    await eventually(() => said(ana)).toBe('Restored Title of version 1: saved as version 4.');
    expect(await now(ben.api, book)).toMatchObject({
      version: 4,
      title: 'Captains Courageous',
      pages: 246,
      publisher: 'Macmillan',
      notes: null,
    });
    await eventually(() => ana.value('title')).toBe('Captains Courageous');
    expect(await ana.value('notes')).toBe('still typing');
    expect(await ana.stateKind()).toBe('unsaved');
    await eventually(async () => (await timeline(ana))[0]).toBe('Version 4 You restored Title of version 1');
    // What was pressed has nothing more to do: the focus is where it was.
    expect(await button(ana, 'Restore Title of version 1').count()).toBe(0);
    expect(await head(ana, 2).evaluate((element) => element === document.activeElement)).toBe(true);
  });

  test('a field that I typed in says that what I typed stays', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const { ben } = await peopleElsewhere(server, ['ben']);
    const book = await newBook(ana.api, { title: 'Life’s Handicap' });
    await saveOver(ben.api, book, { title: 'Life' });
    await openHistory(ana, book);
    await ana.type('title', 'Mine, not saved');
    await head(ana, 1).click();
    await panel(ana).getByText('Brings back Title as in version 1').waitFor();
    expect(await textOf(entry(ana, 1))).toContain('What you typed in Title stays in your form, not saved.');
    await button(ana, 'Restore version 1').click();
    await eventually(() => said(ana)).toBe(
      'Restored version 1: saved as version 3. What you typed in Title stays in your form, not saved.',
    );
    expect(await ana.value('title')).toBe('Mine, not saved');
    expect((await now(ben.api, book)).title).toBe('Life’s Handicap');
  });

  test('a whole version says beforehand which fields come back', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const { ben } = await peopleElsewhere(server, ['ben']);
    const book = await newBook(ana.api, { title: 'Plain Tales', pages: 310, language: 'eng' });
    await saveOver(ben.api, book, { title: 'Plain Tales from the Hills' });
    await saveOver(ben.api, book, { pages: 283 });
    await openHistory(ana, book);
    await head(ana, 1).click();
    await panel(ana).getByText('Brings back Title and Pages as in version 1; all else is so already.').waitFor();
    await button(ana, 'Restore version 1').click();
    await eventually(() => said(ana)).toBe('Restored version 1: saved as version 4.');
    expect(await now(ben.api, book)).toMatchObject({ version: 4, title: 'Plain Tales', pages: 310, language: 'eng' });
    await eventually(async () => (await timeline(ana))[0]).toBe('Version 4 You restored version 1: Title and Pages');
    expect(await textOf(entry(ana, 1))).toContain('Version 1 is what stands now.');
  });

  test('[V2] is refused, in words, where somebody has changed that field while it was on its way', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const { ben } = await peopleElsewhere(server, ['ben']);
    const book = await newBook(ana.api, { title: 'The Light' });
    await saveOver(ana.api, book, { title: 'The Light that Failed' });
    await openHistory(ana, book);
    await head(ana, 2).click();
    await overtake(ana.page, at(book, '/restore'), () => saveOver(ben.api, book, { title: 'The Light, by ben' }));
    await button(ana, 'Restore Title of version 1').click();
    await eventually(() => said(ana)).toBe('Ben Berger has changed Title again since: nothing was restored.');
    expect(await historyOf(ben.api, book)).toHaveLength(3);
    await eventually(() => ana.value('title')).toBe('The Light, by ben');
    // Now it was seen, and can be chosen over.
    await button(ana, 'Restore Title of version 1').click();
    await eventually(() => said(ana)).toBe('Restored Title of version 1: saved as version 4.');
  });

  test('[M3] brings both ISBNs back, since they belong together', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const { ben } = await peopleElsewhere(server, ['ben']);
    const first = { isbn10: '0261102354', isbn13: '9780261102354' };
    const book = await newBook(ana.api, { title: 'The Fellowship', ...first });
    await saveOver(ben.api, book, { isbn10: '0306406152', isbn13: '9780306406157' });
    await openHistory(ana, book);
    await head(ana, 2).click();
    await button(ana, 'Restore ISBN-13 and ISBN-10 of version 1').click();
    await eventually(() => said(ana)).toContain('saved as version 3.');
    expect(await now(ana.api, book)).toMatchObject(first);
  });

  test('is not offered to who may only read', async () => {
    const { vic } = await openPeople(server, ['vic']);
    const { ana } = await peopleElsewhere(server, ['ana']);
    const book = await newBook(ana.api, { title: 'Rewards' });
    await saveOver(ana.api, book, { title: 'Rewards and Fairies' });
    await openHistory(vic, book);
    await head(vic, 2).click();
    await entry(vic, 2).locator('.stet-diff').waitFor();
    expect(
      await panel(vic)
        .getByRole('button', { name: /Restore|Undo/ })
        .count(),
    ).toBe(0);
  });

  test('[V5] brings a deleted book back, from what is shown in its place', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const { ben } = await peopleElsewhere(server, ['ben']);
    const book = await newBook(ana.api, { title: 'Debits and Credits', pages: 415 });
    await saveOver(ana.api, book, { pages: 416 });
    await destroy(ben.api, book);
    await ana.open(`/${book.id}`);
    await ana.page.getByText('This book was deleted.').waitFor();
    await head(ana, 3).waitFor();
    expect(await timeline(ana)).toEqual([
      'Version 3 Ben Berger deleted it',
      'Version 2 You changed Pages',
      'Version 1 You created it with Title and Pages',
    ]);
    // There is nothing that my last save could be taken out of.
    expect(await button(ana, 'Undo my last save').count()).toBe(0);
    await head(ana, 1).click();
    await panel(ana).getByText('Brings the book back as it was in version 1.').waitFor();
    await button(ana, 'Restore version 1').click();
    await ana.field('title').waitFor();
    expect(await ana.value('title')).toBe('Debits and Credits');
    expect((await now(ben.api, book)).version).toBe(4);
    await ana.button('History').click();
    await eventually(async () => (await timeline(ana))[0]).toBe('Version 4 You brought it back as in version 1');
  });
});

describe('undo my last save', () => {
  const undo = (person: PagePerson) => button(person, 'Undo my last save');

  test('takes mine back, leaves what ben saved meanwhile, and can be undone', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const { ben } = await peopleElsewhere(server, ['ben']);
    const book = await newBook(ana.api, { title: 'Traffics', pages: 393 });
    await openHistory(ana, book);
    // The creation is nothing that could be undone.
    expect(await undo(ana).count()).toBe(0);
    await ana.type('title', 'Traffics and Discoveries');
    await ana.save();
    await eventually(() => ana.stateKind()).toBe('saved');
    await saveOver(ben.api, book, { pages: 394, notes: 'of ben' });
    await eventually(() => ana.value('pages')).toBe('394');
    await panel(ana).getByText('Version 2: brings back Title as in version 1.').waitFor();
    await undo(ana).click();
    await eventually(() => said(ana)).toBe('Version 2 is undone: saved as version 4.');
    expect(await now(ben.api, book)).toMatchObject({ version: 4, title: 'Traffics', pages: 394, notes: 'of ben' });
    await eventually(() => ana.value('title')).toBe('Traffics');
    await panel(ana).getByText('Version 4: brings back Title as in version 3.').waitFor();
    expect(await textOf(ana.page.locator(':focus'))).toBe('Undo my last save');
    await undo(ana).press('Enter');
    await eventually(() => said(ana)).toBe('Version 4 is undone: saved as version 5.');
    expect(await now(ben.api, book)).toMatchObject({ title: 'Traffics and Discoveries', pages: 394, notes: 'of ben' });
  });

  test('is refused, in words, where ben has changed the same field since', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const { ben } = await peopleElsewhere(server, ['ben']);
    const book = await newBook(ana.api, { title: 'Actions', pages: 1 });
    await saveOver(ana.api, book, { title: 'Actions and Reactions', pages: 2 });
    await saveOver(ben.api, book, { title: 'Reactions' });
    await openHistory(ana, book);
    await undo(ana).click();
    await eventually(() => said(ana)).toBe('Ben Berger has changed Title again since: nothing was undone.');
    expect(await historyOf(ben.api, book)).toHaveLength(3);
    expect(await now(ben.api, book)).toMatchObject({ title: 'Reactions', pages: 2 });
  });

  test('[V5] brings back what I deleted', async () => {
    const { ana } = await openPeople(server, ['ana']);
    const book = await newBook(ana.api, { title: 'The Years Between' });
    await destroy(ana.api, book);
    await ana.open(`/${book.id}`);
    await undo(ana).click();
    await ana.field('title').waitFor();
    expect(await ana.value('title')).toBe('The Years Between');
  });
});

describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
  test.each([
    ['wide', { width: 1280, height: 800 }],
    ['narrow', { width: 390, height: 844 }],
  ] as const)('and %s: nothing serious is wrong with it', async (size, viewport) => {
    const { chloe } = await openPeople(server, ['chloe'], {
      viewport,
      colorScheme,
      bypassCSP: true,
      reducedMotion: 'reduce',
    });
    const { ben } = await peopleElsewhere(server, ['ben']);
    const book = await newBook(chloe.api, {
      title: 'The Fellowship of the Ring',
      authors: ['J.R.R. Tolkien', 'Christopher Tolkien'],
      subjects: ['Fantasy', 'Middle-earth', 'Rings'],
      summary: 'In ancient times the Rings of Power were crafted by the Elven-smiths.\n\nAnd so on.',
    });
    await saveOver(ben.api, book, {
      authors: ['J. R. R. Tolkien', 'Christopher Tolkien', 'Alan Lee'],
      subjects: ['Elves', 'Fantasy', 'Middle-earth'],
      summary: 'In ancient times the Rings of Power were forged by the Elven-smiths of Eregion.\n\nAnd so on.',
      notes: 'A long note. '.repeat(120),
    });
    await saveOver(chloe.api, book, { pages: 423 });
    await openHistory(chloe, book);
    const faults: string[] = [];
    const look = async (view: string) => {
      await chloe.screenshot(`history ${view} ${size} ${colorScheme}`);
      faults.push(...(await seriousFaults(chloe.page)));
      const cut = await panel(chloe).evaluate((element) =>
        [element, ...element.querySelectorAll('button')]
          .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
          .map(({ outerHTML }) => outerHTML.slice(0, 120)),
      );
      expect(cut, view).toEqual([]);
    };
    await look('timeline');
    await head(chloe, 2).click();
    await entry(chloe, 2).locator('.stet-diff').first().waitFor();
    await look('entry');
    await compare(chloe, '1', '3');
    await panel(chloe).locator('.stet-comparison .stet-diff').first().waitFor();
    await look('comparison');
    await button(chloe, 'Restore Authors of version 1').click();
    await eventually(() => said(chloe)).toContain('saved as version 4');
    await look('restored');
    await destroy(ben.api, book);
    await chloe.open(`/${book.id}`);
    await head(chloe, 5).click();
    await button(chloe, 'Restore version 4').waitFor();
    await look('deleted');
    expect(faults).toEqual([]);
  });
});

describe('a book with 10,000 versions', () => {
  const versions = 10_000;
  let house: InProcess;
  beforeAll(async () => {
    house = await startInProcess();
    for (const name of ['ana', 'ben']) await house.user(name, { catalogue: 'editor' });
    await writeMany(new Catalogue(house.engine.store, 'catalogue'));
  });
  afterAll(() => house.stop());

  /** Each is handed over before the one before it is on the disk, so that they are written together. */
  async function writeMany(catalogue: Catalogue): Promise<void> {
    let before = await catalogue.create('long', { title: 'Version 1' });
    const writes: Array<Promise<unknown>> = [];
    for (let version = 2; version <= versions; version += 1) {
      const moment = new Date(Date.UTC(2025, 0, 1) + version * 60_000).toISOString();
      const body: Body = { ...emptyBody(books), title: `Version ${version}` };
      const made = catalogue.write('long', before, body, { at: moment });
      before = { ...before, version, body, updatedAt: moment };
      writes.push(made);
    }
    await Promise.all(writes);
  }

  test('opens its history with one page and one request, and reaches any version of it', async () => {
    const { ben } = await openPeople(house, ['ben']);
    await ben.openBook('long');
    const asked: string[] = [];
    ben.page.on('request', (request) => {
      const { pathname, search } = new URL(request.url());
      if (pathname.includes('/books/long')) asked.push(`${pathname.split('/books/long')[1]}${search}`);
    });
    await ben.button('History').click();
    await head(ben, versions).waitFor();
    expect(asked).toEqual(['/versions']);
    expect(await panel(ben).locator('.stet-version').count()).toBe(50);

    await button(ben, 'Older versions').press('Enter');
    await head(ben, versions - 99).waitFor();
    expect(asked).toEqual(['/versions', `/versions?after=${versions - 49}`]);
    expect(await panel(ben).locator('.stet-version').count()).toBe(100);
    await eventually(() => said(ben)).toBe(`Versions ${versions - 50} to ${versions - 99} are shown now, too.`);

    asked.length = 0;
    const shown = await compare(ben, '2', '5000');
    await shown.locator('.stet-diff').waitFor();
    expect(await marked(field(shown, 'title'))).toEqual({ out: ['2'], in: ['5000'] });
    expect(asked.sort()).toEqual(['/versions/2', '/versions/5000']);
    await button(ben, 'Restore version 2').click();
    await eventually(() => said(ben)).toBe(`Restored version 2: saved as version ${versions + 1}.`);
    // What was read of older versions is not read again.
    await eventually(() => panel(ben).locator('.stet-version').count()).toBe(101);
  });
});
