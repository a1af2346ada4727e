import type { StetRecord } from '@stet/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Person } from '../support/api.js';
import { eventually, openPeople, peopleElsewhere } from '../support/browser.js';
import { historyOf, now, saveOver } from '../support/meanwhile.js';
import { holdRequest, overtake } from '../support/network.js';
import { type PagePerson, standing, textOf } from '../support/page-person.js';
import { type Server, startServer } from '../support/server.js';
import { at, newBook } from '../support/story.js';

// A save that comes too late is refused, and the person decides. What then stands in the history is what they chose.

let server: Server;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

let ana: { api: Person };
let ben: PagePerson;
let book: StetRecord;

beforeEach(async () => {
  ({ ana } = await peopleElsewhere(server, ['ana']));
  ({ ben } = await openPeople(server, ['ben']));
});

/** Both edit the same book; ana saves title and pages first, and ben's save of title and publisher is refused. */
async function refused(): Promise<void> {
  book = await newBook(ana.api, { title: 'The Hobbit', pages: 310, publisher: 'Allen & Unwin' });
  await ben.openBook(book.id);
  await ben.type('title', 'Hobbit!');
  await ben.type('publisher', 'Ben & Sons');
  await saveByAna({ title: 'Der Hobbit', pages: 311 });
  await ben.banner().waitFor();
  expect(await ben.state()).toBe('Unsaved changes in Title, Publisher');
  await ben.save();
  await ben.choice().waitFor();
}

const saveByAna = (fields: Partial<StetRecord>) => saveOver(ana.api, book, fields);
const saved = () => now(ana.api, book);
const history = () => historyOf(ana.api, book);
const made = ['1 Ana Alves create: title, publisher, pages', '2 Ana Alves update: title, pages'];

const question = (name: string) => ben.choice().locator(`[data-question=${name}]`);
const side = (name: string, value: 'mine' | 'theirs') => question(name).locator(`input[value=${value}]`);

test('[V2] a stale save changes nothing and is told why: who saved what, and what each side has', async () => {
  await refused();
  expect(await ben.stateKind()).toBe('choosing');
  expect(await ben.state()).toBe('Waiting for your choice');
  expect(await history()).toEqual(made);
  const said = await textOf(ben.choice());
  expect(said).toContain('Ana Alves saved version 2 while you were editing.');
  expect(await textOf(question('title'))).toMatch(
    /It was The Hobbit.*Mine Hobbit!.*Theirs, by Ana Alves just now Der Hobbit/,
  );
  expect(await ben.choice().locator('[data-question]').count()).toBe(1);
  expect(said).toContain('Only you changed Publisher: yours stays.');
  expect(said).toContain('Pages: changed by Ana Alves and not by you; theirs stays.');
  expect(await ben.button('Save what I chose').isDisabled()).toBe(true);
  // The person is taken there, and what they typed is still in the form.
  expect(await ben.choice().evaluate((choice) => choice.contains(document.activeElement))).toBe(true);
  expect(await ben.value('title')).toBe('Hobbit!');
  expect(await ben.value('publisher')).toBe('Ben & Sons');
  await ben.screenshot('choice');
});

describe('[C4] one step leads on', () => {
  beforeEach(refused);

  test('keep mine: over theirs, and what they changed besides stays', async () => {
    await ben.button('Keep mine').click();
    await eventually(() => ben.state()).toMatch(/^Saved as version 3/);
    expect(await ben.choice().count()).toBe(0);
    expect(await saved()).toMatchObject({ title: 'Hobbit!', publisher: 'Ben & Sons', pages: 311, version: 3 });
    expect(await history()).toEqual([...made, '3 Ben Berger update: title, publisher']);
    expect(await ben.value('pages')).toBe('311');
  });

  test('take theirs: and what only I changed is saved', async () => {
    await ben.button('Take theirs').click();
    await eventually(() => ben.state()).toMatch(/^Saved as version 3/);
    expect(await ben.value('title')).toBe('Der Hobbit');
    expect(await saved()).toMatchObject({ title: 'Der Hobbit', publisher: 'Ben & Sons', pages: 311, version: 3 });
    expect(await history()).toEqual([...made, '3 Ben Berger update: publisher']);
  });

  test('field by field, by nothing but the keyboard, and back to where he was', async () => {
    await saveByAna({ publisher: 'Klett-Cotta' });
    await question('publisher').waitFor();
    const reached = async (what: () => Promise<boolean>) => {
      for (let presses = 0; !(await what()); presses += 1) {
        expect(presses, 'Tab leads there').toBeLessThan(60);
        await ben.press('Tab');
      }
    };
    await reached(() => side('title', 'mine').or(side('title', 'theirs')).first().evaluate(isActive));
    await ben.press('ArrowDown', 'ArrowUp', 'Space');
    expect(await side('title', 'mine').isChecked()).toBe(true);
    await ben.press('Tab');
    await reached(() => side('publisher', 'mine').or(side('publisher', 'theirs')).first().evaluate(isActive));
    await ben.press('ArrowDown');
    expect(await side('publisher', 'theirs').isChecked()).toBe(true);
    await ben.choice().getByText('All chosen').waitFor();
    await reached(() => ben.button('Save what I chose').evaluate(isActive));
    await ben.press('Enter');
    await eventually(() => ben.state()).toMatch(/^Saved as version 4/);
    expect(await saved()).toMatchObject({ title: 'Hobbit!', publisher: 'Klett-Cotta', pages: 311 });
    expect(await history()).toEqual([...made, '3 Ana Alves update: publisher', '4 Ben Berger update: title']);
    await eventually(() => ben.focused()).toBe('publisher');
  });
});

