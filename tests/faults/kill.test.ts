import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StetRecord } from '@stet/protocol';
import { openEngine, readConfig } from '@stet/server';
import { openSqliteStore } from '@stet/store';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { personAt } from '../support/api.js';
import { acceptedIn, type Editor, editTogether, type Load, wholeLog } from '../support/editors.js';
import { flawsOfEdits } from '../support/editors-check.js';
import { httpTo } from '../support/http.js';
import { randomOf, seed } from '../support/random.js';
import { password, type Server, startServer } from '../support/server.js';
import { temporaryFolder } from '../support/stet.js';

// The real program is killed in the middle of many saves, and started again on what it left.

const data = temporaryFolder();
const users = ['ana', 'ben', 'chloe', 'mara'];
const tokens: Array<{ user: string; token: string }> = [];
const clients = 64;
const books = Array.from({ length: 10 }, (_, place) => `/api/workspaces/catalogue/books/shared-${place}`);

beforeAll(async () => {
  const read = readConfig({ STET_DATA: data });
  if (read.kind === 'wrong') throw new Error(read.errors.join('; '));
  const engine = await openEngine(read.config, pino({ level: 'silent' }), []);
  await engine.store.workspaces.create({ id: 'catalogue', name: 'The catalogue' });
  for (const user of users) {
    await engine.auth.addUser({ username: user, password });
    await engine.store.workspaces.setMember({ workspace: 'catalogue', user, role: 'editor' });
  }
  for (let place = 0; place < clients; place += 1) {
    const user = users[place % users.length] ?? 'ana';
    const created = await engine.auth.createToken({ username: user, label: `client ${place}`, days: 1 });
    if (created.kind === 'created') tokens.push({ user, token: created.token });
  }
  await engine.close();
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

function editorsOf(server: Server) {
  const http = httpTo(server.url, clients);
  const editors = tokens.map(({ user, token }): Editor => {
    return { user, person: personAt(http, { authorization: `Bearer ${token}` }) };
  });
  const [ana] = editors;
  if (!ana) throw new Error('There are no editors.');
  return { http, editors, ana: ana.person };
}

/** What stands in the file, read by nobody but SQLite. */
async function integrity(): Promise<unknown> {
  const store = await openSqliteStore(join(data, 'stet.db'));
  try {
    return (await sql`pragma integrity_check`.execute(store.db)).rows;
  } finally {
    await store.close();
  }
}

test(`[V6] an acknowledged save survives kill -9, and what was not acknowledged is there wholly or not at all (STET_SEED=${seed})`, async () => {
  const random = randomOf(seed);
  const loads: Load[] = [];
  for (let round = 0; round < 4; round += 1) {
    const server = await startServer({ data });
    const { http, editors, ana } = editorsOf(server);
    if (round === 0) {
      for (const book of books) {
        const id = book.split('/').at(-1);
        expect((await ana.post('/api/workspaces/catalogue/books', { id, title: `Shared ${id}` })).status).toBe(201);
      }
    } else {
      // What the last one left is whole before anything is added to it.
      expect(flawsOfEdits(await wholeLog(ana, 'catalogue'), loads)).toEqual([]);
    }
    const enough = random.int(100, 400);
    let killed: Promise<unknown> | null = null;
    const load = await editTogether({
      editors,
      books,
      random,
      name: `round${round}`,
      goOn(so) {
        // In the middle of whatever the others are doing.
        if (acceptedIn(so) >= enough) killed ??= server.kill('SIGKILL');
        return true;
      },
    });
    await killed;
    http.close();
    loads.push(load);
    expect(acceptedIn(load)).toBeGreaterThanOrEqual(enough);
    expect(await integrity()).toEqual([{ integrity_check: 'ok' }]);
  }
  // Without saves under way when it was killed this would prove little.
  expect(
    loads.flatMap(({ edits }) => edits).filter(({ outcome }) => outcome.kind === 'unknown').length,
  ).toBeGreaterThan(0);

  const server = await startServer({ data });
  const { http, ana } = editorsOf(server);
  const log = await wholeLog(ana, 'catalogue');
  expect(flawsOfEdits(log, loads)).toEqual([]);
  for (const book of books) {
    const { body } = await ana.get<StetRecord>(book);
    const last = log.findLast(({ id }) => id === body.id);
    expect(body).toEqual(last?.obj);
    const found = await ana.get<{ items: StetRecord[] }>(`/api/workspaces/catalogue/books?q=${body.id}`);
    expect(found.body.items).toEqual([body]);
  }
  http.close();
  await server.stop();
  expect(await integrity()).toEqual([{ integrity_check: 'ok' }]);
});
