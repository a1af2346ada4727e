import type { StetRecord } from '@stet/protocol';
import { describe, expect, onTestFinished, test } from 'vitest';
import { allow, eventually, openPeople, openTab } from '../support/browser.js';
import { historyOf, now, saveOver, wholeList } from '../support/meanwhile.js';
import { loseAnswer, slowNews } from '../support/network.js';
import { type PagePerson, textOf } from '../support/page-person.js';
import { type Server, startServer } from '../support/server.js';
import { at, books, newBook } from '../support/story.js';

// The server dies while somebody types, and comes back: what is shown is true all the time, and nothing typed is lost.

async function demo(): Promise<Server> {
  const server = await startServer({ demo: true });
  onTestFinished(() => server.stop());
  return server;
}

/** The same data behind the same address. */
async function startAgain({ data, port }: Server): Promise<void> {
  const server = await startServer({ data, port });
  onTestFinished(() => server.stop());
}

const link = ({ page }: PagePerson) => page.getByTestId('connection').getAttribute('data-state');
const unreachable = [/net::ERR_/, /^WebSocket connection to /];

test('[C6] the server is killed and comes back: the page says so, keeps the text, and goes on by itself', async () => {
  const server = await demo();
  const { ana, ben } = await openPeople(server, ['ana', 'ben']);
  allow(ben, ...unreachable);
  const book = await newBook(ana.api, { title: 'Pygmy possum', pages: 40, summary: '' });
  await ben.openBook(book.id);
  await ben.field('summary').focus();
  await ben.page.keyboard.type('Before the end, ');
  process.kill(server.pid, 'SIGKILL');
  await server.ended;
  await ben.page.keyboard.type('and after it.');
  await eventually(() => link(ben)).toBe('reconnecting');
  await ben.save();
  expect(await ben.stateKind()).toBe('failed');
  expect(await ben.state()).toMatch(/^Not saved: the server cannot be reached/i);
  expect(await ben.value('summary')).toBe('Before the end, and after it.');
  await ben.screenshot('unreachable');

  await startAgain(server);
  await saveOver(ana.api, book, { pages: 41, series: 'Possums' });
  await eventually(() => link(ben)).toBe('live');
  await eventually(() => ben.value('pages')).toBe('41');
  expect(await ben.value('series')).toBe('Possums');
  await ben.banner().getByText('Ana Alves saved version 2').waitFor();
  expect(await ben.value('summary')).toBe('Before the end, and after it.');
  await ben.save();
  await eventually(() => ben.state()).toMatch(/^Saved as version 3, combined with Ana Alves/);
  expect(await now(ana.api, book)).toMatchObject({
    pages: 41,
    series: 'Possums',
    summary: 'Before the end, and after it.',
    version: 3,
  });
});

describe('[H5] a save that arrives, and whose answer is lost', () => {
  /** Ana's save of page 2 is in the record; her page hears nothing of it until the news is let go. */
  async function saveWithoutAnswer() {
    const server = await demo();
    const { ana } = await openPeople(server, ['ana']);
    allow(ana, /Failed to load resource: net::ERR_CONNECTION_RESET/);
    const book = await newBook(ana.api, { title: 'Feathertail', pages: 1 });
    const news = await slowNews(ana.page);
    await ana.openBook(book.id);
    await loseAnswer(ana.page, at(book));
    await ana.type('pages', '2');
    news.hold();
    await ana.save();
    expect(await ana.state()).toMatch(/^Not saved: the server cannot be reached/i);
    expect(await now(ana.api, book)).toMatchObject({ pages: 2, version: 2 });
    return { ana, book, news };
  }

  test('is known by its echo: saved, and no news', async () => {
    const { ana, book, news } = await saveWithoutAnswer();
    news.letGo();
    await eventually(() => ana.state()).toBe('Saved as version 2');
    expect(await ana.banner().count()).toBe(0);
    await ana.type('pages', '3');
    await ana.save();
    expect(await ana.state()).toBe('Saved as version 3');
    expect(await now(ana.api, book)).toMatchObject({ pages: 3, version: 3 });
  });

  test('and is saved once more: she is not asked about her own save, and nothing is saved twice', async () => {
    const { ana, book, news } = await saveWithoutAnswer();
    await ana.save();
    await eventually(() => ana.state()).toBe('Saved as version 2');
    await ana.type('notes', 'goes on');
    await ana.save();
    await eventually(() => ana.state()).toBe('Saved as version 3');
    news.letGo();
    await saveOver(ana.api, book, { series: 'from elsewhere' });
    await ana.banner().waitFor();
    expect(await historyOf(ana.api, book)).toHaveLength(4);
    expect(await textOf(ana.banner())).not.toContain('versions');
  });

  test('and is saved once more with what was typed since: both are in', async () => {
    const { ana, book } = await saveWithoutAnswer();
    await ana.type('publisher', 'typed since');
    await ana.save();
    await eventually(() => ana.state()).toBe('Saved as version 3');
    expect(await now(ana.api, book)).toMatchObject({ pages: 2, publisher: 'typed since', version: 3 });
    expect(await ana.choice().count()).toBe(0);
  });

  test('and was a new book: saving once more goes on with it, and makes no second one', async () => {
    const server = await demo();
    const { ana } = await openPeople(server, ['ana']);
    allow(ana, /Failed to load resource: (net::ERR_CONNECTION_RESET|.* 409 .*)/);
    const news = await slowNews(ana.page);
    await ana.open('/new');
    await loseAnswer(ana.page, books);
    await ana.type('title', 'Honey possum');
    news.hold();
    await ana.save();
    expect(await ana.state()).toMatch(/^Not saved: the server cannot be reached/i);
    await ana.type('pages', '7');
    await ana.save();
    await eventually(() => ana.state()).toBe('Saved as version 2');
    const made = await wholeList(ana.api, { q: 'honey possum' });
    expect(made).toMatchObject([{ title: 'Honey possum', pages: 7, version: 2 }]);
    news.letGo();
    await eventually(() => new URL(ana.page.url()).pathname).toBe(`/w/catalogue/books/${made[0]?.id}`);
    expect(await ana.banner().count()).toBe(0);
  });
});