const isActive = (element: Element): boolean => element === document.activeElement;

describe('[C4] a further save by ana during the choice', () => {
  beforeEach(refused);

  test('is shown, and costs no answer that still fits', async () => {
    await side('title', 'mine').check();
    await saveByAna({ pages: 312, series: 'Middle-earth' });
    await ben.choice().getByText('versions 2 to 3').waitFor();
    expect(await side('title', 'mine').isChecked()).toBe(true);
    expect(await textOf(ben.choice())).toContain('Pages and Series: changed by Ana Alves');
    await ben.button('Save what I chose').click();
    await eventually(() => ben.state()).toMatch(/^Saved as version 4/);
    expect(await saved()).toMatchObject({ title: 'Hobbit!', pages: 312, series: 'Middle-earth' });
    expect(await history()).toEqual([
      ...made,
      '3 Ana Alves update: pages, series',
      '4 Ben Berger update: title, publisher',
    ]);
  });

  test('of what was chosen already is asked anew; the other answers stand', async () => {
    await side('title', 'mine').check();
    await saveByAna({ title: 'Le Hobbit', publisher: 'Stock' });
    await question('title').getByText('changed again since you chose').waitFor();
    expect(await side('title', 'mine').isChecked()).toBe(false);
    expect(await textOf(question('title'))).toContain('Le Hobbit');
    await side('title', 'theirs').check();
    await side('publisher', 'mine').check();
    await saveByAna({ publisher: 'Bourgois' });
    await question('publisher').getByText('changed again since you chose').waitFor();
    expect(await side('title', 'theirs').isChecked()).toBe(true);
    expect(await ben.state()).toBe('Waiting for your choice');
    await side('publisher', 'mine').check();
    await ben.button('Save what I chose').click();
    await eventually(() => ben.state()).toMatch(/^Saved as version 5/);
    expect(await saved()).toMatchObject({ title: 'Le Hobbit', publisher: 'Ben & Sons' });
    expect(await history()).toEqual([
      ...made,
      '3 Ana Alves update: title, publisher',
      '4 Ana Alves update: publisher',
      '5 Ben Berger update: publisher',
    ]);
  });

  test('that he has not heard of when he decides: he is asked again, with what is new, and loses nothing', async () => {
    await overtake(ben.page, at(book), () => saveByAna({ title: 'Lo Hobbit' }));
    await ben.button('Keep mine').click();
    await question('title').getByText('Lo Hobbit').waitFor();
    expect(await ben.state()).toBe('Waiting for your choice');
    expect(await ben.value('title')).toBe('Hobbit!');
    expect(await ben.value('publisher')).toBe('Ben & Sons');
    expect(await history()).toEqual([...made, '3 Ana Alves update: title']);
    await ben.button('Keep mine').click();
    await eventually(() => ben.state()).toMatch(/^Saved as version 4/);
    expect(await history()).toEqual([...made, '3 Ana Alves update: title', '4 Ben Berger update: title, publisher']);
  });
});

