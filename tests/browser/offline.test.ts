import type { StetRecord } from '@stet/protocol';
import { describe, expect, onTestFinished, test } from 'vitest';
import { allow, eventually, openPeople, openTab } from '../support/browser.js';
import { now, saveOver } from '../support/meanwhile.js';
import { setOffline } from '../support/network.js';
import { type PagePerson, textOf } from '../support/page-person.js';
import { type Server, startServer } from '../support/server.js';
import { newBook } from '../support/story.js';

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
  expect(await ben.state()).toBe('Not saved yet: the server cannot be reached; trying again');
  await ben.page.getByText('Kept on this device').waitFor();
  expect(await ben.value('summary')).toBe('Before the end, and after it.');
  await ben.screenshot('unreachable');

  await startAgain(server);
  // Pressed once.
  await eventually(() => ben.state()).toBe('Saved as version 2');
  await eventually(() => link(ben)).toBe('live');
  await ben.type('notes', 'and then');
  await saveOver(ana.api, book, { pages: 41, series: 'Possums' });
  await eventually(() => ben.value('pages')).toBe('41');
  await ben.banner().getByText('Ana Alves saved version 3').waitFor();
  await ben.save();
  await eventually(() => ben.state()).toMatch(/^Saved as version 4, combined with Ana Alves/);
  expect(await now(ana.api, book)).toMatchObject({
    ...{ pages: 41, series: 'Possums', notes: 'and then', version: 4 },
    summary: 'Before the end, and after it.',
  });
});

test('without a network it is offline, and says what came in as soon as there is one', async () => {
  const server = await demo();
  const { ana, ben } = await openPeople(server, ['ana', 'ben']);
  allow(ben, ...unreachable);
  const book = await newBook(ana.api, { title: 'Greater glider', pages: 40 });
  await ben.openBook(book.id);
  await ben.type('publisher', 'Ben & Sons');
  await setOffline(ben.page, true);
  process.kill(server.pid, 'SIGKILL');
  await server.ended;
  await eventually(() => link(ben)).toBe('offline');
  await startAgain(server);
  await saveOver(ana.api, book, { pages: 41 });
  expect(await ben.value('pages')).toBe('40');
  await setOffline(ben.page, false);
  await eventually(() => ben.value('pages')).toBe('41');
  await eventually(() => link(ben)).toBe('live');
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
    await setOffline(ben.page, true);
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
});