test('without a network it is offline, and says what came in as soon as there is one', async () => {
  const server = await demo();
  const { ana, ben } = await openPeople(server, ['ana', 'ben']);
  allow(ben, ...unreachable);
  const book = await newBook(ana.api, { title: 'Greater glider', pages: 40 });
  await ben.openBook(book.id);
  await ben.type('publisher', 'Ben & Sons');
  await ben.page.context().setOffline(true);
  process.kill(server.pid, 'SIGKILL');
  await server.ended;
  await eventually(() => link(ben)).toBe('offline');
  await startAgain(server);
  await saveOver(ana.api, book, { pages: 41 });
  expect(await ben.value('pages')).toBe('40');
  await ben.page.context().setOffline(false);
  await eventually(() => ben.value('pages')).toBe('41');
  expect(await link(ben)).toBe('live');
  expect(await ben.value('publisher')).toBe('Ben & Sons');
});

describe('[C5] what was typed without a network is kept on the device', () => {
  /** Ben types without a network, and closes the tab; he comes back in a new one when there is a network again. */
  async function typeOffline(fields: Record<string, string>, meanwhile: Partial<StetRecord>) {
    const server = await demo();
    const { ana, ben } = await openPeople(server, ['ana', 'ben']);
    allow(ben, ...unreachable);
    const book = await newBook(ana.api, { title: 'Squirrel glider', pages: 40, subjects: ['Possums', 'Gliders'] });
    await ben.openBook(book.id);
    const context = ben.page.context();
    await context.setOffline(true);
    for (const [name, text] of Object.entries(fields)) await ben.type(name, text);
    await ben.page.locator('[data-testid=save-state][data-kept=true]').waitFor();
    await ben.page.close();
    await saveOver(ana.api, book, meanwhile);
    await context.setOffline(false);
    const again = await openTab(ben);
    await again.openBook(book.id);
    await again.banner().or(again.choice()).waitFor();
    return { ana, ben: again, book };
  }

  test('and combines with what another saved meanwhile', async () => {
    const typed = { notes: 'written on a train', subjects: 'Possums\nGliders\nTrains' };
    const { ana, ben, book } = await typeOffline(typed, { pages: 41, subjects: ['Possums', 'Night'] });
    expect(await ben.value('notes')).toBe('written on a train');
    expect(await textOf(ben.banner())).toContain('Ana Alves saved version 2');
    await ben.save();
    await eventually(() => ben.state()).toMatch(/^Saved as version 3, combined with Ana Alves/);
    expect(await now(ana.api, book)).toMatchObject({ notes: 'written on a train', pages: 41 });
    expect((await now(ana.api, book)).subjects).toEqual(expect.arrayContaining(['Night', 'Possums', 'Trains']));
    expect((await now(ana.api, book)).subjects).not.toContain('Gliders');
  });

  test('and is asked about at once where it does not combine; he decides, and nothing is lost', async () => {
    const { ana, ben, book } = await typeOffline({ pages: '42', notes: 'counted twice' }, { pages: 41 });
    await ben.choice().waitFor();
    expect(await ben.value('notes')).toBe('counted twice');
    expect((await now(ana.api, book)).version).toBe(2);
    await ben.button('Take theirs').click();
    await eventually(() => ben.state()).toMatch(/^Saved as version 3/);
    expect(await now(ana.api, book)).toMatchObject({ pages: 41, notes: 'counted twice' });
  });

  test('and a save that had arrived before the tab was closed is not made twice', async () => {
    const server = await demo();
    const { ana } = await openPeople(server, ['ana']);
    allow(ana, /Failed to load resource: net::ERR_CONNECTION_RESET/);
    const book = await newBook(ana.api, { title: 'Sugar glider', pages: 1 });
    const news = await slowNews(ana.page);
    await ana.openBook(book.id);
    await loseAnswer(ana.page, at(book));
    await ana.type('pages', '2');
    news.hold();
    await ana.save();
    await ana.type('notes', 'typed since');
    await ana.page.locator('[data-testid=save-state][data-kept=true]').waitFor();
    await ana.page.close();
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
