import { rmSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { live } from '../stories/live.js';
import { meetings } from '../stories/meetings.js';
import { presence } from '../stories/presence.js';
import { type Place, tell } from '../stories/tell.js';
import { allow, eventually, openPeople } from '../support/browser.js';
import { historyOf, now } from '../support/meanwhile.js';
import { type Nodes, startNodes } from '../support/nodes.js';
import type { PagePerson } from '../support/page-person.js';
import { startInProcess } from '../support/server.js';
import { stet, temporaryFolder } from '../support/stet.js';
import { newBook } from '../support/story.js';
import { inHead } from '../support/there.js';

// Ana at her page on one node, Ben at his on another: all that two people on one node have, and what they have while
// parts of it are gone.

let all: Nodes;
let place: Place;
beforeAll(async () => {
  all = await startNodes({ count: 2, demo: true });
  const data = temporaryFolder();
  place = {
    ...at(all.nodes.map(({ url }) => url)),
    data,
    cli: (args, input) => stet(args, { ...all.env, STET_DATA: data }, input),
  };
}, 240_000);
afterAll(async () => {
  if (place) rmSync(place.data, { recursive: true, force: true });
  await all?.stop();
});

/** Whoever is not Ana sits at the second one, and so does Ana in her second tab, but not Ben in his. */
const at = ([first = '', second = '']: readonly string[]) => ({
  url: first,
  urlOf: (name: string) => (name === 'ana' || name === 'ben, second tab' ? first : second),
});

describe('as on one node:', () => {
  tell(live, () => place, [
    '[C2] what one saves, the other sees in the list and in the open form, without a reload, marked with her name',
    'a new book takes its place in the list, and a deleted one leaves it',
    '[S4] signing out closes the page, and every other tab of that session',
    '[H1] who becomes a reader while editing sees it at once, and keeps what was typed',
  ]);
  tell(presence, () => place);
  tell(meetings, () => place, [
    'edit and edit of the same field: the later one is warned, asked, and the earlier one is told',
    'edit and edit of other fields: both are saved without a question, and the later one gets a receipt',
    'edit and delete: who edits keeps the text, and restores the book with it',
    'two tabs of one person: each says that the other one is theirs, and neither overwrites the other',
  ]);
});

/** Notes when a field shows a value, in the page: nothing between it and the test delays that. */
const whenShown = (page: Page, name: string, value: string): Promise<number> =>
  page.evaluate(
    ([name, value]) =>
      new Promise<number>((resolve) => {
        const look = () => {
          const field = document.querySelector<HTMLInputElement>(`.stet-fields [name="${name}"]`);
          if (field?.value === value) resolve(Date.now());
          else setTimeout(look, 2);
        };
        look();
      }),
    [name, value] as const,
  );

test('[H3] what is saved, and who is there, comes by the bus alone, and at once', async () => {
  const { DATABASE_URL = '', REDIS_URL = '', STET_SECRET = '' } = all.env;
  // Nobody looks by themselves: what the bus does not tell would never come.
  const start = () => startInProcess({ DATABASE_URL, REDIS_URL, STET_SECRET }, { floors: { log: null, access: null } });
  const nodes = await Promise.all([start(), start()]);
  onTestFinished(async () => void (await Promise.all(nodes.map((node) => node.stop()))));
  const { ana, ben } = await openPeople(at(nodes.map(({ url }) => url)), ['ana', 'ben']);
  const book = await newBook(ana.api, { title: 'Quokka', pages: 1 });
  await Promise.all([ana, ben].map((person) => person.openBook(book.id)));
  await eventually(() => inHead(ana)).toBe('Ben Berger is looking at this');
  const took: number[] = [];
  for (const pages of ['2', '3', '4', '5', '6']) {
    await ana.type('pages', pages);
    const shown = whenShown(ben.page, 'pages', pages);
    const began = Date.now();
    await ana.press('Control+s');
    took.push((await shown) - began);
    await eventually(() => ana.stateKind()).toBe('saved');
  }
  await ana.type('title', 'Quokka!');
  await eventually(() => inHead(ben)).toBe('Ana Alves is editing · unsaved changes in Title');
  process.stdout.write(`from Ctrl+S on one node to the form on another: ${took.join(', ')} ms\n`);
});

const isLive = ({ page }: PagePerson) => page.locator('[data-testid=connection][data-state=live]').count();

test('[H3] while Redis is gone they see each other’s saves, a little later; who is there comes back with it', async () => {
  const { redis } = all;
  if (!redis) throw new Error('There is no Redis.');
  const { ana, ben } = await openPeople(place, ['ana', 'ben']);
  const book = await newBook(ana.api, { title: 'Quoll', pages: 1 });
  await Promise.all([ana, ben].map((person) => person.openBook(book.id)));
  await ben.type('notes', 'from the other node');
  await eventually(() => inHead(ana)).toBe('Ben Berger is editing · unsaved changes in Notes');
  await redis.kill();
  await ana.type('pages', '2');
  await ana.save();
  await eventually(() => ana.state()).toBe('Saved as version 2');
  await ben.banner().getByText('Ana Alves saved version 2').waitFor();
  expect(await ben.value('pages')).toBe('2');
  await ben.save();
  await eventually(() => ben.state()).toMatch(/^Saved as version 3/);
  await eventually(() => ana.value('notes')).toBe('from the other node');
  // Of somebody at another node nothing is known any more.
  await eventually(() => inHead(ana)).toBe('');
  expect([await isLive(ana), await isLive(ben)]).toEqual([1, 1]);
  await redis.start();
  await eventually(() => inHead(ana)).toBe('Ben Berger is editing');
});

test('[C6] [H5] with every node killed while she saves, her page says so, and all of it comes back by itself', async () => {
  const { ana } = await openPeople({ url: all.url }, ['ana']);
  allow(ana, /^Failed to load resource: /, /^WebSocket connection to /);
  const book = await newBook(ana.api, { title: 'Bettong', pages: 1 });
  await ana.openBook(book.id);
  await ana.type('pages', '2');
  await Promise.all(all.nodes.map((node) => node.kill('SIGKILL')));
  await ana.save();
  expect(await ana.state()).toBe('Not saved yet: the server cannot be reached; trying again');
  // Whichever is there first.
  await Promise.all(all.nodes.map((node) => node.start()));
  await eventually(() => ana.state()).toBe('Saved as version 2');
  await eventually(() => isLive(ana)).toBe(1);
  expect(await ana.banner().count()).toBe(0);
  expect(await historyOf(ana.api, book)).toHaveLength(2);
  expect(await now(ana.api, book)).toMatchObject({ pages: 2, version: 2 });
});