describe('[C4] ways that leave theirs as it is', () => {
  beforeEach(refused);

  test('mine is put aside as a draft, and taken up again from the list', async () => {
    await ben.button('Put mine aside as a draft').click();
    await ben.page.getByText('is put aside, among your drafts').waitFor();
    expect([await ben.value('title'), await ben.value('publisher')]).toEqual(['Der Hobbit', 'Allen & Unwin']);
    expect(await ben.choice().count()).toBe(0);
    await ben.page.getByTestId('drafts').click();
    const draft = ben.page.getByTestId('draft').filter({ hasText: 'Hobbit!' });
    await draft.getByRole('button', { name: /^Open/ }).click();
    await ben.choice().waitFor();
    expect(await ben.value('title')).toBe('Hobbit!');
    expect(await history()).toEqual(made);
    await ben.button('Keep mine').click();
    await eventually(() => ben.state()).toMatch(/^Saved as version 3/);
  });

  test('where the device does not take it, it says so and mine stays before him', async () => {
    await ben.page.evaluate(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('No room', 'QuotaExceededError');
      };
    });
    await ben.button('Put mine aside as a draft').click();
    await ben.choice().getByRole('alert').getByText('Not put aside').waitFor();
    expect([await ben.value('title'), await ben.value('publisher')]).toEqual(['Hobbit!', 'Ben & Sons']);
    await eventually(() => ben.state()).toContain('Waiting for your choice. Not kept on this device');
    await ben.button('Keep mine').click();
    await eventually(() => ben.state()).toMatch(/^Saved as version 3/);
  });

  test('mine becomes a new book', async () => {
    await ben.button('Park mine as a new book').click();
    await eventually(() => ben.stateKind()).toBe('unsaved');
    await ben.save();
    await eventually(() => ben.state()).toBe('Saved as version 1');
    expect(await history()).toEqual(made);
    expect(await saved()).toMatchObject({ title: 'Der Hobbit', publisher: 'Allen & Unwin' });
    const path = new URL(ben.page.url()).pathname.split('/').at(-1) ?? '';
    expect(await now(ana.api, { id: path })).toMatchObject({ title: 'Hobbit!', publisher: 'Ben & Sons', pages: 310 });
  });

  test('mine is discarded, once that is confirmed', async () => {
    await ben.button('Discard mine').click();
    await ben.button('Keep what I typed').click();
    expect(await ben.value('title')).toBe('Hobbit!');
    await ben.button('Discard mine').click();
    await ben.button('Discard').click();
    await eventually(() => ben.value('title')).toBe('Der Hobbit');
    expect(await ben.choice().count()).toBe(0);
    expect(await history()).toEqual(made);
  });
});

