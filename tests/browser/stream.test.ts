import type { Change } from '@stet/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { allow, eventually, openPeople, peopleElsewhere } from '../support/browser.js';
import { saveOver } from '../support/meanwhile.js';
import type { PagePerson } from '../support/page-person.js';
import { type Server, startServer } from '../support/server.js';
import { books, newBook } from '../support/story.js';

// A page with nothing of ours in it, and the browser's own EventSource.

declare global {
  interface Window {
    source?: EventSource;
    heard?: Array<{ type: string; id: string; data: string }>;
    opened?: number;
  }
}

/** Listens from this cursor on, with no more than a page's author would write. */
const listen = ({ page }: PagePerson, since: string) =>
  page.evaluate((cursor) => {
    const source = new EventSource(`/api/workspaces/catalogue/changes?since=${cursor}`);
    const heard: NonNullable<Window['heard']> = [];
    const keep = (event: MessageEvent<string>) => {
      heard.push({ type: event.type, id: event.lastEventId, data: event.data });
    };
    Object.assign(window, { source, heard, opened: 0 });
    source.onmessage = keep;
    source.addEventListener('reset', keep);
    source.onopen = () => {
      window.opened = (window.opened ?? 0) + 1;
    };
  }, since);

const heard = async ({ page }: PagePerson) => {
  const events = await page.evaluate(() => window.heard ?? []);
  return events.map(({ type, id, data }) => ({ type, lastEventId: id, ...(JSON.parse(data) as Partial<Change>) }));
};
const opened = ({ page }: PagePerson) => page.evaluate(() => window.opened);
const closed = ({ page }: PagePerson) => page.evaluate(() => window.source?.readyState === EventSource.CLOSED);
const cursorOf = async ({ api }: PagePerson) => (await api.get<{ cursor: string }>(books)).body.cursor;

/** The stream was lost; and the page is one of those without an icon. */
const expected = [/net::ERR_/, /favicon\.ico$/];

async function startAgain({ data, port }: Server): Promise<void> {
  const server = await startServer({ data, port });
  onTestFinished(() => server.stop());
}

test('[H2] [S4] a browser’s own EventSource hears what is saved, comes back by itself, and is closed by signing out', async () => {
  const server = await startServer({ demo: true });
  onTestFinished(() => server.stop());
  const { ben } = await openPeople(server, ['ben']);
  const { ana } = await peopleElsewhere(server, ['ana']);
  allow(ben, ...expected, /^Failed to load resource: .* 401 .* at \S+\/changes/);
  await ben.page.goto('/api/docs');
  const since = await cursorOf(ben);
  await listen(ben, since);
  const book = await newBook(ana.api, { title: 'Numbat', pages: 1 });
  await eventually(async () => (await heard(ben)).map(({ version }) => version)).toEqual([1]);
  expect((await heard(ben))[0]).toMatchObject({
    type: 'message',
    lastEventId: await cursorOf(ben),
    by: { id: 'ana' },
    obj: book,
  });

  // Killed, with no goodbye; and what is saved before the browser is back is not missed.
  process.kill(server.pid, 'SIGKILL');
  await server.ended;
  await startAgain(server);
  await saveOver(ana.api, book, { pages: 2 });
  await eventually(() => opened(ben)).toBe(2);
  await saveOver(ana.api, book, { pages: 3 });
  await eventually(async () => (await heard(ben)).map(({ version }) => version)).toEqual([1, 2, 3]);

  expect((await ben.page.request.post('/api/auth/sign-out', { headers: { origin: server.url }, data: {} })).ok()).toBe(
    true,
  );
  await eventually(() => closed(ben)).toBe(true);
  await saveOver(ana.api, book, { pages: 4 });
  expect(await heard(ben)).toHaveLength(3);
});

test('[L3] it hears a reset, and then goes on with what is live', async () => {
  const server = await startServer({ demo: true });
  onTestFinished(() => server.stop());
  const { ben } = await openPeople(server, ['ben']);
  const { ana } = await peopleElsewhere(server, ['ana']);
  allow(ben, ...expected);
  await ben.page.goto('/api/docs');
  await listen(ben, 'other.7');
  // It comes back by itself, from where the reset told it to.
  await eventually(() => opened(ben)).toBe(2);
  const book = await newBook(ana.api, { title: 'Quokka' });
  await eventually(async () => (await heard(ben)).length).toBe(2);
  expect(await heard(ben)).toMatchObject([
    { type: 'reset', reason: 'epoch', workspace: 'catalogue' },
    { type: 'message', lastEventId: await cursorOf(ben), obj: book },
  ]);
});
