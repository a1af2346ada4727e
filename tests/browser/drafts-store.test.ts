import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { ana, type Device, draft, draftsContract, holdsContract } from '../contracts/drafts.js';
import { ask, type DraftsSite, deviceIn, openPage, serveDrafts, tabAt } from '../contracts/drafts-browser.js';
import { type KillableBrowser, startOn } from '../contracts/drafts-profile.js';
import { launchChromium } from '../support/chromium.js';

// The contract of drafts on IndexedDB, in pages with Web Locks and in pages without, and what only a real device does.

/** A name that is no loopback: pages from there count as without HTTPS, and have no Web Locks. */
const plain = 'plain.test';

let site: DraftsSite;
let browser: Browser;
beforeAll(async () => {
  [site, browser] = await Promise.all([serveDrafts(), launchChromium(`--host-resolver-rules=MAP ${plain} 127.0.0.1`)]);
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

const origin = () => `http://127.0.0.1:${site.port}`;

async function newContext(): Promise<BrowserContext> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  return context;
}

const open = async (): Promise<Device> => deviceIn(await newContext(), origin());
const openPlain = async (): Promise<Device> => deviceIn(await newContext(), `http://${plain}:${site.port}`);

draftsContract('drafts in IndexedDB', open);
holdsContract('holds by Web Locks', open);
draftsContract('drafts in IndexedDB, without Web Locks', openPlain);

const titles = async (page: Parameters<typeof ask>[0]) => (await ask(page, 'all')).map(({ title }) => title).sort();

test('[C5] without Web Locks two tabs may both have a draft, and what either types is kept', async () => {
  const context = await newContext();
  const plainOrigin = `http://${plain}:${site.port}`;
  const [page, other] = [await openPage(context, plainOrigin), await openPage(context, plainOrigin)];
  expect(await ask(page, 'hasLocks')).toBe(false);
  const [tab, second] = [tabAt(page), tabAt(other)];
  await tab.hold('d1');
  await tab.put(draft('d1', 'Dune'));
  expect(await second.hold('d1')).not.toBeNull();
  expect(await titles(other)).toEqual(['Dune']);
  await tab.put(draft('d1', 'Dune of the one'));
  await second.put(draft('d1', 'Dune of the other'));
  await tab.crash();
  await second.crash();
  expect(await titles(await openPage(context, plainOrigin))).toEqual(['Dune of the one', 'Dune of the other']);
});

test('[C6] a device without room says so, keeps what it had, and takes the next draft when there is room', async () => {
  const context = await newContext();
  const page = await openPage(context, origin());
  const devtools = await context.newCDPSession(page);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin: origin(), quotaSize: 500_000 });
  await ask(page, 'put', draft('d1', 'Dune'));
  // Of no pattern, since browsers compress what they keep.
  const description = randomBytes(1_000_000).toString('base64');
  const long = draft('d1', 'Dune, at length', { typed: { description: { value: description } } });
  await expect(ask(page, 'put', long)).rejects.toThrow('There is no room left on this device.');
  expect(await titles(page)).toEqual(['Dune']);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin: origin() });
  await ask(page, 'put', long);
  expect(await ask(page, 'all')).toEqual([long]);
});

test('[C6] a storage that does not answer is not waited for, and the next draft is kept', async () => {
  const context = await newContext();
  const page = await openPage(context, origin(), ana, { within: 500 });
  const other = await openPage(context, origin());
  await ask(page, 'put', draft('d1', 'Dun'));
  await ask(other, 'occupy');
  await expect(ask(page, 'put', draft('d1', 'Dune'))).rejects.toThrow('does not answer');
  await expect(ask(page, 'all')).rejects.toThrow('does not answer');
  await ask(other, 'letGo');
  // What was given up may have been written all the same: it is this tab's own, and no second draft.
  const last = () => ask(page, 'put', draft('d1', 'Dune 2')).then(() => titles(page));
  await expect.poll(() => last().catch(String), { timeout: 20_000 }).toEqual(['Dune 2']);
});