describe('[C4] a text that both changed', () => {
  const lived = (what: string) => `In a hole in the ground there lived ${what}.`;
  let combine: ReturnType<PagePerson['field']>;

  beforeEach(async () => {
    book = await newBook(ana.api, { title: 'The Hobbit', summary: lived('a hobbit'), isbn10: '0261102214' });
    await ben.openBook(book.id);
    await ben.type('summary', lived('a small hobbit'));
    await saveByAna({ summary: lived('an old hobbit') });
    await ben.banner().waitFor();
    combine = question('summary').locator('textarea');
  });

  test('shows the words that differ, and is combined by hand, while a third save comes in', async () => {
    await ben.button('Decide now').click();
    expect(await question('summary').locator('ins').allInnerTexts()).toEqual(expect.arrayContaining([' small']));
    expect((await question('summary').locator('del').allInnerTexts()).join('')).toContain('a');
    await question('summary').locator('input[value=edited]').check();
    expect(await combine.inputValue()).toContain('small');
    expect(await combine.inputValue()).toContain('old');
    await combine.selectText();
    await ben.page.keyboard.type('In a hole in the ground there lived a small, old');
    await saveByAna({ pages: 310 });
    await ben.choice().getByText('versions 2 to 3').waitFor();
    expect(await combine.evaluate((textarea) => textarea === document.activeElement)).toBe(true);
    await ben.page.keyboard.type(' hobbit.');
    await ben.button('Save what I chose').click();
    await eventually(() => ben.state()).toMatch(/^Saved as version 4/);
    expect(await saved()).toMatchObject({ summary: lived('a small, old hobbit'), pages: 310 });
    // Hers stands in it: nobody was overwritten.
    await eventually(() => ben.value('summary')).toBe(lived('a small, old hobbit'));
  });

  test('a third save of that very text asks anew, and what was combined stays at hand', async () => {
    await ben.button('Decide now').click();
    await question('summary').locator('input[value=edited]').check();
    await combine.selectText();
    await ben.page.keyboard.type(lived('a small, old hobbit'));
    await saveByAna({ summary: lived('an ancient hobbit') });
    await question('summary').getByText('changed again since you chose').waitFor();
    expect(await combine.inputValue()).toBe(lived('a small, old hobbit'));
    expect(await ben.button('Save what I chose').isDisabled()).toBe(true);
    await question('summary').locator('input[value=edited]').check();
    await ben.button('Save what I chose').click();
    await eventually(() => ben.state()).toMatch(/^Saved as version 4/);
    expect(await saved()).toMatchObject({ summary: lived('a small, old hobbit') });
  });

  test('[C1] nothing moves in the text that he combines, and what he types after a third save waits for his word', async () => {
    await ben.button('Decide now').click();
    await question('summary').locator('input[value=edited]').check();
    await combine.fill(`${lived('a small, old hobbit')}\n`.repeat(30));
    await combine.evaluate((textarea: HTMLTextAreaElement) => {
      textarea.focus();
      textarea.setSelectionRange(40, 45, 'backward');
      textarea.scrollTop = 60;
    });
    const before = await standing(ben);
    expect(before).toMatchObject({ focused: 'combine-summary', selection: [40, 45, 'backward'] });
    await saveByAna({ summary: lived('an ancient hobbit'), title: 'Der Hobbit', publisher: 'Stock' });
    await question('summary').getByText('changed again since you chose').waitFor();
    const after = await standing(ben);
    const own = ({ focused, value, selection, scrolled }: typeof before) => [focused, value, selection, scrolled[0]];
    expect(own(after)).toEqual(own(before));
    // What stands around it is scrolled so that it keeps its place, as far as whole pixels go.
    expect(Math.abs((after.place?.y ?? 0) - (before.place?.y ?? 0))).toBeLessThan(1);
    await combine.selectText();
    await ben.page.keyboard.type(lived('a tiny, ancient hobbit'));
    // Going on to type is no answer to what has come in.
    expect(await question('summary').locator('input[value=edited]').isChecked()).toBe(false);
    await ben.choice().getByText('1 still to choose').waitFor();
    await question('summary').locator('input[value=edited]').check();
    expect(await combine.inputValue()).toBe(lived('a tiny, ancient hobbit'));
    await ben.press('Control+s');
    await eventually(() => ben.state()).toMatch(/^Saved as version 4/);
    expect(await saved()).toMatchObject({ summary: lived('a tiny, ancient hobbit'), title: 'Der Hobbit' });
  });
});

test('[M3] fields that belong together are answered together', async () => {
  const other = await newBook(ana.api, { title: 'Roverandom' });
  await ben.openBook(other.id);
  await ben.type('isbn10', '0261102214');
  await saveOver(ana.api, other, { isbn13: '9780140449136' });
  await ben.banner().waitFor();
  await ben.save();
  const isbns = ben.choice().locator('[data-question="isbn10 isbn13"]');
  await isbns.waitFor();
  await isbns.locator('input[value=mine]').check();
  await ben.button('Save what I chose').click();
  await eventually(() => ben.state()).toMatch(/^Saved as version 3/);
  expect(await now(ana.api, other)).toMatchObject({ isbn10: '0261102214', isbn13: null });
});

test('[C6] the save state is true at each step', async () => {
  const other = await newBook(ana.api, { title: 'Farmer Giles', pages: 1 });
  await ben.openBook(other.id);
  expect(await ben.state()).toBe('No changes');
  await ben.type('pages', '12a');
  expect(await ben.state()).toBe('Unsaved changes in Pages');
  await ben.save();
  expect(await ben.stateKind()).toBe('failed');
  expect(await ben.state()).toMatch(/^Not saved: Pages must be/);
  expect(await ben.focused()).toBe('pages');
  expect(await ben.field('pages').getAttribute('aria-invalid')).toBe('true');
  await ben.type('pages', '79');
  expect(await ben.state()).toBe('Unsaved changes in Pages');
  // While the answer is held back it is neither unsaved nor saved.
  const save = await holdRequest(ben.page, at(other));
  await ben.press('Control+s');
  await eventually(() => ben.state()).toBe('Saving…');
  await save.letGo();
  await eventually(() => ben.state()).toBe('Saved as version 2');
  await ben.type('pages', '80');
  expect(await ben.state()).toBe('Unsaved changes in Pages');
  await ben.type('pages', '79');
  expect(await ben.stateKind()).toBe('clean');
  await ben.type('pages', '81');
  await ben.button('Discard my changes').click();
  await ben.button('Discard').click();
  expect(await ben.value('pages')).toBe('79');
  expect(await ben.state()).toBe('No changes');
});
