import { rmSync } from 'node:fs';
import type { Role } from '@stet/protocol';
import { openEngine, readConfig } from '@stet/server';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Person, personAt } from '../support/api.js';
import type { Stay } from '../support/delivery-account.js';
import { flawsOf } from '../support/delivery-check.js';
import { wholeLog } from '../support/editors.js';
import { type Http, httpTo } from '../support/http.js';
import { randomOf, seed } from '../support/random.js';
import { type Ear, now, openEar, openPage, type Page } from '../support/recorded.js';
import { password, type Server, startServer } from '../support/server.js';
import { temporaryFolder } from '../support/stet.js';
import { until } from '../support/until.js';
import { type Shelf, writeAsProgram } from '../support/writers.js';

// The real program goes away under 200 clients, and comes back where it was: stopped, it says goodbye to them; killed,
// it does not.

const clients = 200;
const workspace = 'catalogue';
const books = `/api/workspaces/${workspace}/books`;
const roles: Record<string, Role> = {
  ...{ ana: 'editor', ben: 'editor', chloe: 'editor', mara: 'manager' },
  ...{ vic: 'viewer', val: 'viewer', vera: 'viewer', viola: 'viewer' },
};
const users = Object.keys(roles);
const data = temporaryFolder();
const tokens = new Map<string, string>();
const stays: Stay[] = [];
let pages: Page[] = [];
let ears: Ear[] = [];
let server: Server;
let http: Http;
let shelf: Shelf;

const as = (user: string): Person => personAt(http, { authorization: `Bearer ${tokens.get(user)}` });
const all = () => [...pages.map(({ name, asked, stet }) => ({ name, asked, connection: stet.connection })), ...ears];

beforeAll(async () => {
  const read = readConfig({ STET_DATA: data });
  if (read.kind === 'wrong') throw new Error(read.errors.join('; '));
  const { auth, store, close } = await openEngine(read.config, pino({ level: 'silent' }), []);
  await store.workspaces.create({ id: workspace, name: 'The catalogue' });
  for (const user of users) {
    await auth.addUser({ username: user, password });
    const role = roles[user] ?? 'viewer';
    await store.workspaces.setMember({ workspace, user, role });
    stays.push({ user, workspace, role, from: now(), until: null });
    const created = await auth.createToken({ username: user, label: 'client', days: 1 });
    if (created.kind === 'created') tokens.set(user, created.token);
  }
  await close();
  server = await startServer({ data });
  http = httpTo(server.url);
  const etags = new Map<string, string>();
  for (let count = 0; count < 20; count += 1) {
    const { body } = await as('ana').post<{ id: string; etag: string }>(books, { title: `Book ${count}` });
    etags.set(body.id, body.etag);
  }
  shelf = { workspace, etags, kept: new Set([...etags.keys()].slice(0, 10)) };
});
afterAll(async () => {
  http.close();
  await server.stop();
  rmSync(data, { recursive: true, force: true });
});

// New ones each time: whoever has lost a connection a moment ago comes back more slowly.
beforeEach(async () => {
  [pages, ears] = [[], []];
  for (let place = 0; place < clients; place += 1) {
    const user = users[place % users.length] ?? 'ana';
    const client = { name: `${user}-${place}`, user, url: server.url, token: tokens.get(user) ?? '' };
    // Every fourth one tells what came twice; the others would pass over it.
    if (place % 4 === 3) ears.push(openEar(client));
    else pages.push(await openPage({ ...client, workspace }));
  }
  for (const { stet } of pages) stet.start();
  for (const { connection } of ears) connection.open();
  await areOpen();
});
afterEach(() => {
  for (const page of pages) page.close();
  for (const { connection } of ears) connection.close();
});

const areOpen = () =>
  until('all are connected', () => all().every(({ connection }) => connection.state.kind === 'open'), 100_000);

/** Writes go on all the while, also where nobody answers for some time; so few that those who hear them have time for it. */
function writeOn(place: number): () => Promise<number> {
  let accepted = 0;
  let isOver = false;
  const writing = writeAsProgram(as('mara'), [shelf], {
    random: randomOf(seed + place),
    goOn: () => !isOver,
    accepted() {
      accepted += 1;
    },
    pace: 100,
  });
  return async () => {
    const before = accepted;
    await until('it was written after the others', () => accepted > before + 5);
    isOver = true;
    await writing;
    return accepted;
  };
}

/** The most that came within any such time. */
const mostWithin = (ms: number, times: readonly number[]): number =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + ms).length));

test.each(['SIGTERM', 'SIGKILL'] as const)(
  `[H2] [L2] after %s, 200 clients are back, spread out, and none has missed or repeated a change, or read its list anew (STET_SEED=${seed})`,
  async (signal) => {
    const stopWriting = writeOn(signal === 'SIGTERM' ? 1 : 2);
    const gone = now();
    const lost = until('all have noticed', () => all().every(({ connection }) => connection.state.kind !== 'open'));
    await server.kill(signal);
    await lost;
    server = await startServer({ data, port: server.port });
    const listens = now();
    await areOpen();
    const back = now();
    const changes = await stopWriting();
    const last = `last-${signal}-${Math.round(gone)}`;
    expect((await as('ana').post(books, { id: last, title: 'The last' })).status).toBe(201);

    const log = await wholeLog(as('ana'), workspace);
    const head = log.at(-1)?.seq ?? 0;
    const isLast = (frame: { kind: string; seq?: number }) => frame.kind === 'change' && frame.seq === head;
    const haveAll = () =>
      ears.every(({ said }) => said.at(-1)?.frames.some(isLast)) && pages.every(({ marks }) => marks.some(isLast));
    // What does not arrive is for the check to say.
    await until('all have heard all', haveAll, 30_000).catch(() => {});
    const seen = await Promise.all(pages.map((page) => page.seen(as(page.user))));
    const flaws = flawsOf({ logs: { [workspace]: log }, stays, said: ears.flatMap(({ said }) => said), seen });
    expect(flaws.slice(0, 10), `${flaws.length} flaws`).toEqual([]);

    const asked = all().map((client) => client.asked.filter(({ at }) => at > gone));
    const isList = ({ what }: { what: string }) => what === `GET ${books}` || what === 'GET /api/me';
    expect(asked.flat().filter(isList)).toEqual([]);
    // Each one's knock that was heard: those before it met a closed door.
    const knocks = asked.map((some) => some.findLast(({ what }) => what === 'POST /api/rt/ticket')?.at ?? 0);
    const most = mostWithin(250, knocks);
    const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
    process.stdout.write(
      `${signal}: away for ${seconds(listens - gone)}; all ${clients} back ${seconds(back - listens)} after it listens, ` +
        `at most ${most} of them within 250 ms; ${changes} changes meanwhile\n`,
    );
    expect(most).toBeLessThan(clients / 2);
  },
  200_000,
);