test('[C5] a newer page is not kept from changing the form of what is kept, and this one then says to reload', async () => {
  const context = await newContext();
  const [page, newer] = [await openPage(context, origin()), await openPage(context, origin())];
  await ask(page, 'put', draft('d1', 'Dune'));
  await ask(newer, 'openNewer');
  await expect(ask(page, 'put', draft('d1', 'Dune 2'))).rejects.toThrow('Reload this page');
  await expect(ask(page, 'all')).rejects.toThrow('Reload this page');
  expect((await ask(newer, 'found', 'ana')) as object[]).toMatchObject([{ draft: { title: 'Dune' } }]);
});

test.each([
  [
    'another page deletes the database',
    async (context: BrowserContext) => ask(await openPage(context, origin()), 'wipe'),
  ],
  [
    'the browser clears the site’s data',
    async (context: BrowserContext) => {
      const devtools = await context.newCDPSession(await openPage(context, origin()));
      await devtools.send('Storage.clearDataForOrigin', { origin: origin(), storageTypes: 'indexeddb' });
    },
  ],
])('[C5] after %s what is typed on is kept again', async (_how, clear) => {
  const context = await newContext();
  const page = await openPage(context, origin());
  await ask(page, 'put', draft('d1', 'Dune'));
  await clear(context);
  await ask(page, 'put', draft('d1', 'Dune 2'));
  expect(await titles(await openPage(context, origin()))).toEqual(['Dune 2']);
});

test('[C6] a browser that lets the page keep nothing is said to be so', async () => {
  const page = await openPage(await newContext(), origin(), ana, { path: '/sandboxed' });
  const refused = 'does not let the page keep anything';
  await expect(ask(page, 'put', draft('d1', 'Dune'))).rejects.toThrow(refused);
  await expect(ask(page, 'all')).rejects.toThrow(refused);
  await expect(ask(page, 'hold', 'd1')).rejects.toThrow(refused);
  await expect(ask(page, 'holders')).rejects.toThrow(refused);
});

async function newProfile(): Promise<string> {
  const profile = await mkdtemp(join(tmpdir(), 'stet-profile-'));
  onTestFinished(() => rm(profile, { recursive: true, force: true }));
  return profile;
}

async function start(profile: string): Promise<KillableBrowser> {
  const started = await startOn(profile);
  onTestFinished(() => started.kill());
  return started;
}

test('[C5] what counts as kept survives the whole browser being killed', async () => {
  const profile = await newProfile();
  const first = await start(profile);
  const page = await openPage(first.context, origin());
  expect(await ask(page, 'hold', 'd1')).not.toBeNull();
  for (const title of ['D', 'Du', 'Dun', 'Dune']) await ask(page, 'put', draft('d1', title));
  await first.kill();

  const second = await start(profile);
  const again = await openPage(second.context, origin());
  expect(await ask(again, 'holders')).toEqual([]);
  expect(await ask(again, 'all')).toEqual([draft('d1', 'Dune')]);
});
test('[C5] a draft that the disk has lost hides no other', async () => {
  const profile = await newProfile();
  const first = await start(profile);
  const page = await openPage(first.context, origin());
  await ask(page, 'put', draft('d1', 'Dune'));
  const description = randomBytes(500_000).toString('base64');
  await ask(page, 'put', draft('d2', 'Emma, at length', { typed: { description: { value: description } } }));
  await first.kill();

  // Chromium keeps a large value in a file beside the database.
  const folder = join(profile, 'Default', 'IndexedDB', `http_127.0.0.1_${site.port}.indexeddb.blob`);
  expect(await readdir(folder)).not.toEqual([]);
  await rm(folder, { recursive: true });

  const second = await start(profile);
  const again = await openPage(second.context, origin());
  expect(await titles(again)).toEqual(['Dune']);
  await ask(again, 'put', draft('d3', 'Ulysses'));
  expect(await titles(again)).toEqual(['Dune', 'Ulysses']);
});
