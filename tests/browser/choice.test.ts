import type { StetRecord } from '@stet/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually, openPeople } from '../support/browser.js';
import { historyOf, now, saveOver } from '../support/meanwhile.js';
import { holdRequest, overtake } from '../support/network.js';
import { type PagePerson, textOf } from '../support/page-person.js';
import { type Server, startServer } from '../support/server.js';
import { at, newBook } from '../support/story.js';

// A save that comes too late is refused, and the person decides. What then stands in the history is what they chose.

let server: Server;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

let ana: PagePerson;
let ben: PagePerson;
let book: StetRecord;

/** Both edit the same book; ana saves title and pages first, and ben's save of title and publisher is refused. */
beforeEach(async () => {
  ({ ana, ben } = await openPeople(server, ['ana', 'ben']));
  book = await newBook(ana.api, { title: 'The Hobbit', pages: 310, publisher: 'Allen & Unwin' });
  await ben.openBook(book.id);
  await ben.type('title', 'Hobbit!');
  await ben.type('publisher', 'Ben & Sons');
  await saveByAna({ title: 'Der Hobbit', pages: 311 });
  await ben.banner().waitFor();
  expect(await ben.state()).toBe('Unsaved changes in Title, Publisher');
  await ben.save();
  await ben.choice().waitFor();
});

const saveByAna = (fields: Partial<StetRecord>) => saveOver(ana.api, book, fields);
const saved = () => now(ana.api, book);
const history = () => historyOf(ana.api, book);
const made = ['1 Ana Alves create: title, publisher, pages', '2 Ana Alves update: title, pages'];

const question = (name: string) => ben.choice().locator(`[data-question=${name}]`);
const side = (name: string, value: 'mine' | 'theirs') => question(name).locator(`input[value=${value}]`);

test('[V2] a stale save changes nothing and is told why: who saved what, and what each side has', async () => {
  expect(await ben.stateKind()).toBe('choosing');
  expect(await ben.state()).toBe('Waiting for your choice');
  expect(await history()).toEqual(made);
  const said = await textOf(ben.choice());
  expect(said).toContain('Ana Alves saved version 2 while you were editing.');
  expect(await textOf(question('title'))).toMatch(/It was The Hobbit.*Mine Hobbit!.*Theirs, by Ana Alves Der Hobbit/);
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
  test('keep mine: over theirs, and what they changed besides stays', async () => {
    await ben.button('Keep mine').click();
    await eventually(() => ben.state()).toBe('Saved as version 3');
    expect(await ben.choice().count()).toBe(0);
    expect(await saved()).toMatchObject({ title: 'Hobbit!', publisher: 'Ben & Sons', pages: 311, version: 3 });
    expect(await history()).toEqual([...made, '3 Ben Berger update: title, publisher']);
    expect(await ben.value('pages')).toBe('311');
  });

  test('take theirs: and what only I changed is saved', async () => {
    await ben.button('Take theirs').click();
    await eventually(() => ben.state()).toBe('Saved as version 3');
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
    await eventually(() => ben.state()).toBe('Saved as version 4');
    expect(await saved()).toMatchObject({ title: 'Hobbit!', publisher: 'Klett-Cotta', pages: 311 });
    expect(await history()).toEqual([...made, '3 Ana Alves update: publisher', '4 Ben Berger update: title']);
    await eventually(() => ben.focused()).toBe('publisher');
  });
});

const isActive = (element: Element): boolean => element === document.activeElement;

describe('[C4] a further save by ana during the choice', () => {
  test('is shown, and costs no answer that still fits', async () => {
    await side('title', 'mine').check();
    await saveByAna({ pages: 312, series: 'Middle-earth' });
    await ben.choice().getByText('versions 2 to 3').waitFor();
    expect(await side('title', 'mine').isChecked()).toBe(true);
    expect(await textOf(ben.choice())).toContain('Pages and Series: changed by Ana Alves');
    await ben.button('Save what I chose').click();
    await eventually(() => ben.state()).toBe('Saved as version 4');
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
    await eventually(() => ben.state()).toBe('Saved as version 5');
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
    await eventually(() => ben.state()).toBe('Saved as version 4');
    expect(await history()).toEqual([...made, '3 Ana Alves update: title', '4 Ben Berger update: title, publisher']);
  });
});

test('[C4] where nothing is in conflict there is one button, and it saves both', async () => {
  const { chloe } = await openPeople(server, ['chloe']);
  const other = await newBook(ana.api, { title: 'Roverandom', pages: 106 });
  await chloe.openBook(other.id);
  await chloe.type('publisher', 'HarperCollins');
  await saveOver(ana.api, other, { pages: 128 });
  await chloe.banner().waitFor();
  await chloe.save();
  await chloe.choice().getByText('Nothing you changed was changed by others.').waitFor();
  expect(await chloe.choice().getByRole('button').count()).toBe(1);
  await chloe.choice().getByRole('button').click();
  await eventually(() => chloe.state()).toBe('Saved as version 3');
  expect(await now(ana.api, other)).toMatchObject({ publisher: 'HarperCollins', pages: 128, version: 3 });
});

test('[C6] the save state is true at each step', async () => {
  const other = await newBook(ana.api, { title: 'Farmer Giles', pages: 1 });
  await ana.openBook(other.id);
  expect(await ana.state()).toBe('No changes');
  await ana.type('pages', '12a');
  expect(await ana.state()).toBe('Unsaved changes in Pages');
  await ana.save();
  expect(await ana.stateKind()).toBe('failed');
  expect(await ana.state()).toMatch(/^Not saved: Pages must be/);
  expect(await ana.focused()).toBe('pages');
  expect(await ana.field('pages').getAttribute('aria-invalid')).toBe('true');
  await ana.type('pages', '79');
  expect(await ana.state()).toBe('Unsaved changes in Pages');
  // While the answer is held back it is neither unsaved nor saved.
  const save = await holdRequest(ana.page, at(other));
  await ana.press('Control+s');
  await eventually(() => ana.state()).toBe('Saving…');
  await save.letGo();
  await eventually(() => ana.state()).toBe('Saved as version 2');
  await ana.type('pages', '80');
  expect(await ana.state()).toBe('Unsaved changes in Pages');
  await ana.type('pages', '79');
  expect(await ana.stateKind()).toBe('clean');
  await ana.type('pages', '81');
  await ana.button('Discard my changes').click();
  await ana.button('Discard').click();
  expect(await ana.value('pages')).toBe('79');
  expect(await ana.state()).toBe('No changes');
});
