import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { allow, eventually, openPeople, openTab, peopleElsewhere } from '../support/browser.js';
import { historyOf, now, saveOver, wholeList } from '../support/meanwhile.js';
import { loseAnswer, slowNews } from '../support/network.js';
import { type PagePerson, textOf } from '../support/page-person.js';
import { type InProcess, startInProcess } from '../support/server.js';
import { at, newBook } from '../support/story.js';
import { type Trouble, troubleAt } from '../support/trouble.js';

// The server is there, and can't do it, or does it and can't say so: nobody has to press twice, and nothing is done twice.

let server: InProcess;
let trouble: Trouble;
beforeAll(async () => {
  server = await startInProcess({ LOG_LEVEL: 'silent' });
  for (const name of ['ana', 'ben']) await server.user(name, { catalogue: 'editor' });
  trouble = troubleAt(server);
});
afterEach(() => {
  trouble.state = 'none';
});
afterAll(() => server.stop());

const tryingAgain = 'Not saved yet: the server is not ready; trying again';
const pathOf = ({ page }: PagePerson) => new URL(page.url()).pathname;

async function open() {
  const { ana } = await openPeople(server, ['ana']);
  allow(ana, /^Failed to load resource: .* 503 /);
  return ana;
}

test('[C6] a page that comes while the database is away says so, and comes by itself', async () => {
  const ana = await open();
  const book = await newBook(ana.api, { title: 'Ringtail' });
  trouble.state = 'away';
  await ana.page.goto(`/w/catalogue/books/${book.id}`);
  await ana.page.getByText('The server is not ready. Trying again').waitFor();
  trouble.state = 'none';
  await eventually(() => ana.titles()).toContain('Ringtail');
  expect(await ana.value('title')).toBe('Ringtail');
  await ana.page.locator('[data-testid=connection][data-state=live]').waitFor();
});

test('[C6] what is saved and deleted meanwhile is said to be tried again, and is done by itself', async () => {
  const ana = await open();
  const book = await newBook(ana.api, { title: 'Ringtail', pages: 1 });
  await ana.openBook(book.id);
  await ana.type('pages', '2');
  trouble.state = 'away';
  await ana.save();
  await eventually(() => ana.state()).toBe(tryingAgain);
  await ana.page.getByText('Kept on this device').waitFor();
  trouble.state = 'none';
  await eventually(() => ana.state()).toBe('Saved as version 2');

  trouble.state = 'away';
  const waiting = ana.page.getByText('Not deleted yet: the server is not ready; trying again');
  await ana.button('Delete').click();
  await ana.button('Delete version 2').click();
  await waiting.waitFor();
  await ana.button('Keep it').click();
  await ana.button('Delete').click();
  expect(await waiting.count()).toBe(0);
  await ana.button('Delete version 2').click();
  await waiting.waitFor();
  trouble.state = 'none';
  await eventually(() => pathOf(ana)).toBe('/w/catalogue/books');
  expect(await historyOf(ana.api, book)).toHaveLength(3);
});

describe('[H5] a save that arrives, and whose answer is lost', () => {
  async function openFeathertail() {
    const ana = await open();
    const book = await newBook(ana.api, { title: 'Feathertail', pages: 1 });
    const news = await slowNews(ana.page);
    await ana.openBook(book.id);
    await ana.type('pages', '2');
    news.hold();
    return { ana, book, news };
  }

  test('is asked for once more by itself: she is not asked about her own save, and nothing is saved twice', async () => {
    const { ana, book, news } = await openFeathertail();
    await loseAnswer(ana.page, at(book));
    await ana.press('Control+s');
    await eventually(() => ana.state()).toBe('Saved as version 2');
    await ana.type('notes', 'goes on');
    await ana.press('Control+s');
    await eventually(() => ana.state()).toBe('Saved as version 3');
    news.letGo();
    const { ben } = await peopleElsewhere(server, ['ben']);
    await saveOver(ben.api, book, { series: 'from elsewhere' });
    await ana.banner().waitFor();
    expect(await historyOf(ana.api, book)).toHaveLength(4);
    expect(await textOf(ana.banner())).not.toContain('versions');
  });

  /** Her save of page 2 is in the record; her page hears nothing of it. */
  async function saveWithoutAnswer() {
    const opened = await openFeathertail();
    const { ana, book } = opened;
    trouble.state = 'half-way';
    await ana.save();
    await eventually(() => ana.state()).toBe(tryingAgain);
    expect(await now(ana.api, book)).toMatchObject({ pages: 2, version: 2 });
    return opened;
  }

  test('is known by its echo: saved, and no news', async () => {
    const { ana, news } = await saveWithoutAnswer();
    news.letGo();
    await eventually(() => ana.state()).toBe('Saved as version 2');
    expect(await ana.banner().count()).toBe(0);
  });

  test('and is saved once more with what was typed since: both are in', async () => {
    const { ana, book } = await saveWithoutAnswer();
    await ana.type('publisher', 'typed since');
    await eventually(() => ana.state()).toBe(tryingAgain);
    trouble.state = 'none';
    await ana.press('Control+s');
    await eventually(() => ana.state()).toBe('Saved as version 3');
    expect(await now(ana.api, book)).toMatchObject({ pages: 2, publisher: 'typed since', version: 3 });
    expect(await ana.choice().count()).toBe(0);
  });

  test('and was a new book: saving once more goes on with it, and makes no second one', async () => {
    const ana = await open();
    const news = await slowNews(ana.page);
    await ana.open('/new');
    await ana.type('title', 'Honey possum');
    news.hold();
    trouble.state = 'half-way';
    await ana.save();
    await eventually(() => ana.state()).toBe(tryingAgain);
    await ana.type('pages', '7');
    trouble.state = 'none';
    await ana.press('Control+s');
    await eventually(() => ana.state()).toBe('Saved as version 2');
    const made = await wholeList(ana.api, { q: 'honey possum' });
    expect(made).toMatchObject([{ title: 'Honey possum', pages: 7, version: 2 }]);
    news.letGo();
    await eventually(() => pathOf(ana)).toBe(`/w/catalogue/books/${made[0]?.id}`);
    expect(await ana.banner().count()).toBe(0);
  });

  test('[C5] and arrived before the tab was closed is not made twice', async () => {
    const { ana, book } = await saveWithoutAnswer();
    await ana.type('notes', 'typed since');
    await ana.page.locator('[data-testid=save-state][data-kept=true]').waitFor();
    await ana.page.close();
    trouble.state = 'none';
    const again = await openTab(ana);
    await again.openBook(book.id);
    await eventually(() => again.state()).toBe('Unsaved changes in Notes');
    expect(await again.choice().count()).toBe(0);
    await again.save();
    await eventually(() => again.state()).toBe('Saved as version 3');
    expect(await now(ana.api, book)).toMatchObject({ pages: 2, notes: 'typed since' });
    expect(await historyOf(ana.api, book)).toHaveLength(3);
  });
});
