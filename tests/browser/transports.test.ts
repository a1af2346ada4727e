import { downSchema } from '@stet/protocol';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Person, personAt } from '../support/api.js';
import { allow, eventually, openPeople } from '../support/browser.js';
import { type Block, type Gateway, openGateway } from '../support/gateway.js';
import { httpTo } from '../support/http.js';
import { now, saveOver } from '../support/meanwhile.js';
import { type PagePerson, textOf } from '../support/page-person.js';
import { type InProcess, startInProcess } from '../support/server.js';
import { newBook } from '../support/story.js';

// Ben sits behind a gateway that does not let everything through; Ana does not.

let gateway: Gateway;
let server: InProcess;
let ana: Person;
beforeAll(async () => {
  gateway = await openGateway();
  server = await startInProcess({ STET_ORIGINS: gateway.url });
  gateway.lead(server.url);
  await server.user('ana', { catalogue: 'editor' });
  await server.user('ben', { catalogue: 'editor' });
  const http = httpTo(server.url);
  ana = personAt(http, { authorization: `Bearer ${await server.token('ana')}` });
});
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

const link = ({ page }: PagePerson) => page.getByTestId('connection').getAttribute('data-state');

async function benBehind(...blocks: Block[]): Promise<PagePerson> {
  gateway.block(...blocks);
  onTestFinished(() => gateway.block());
  const { ben } = await openPeople(gateway, ['ben']);
  // Some of it takes SockJS its five seconds per transport.
  ben.page.setDefaultTimeout(40_000);
  allow(ben, /^WebSocket connection to /, /^Failed to load resource: .* at \S+\/rt\//, /net::ERR_/);
  return ben;
}

/** The versions of a book that Ben's socket told of, in the order in which they came. */
function versionsTold(id: string): number[] {
  const frames = gateway.told.match(/"\{(?:[^"\\]|\\.)*\}"/g) ?? [];
  return frames.flatMap((frame) => {
    const down = downSchema.safeParse(JSON.parse(JSON.parse(frame) as string));
    return down.success && down.data.type === 'rt-change' && down.data.id === id ? [down.data.version] : [];
  });
}

describe('[C7] live by the best transport that passes', () => {
  test.each([
    ['websocket', []],
    ['xhr_streaming', ['websocket']],
    ['xhr', ['websocket-hang', 'streaming-buffered']],
  ] as const)('%s, where these are kept from passing: %j', async (way, blocks) => {
    const ben = await benBehind(...blocks);
    const book = await newBook(ana, { title: `Bilby by ${way}`, pages: 1, publisher: 'Perth' });
    await ben.openBook(book.id);
    expect(gateway.way).toBe(way);

    await saveOver(ana, book, { publisher: 'Hobart' });
    await eventually(() => ben.value('publisher')).toBe('Hobart');
    await ben.type('pages', '2');
    await ben.save();
    await eventually(() => ben.state()).toBe('Saved as version 3');

    await ben.field('notes').focus();
    await ben.page.keyboard.type('mine');
    await saveOver(ana, book, { pages: 4 });
    await eventually(() => textOf(ben.banner())).toContain('Ana saved version 4');

    gateway.block('everything');
    gateway.cut();
    await eventually(() => link(ben)).toBe('reconnecting');
    for (const pages of [5, 6, 7]) await saveOver(ana, book, { pages });
    gateway.block(...blocks);
    await eventually(() => ben.value('pages')).toBe('7');
    await eventually(() => link(ben)).toBe('live');
    expect(gateway.way).toBe(way);
    await saveOver(ana, book, { publisher: 'Darwin' });
    await eventually(() => ben.value('publisher')).toBe('Darwin');
    expect(versionsTold(book.id)).toEqual([2, 3, 4, 5, 6, 7, 8]);

    expect(await ben.value('notes')).toBe('mine');
    await ben.save();
    await eventually(() => ben.state()).toMatch(/^Saved as version 9, combined with Ana/);
    expect(await now(ana, book)).toMatchObject({ pages: 7, publisher: 'Darwin', notes: 'mine' });
  });
});

test('a half-open link is found when somebody looks at the page again', async () => {
  const ben = await benBehind();
  const book = await newBook(ana, { title: 'Potoroo', pages: 1 });
  await ben.openBook(book.id);
  gateway.abandon();
  await saveOver(ana, book, { pages: 2 });
  await ben.page.evaluate(() => dispatchEvent(new Event('focus')));
  await eventually(() => ben.value('pages')).toBe('2');
  await eventually(() => link(ben)).toBe('live');
});

test('[C7] where no socket can be had at all, it follows by reading the log, and says so', async () => {
  const ben = await benBehind('sockjs');
  const book = await newBook(ana, { title: 'Bandicoot', pages: 1, publisher: 'Perth' });
  await ben.page.goto(`/w/catalogue/books/${book.id}`);
  await eventually(() => link(ben)).toBe('polling');
  expect(await textOf(ben.page.getByTestId('connection'))).toContain('Not live');
  await ben.type('pages', '2');
  await ben.save();
  await eventually(() => ben.state()).toBe('Saved as version 2');
  await ben.field('notes').focus();
  await ben.page.keyboard.type('mine');
  await saveOver(ana, book, { publisher: 'Hobart' });
  await eventually(() => ben.value('publisher')).toBe('Hobart');
  expect(await textOf(ben.banner())).toContain('Ana saved version 3');

  gateway.block();
  await ben.page.evaluate(() => dispatchEvent(new Event('online')));
  await eventually(() => link(ben)).toBe('live');
  await ben.save();
  await eventually(() => ben.state()).toMatch(/^Saved as version 4, combined with Ana/);
  expect(await now(ana, book)).toMatchObject({ pages: 2, publisher: 'Hobart', notes: 'mine' });
});
