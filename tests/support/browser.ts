// People at a real Chromium: one browser, a context of its own for each of them, and no error unheard.
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { type Person, personAt } from './api.js';
import { launchChromium } from './chromium.js';
import { httpTo } from './http.js';
import { type PagePerson, personAtPage, pictureOf } from './page-person.js';
import { cookieOf, password, type Server } from './server.js';

/** Where the server is, be it a process of its own or part of this one. */
export interface At extends Pick<Server, 'url'> {
  /** Of several, at which one this person is. */
  urlOf?(name: string): string;
}

/** For all files of one worker; it ends with that. */
let launched: Promise<Browser> | null = null;

function browser(): Promise<Browser> {
  launched ??= launchChromium();
  return launched;
}

/** Waits until what is looked at is as expected: `await eventually(() => ben.value('title')).toBe('Dune')`. */
export const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 20_000, interval: 20 });

/**
 * Each in a browser of their own, signed in and at an empty page; all is closed with the test, which fails where a page
 * threw or complained of anything that was not expected.
 */
export async function openPeople<Name extends string>(
  server: At,
  names: readonly Name[],
  options: BrowserContextOptions = {},
): Promise<Record<Name, PagePerson>> {
  const open = (name: Name) => openPerson(serverOf(server, name), name, options);
  const opened = await Promise.all(names.map(async (name) => [name, await open(name)] as const));
  return Object.fromEntries(opened) as Record<Name, PagePerson>;
}

const serverOf = (server: At, name: string): At => ({ url: server.urlOf?.(name) ?? server.url });

async function openPerson(server: At, name: string, options: BrowserContextOptions): Promise<PagePerson> {
  const context = await openContext(server, options);
  const api = await signIn(context, server, name);
  return personAtPage({ name, page: await openPage(context, name), api });
}

/** Those at whose page nobody looks: what they do comes by the interface for programs, and opens no window. */
export async function peopleElsewhere<Name extends string>(
  server: At,
  names: readonly Name[],
): Promise<Record<Name, { api: Person }>> {
  const signedIn = names.map(async (name) => {
    const at = serverOf(server, name);
    return [name, { api: apiOf(at, await cookieOf(at.url, name)) }] as const;
  });
  return Object.fromEntries(await Promise.all(signedIn)) as Record<Name, { api: Person }>;
}

/** Somebody at the door. */
export async function openStranger(server: At, options: BrowserContextOptions = {}): Promise<PagePerson> {
  const context = await openContext(server, options);
  return personAtPage({ name: 'a stranger', page: await openPage(context, 'a stranger'), api: apiOf(server, '') });
}

/** One more tab of the same browser; where the servers are given, at the one of this name. */
export async function openTab(person: PagePerson, server?: At): Promise<PagePerson> {
  const name = `${person.name}, second tab`;
  const base = server ? serverOf(server, name).url : '';
  return personAtPage({ name, page: await openPage(person.page.context(), name), api: person.api, base });
}

/** The renderer's process ends: no event of the page tells of it. */
export async function crash({ page }: PagePerson): Promise<void> {
  const crashed = page.waitForEvent('crash');
  const session = await page.context().newCDPSession(page);
  session.send('Page.crash').catch(() => {});
  await crashed;
  await page.close();
}

async function openContext(server: At, options: BrowserContextOptions): Promise<BrowserContext> {
  const context = await (await browser()).newContext({
    baseURL: server.url,
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    ...options,
  });
  await context.addInitScript(rememberAloud);
  onTestFinished(() => context.close());
  return context;
}

/** In the page: what is said aloud is replaced by the next thing soon, and somebody who listens has heard both. */
function rememberAloud(): void {
  const said: string[] = [];
  Object.assign(window, { said });
  document.addEventListener('DOMContentLoaded', () => {
    const region = document.getElementById('announcer');
    if (!region) return;
    const note = () => region.textContent && said.push(region.textContent);
    new MutationObserver(note).observe(region, { childList: true, characterData: true, subtree: true });
  });
}

/** All that a screen reader was told in passing since the page was loaded. */
export const aloud = ({ page }: PagePerson): Promise<string> =>
  page.evaluate(() => (window as unknown as { said: string[] }).said.join('. '));

async function signIn(context: BrowserContext, server: At, username: string): Promise<Person> {
  const answer = await context.request.post('/api/auth/sign-in/username', {
    headers: { origin: server.url },
    data: { username, password },
  });
  if (!answer.ok()) throw new Error(`${username} could not sign in: ${answer.status()} ${await answer.text()}`);
  const cookies = await context.cookies();
  return apiOf(server, cookies.map(({ name, value }) => `${name}=${value}`).join('; '));
}

function apiOf(server: At, cookie: string): Person {
  const http = httpTo(server.url);
  onTestFinished(() => http.close());
  return personAt(http, { cookie });
}

/** What Chromium itself says of answers that are no fault of the page: nobody is signed in yet, a save was refused. */
const expected = [
  /^Failed to load resource: .* 401 .* at \S+\/api\/me$/,
  /^Failed to load resource: .* (409|410|412) .* at \S+\/api\/workspaces\//,
  // A page that is left while it still connects.
  /^WebSocket connection to .* failed: WebSocket is closed before the connection is established/,
];

const allowed = new WeakMap<Page, RegExp[]>();

/** In this test the page may complain so. */
export function allow({ page }: PagePerson, ...complaints: RegExp[]): void {
  allowed.get(page)?.push(...complaints);
}

async function openPage(context: BrowserContext, name: string): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  allowed.set(page, [...expected]);
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} at ${message.location().url}`);
  });
  page.on('dialog', (dialog) => {
    if (dialog.type() !== 'beforeunload') complaints.push(`A dialog opened: ${dialog.type()} "${dialog.message()}"`);
    void dialog.accept();
  });
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') await page.screenshot({ path: pictureOf(`failed ${task.name} ${name}`) });
    const unexpected = complaints.filter((each) => !allowed.get(page)?.some((pattern) => pattern.test(each)));
    expect(unexpected, `what the page of ${name} complained of`).toEqual([]);
  });
  return page;
}
