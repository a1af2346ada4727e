import { rmSync } from 'node:fs';
import type { Problem, StetRecord } from '@stet/protocol';
import { makeDemo, openEngine, readConfig } from '@stet/server';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { match, personAt } from '../support/api.js';
import { type Postgres, startPostgres } from '../support/nodes.js';
import { password } from '../support/server.js';
import { connect, hello, openSocket, personOn, ticketOf } from '../support/socket.js';
import { temporaryFolder } from '../support/stet.js';
import { at, books, newBook, type Story, startStory } from '../support/story.js';
import { until } from '../support/until.js';

// A database that is away: nobody is told anything else than to ask again, and asking again does no harm.

let postgres: Postgres;
let story: Story;
beforeAll(async () => {
  postgres = await startPostgres();
  // However long the database is away, sockets stay here: they are asked, too.
  const limits = { floors: { away: null } };
  story = await startStory({ DATABASE_URL: await postgres.createDatabase('away'), LOG_LEVEL: 'error' }, limits);
});
afterAll(async () => {
  await story?.stop();
  await postgres?.stop();
});

const away = { status: 503, headers: { 'retry-after': '1' }, body: { type: '/problems/unavailable' } };

test('[V7] while the database is away all are told to come back, and a save that is repeated then is made once', async () => {
  const { http, url, check } = story;
  const ana = story.as('ana');
  const page = personAt(http, { cookie: await story.signIn('ana'), origin: url }, check);
  const book = await newBook(ana);
  const socket = await connect(url, ana);
  const late = await openSocket(url);
  const ticket = await ticketOf(ana);
  const save = { title: 'Dune Messiah' };
  const key = { ...match(book), 'idempotency-key': 'save-1' };
  await postgres.kill();

  const refused = await ana.patch<Problem>(at(book), save, key);
  expect(refused).toMatchObject(away);
  expect(refused.body.detail).toContain('same Idempotency-Key');
  expect(await personOn(socket).patch(at(book), save, key)).toMatchObject(away);
  expect(await ana.get('/readyz')).toMatchObject({ ...away, headers: { 'retry-after': '2' } });
  expect(await ana.post('/api/rt/ticket')).toMatchObject(away);
  expect(await ana.get('/api/workspaces/catalogue/changes', { accept: 'text/event-stream' })).toMatchObject(away);
  expect(await story.nobody.get('/api/me', { authorization: 'Bearer stet_unseen' })).toMatchObject(away);
  expect(await story.nobody.get('/api/me', { cookie: 'stet.session_token=unseen.unsigned' })).toMatchObject({
    status: 401,
  });
  const signIn = { username: 'ana', password };
  expect(await story.nobody.post('/api/auth/sign-in/username', signIn)).toMatchObject(away);
  // The library would say that it is done.
  expect(await page.post('/api/auth/sign-out', {})).toMatchObject(away);
  expect(await page.get('/api/auth/list-sessions')).toMatchObject(away);
  late.say(hello(ticket));
  expect(await late.next('bye')).toMatchObject({ reason: 'stopping', retry: expect.any(Number) });

  await postgres.start();
  await until('it is ready again', async () => (await ana.get('/readyz')).status === 200);
  const saved = await ana.patch<StetRecord>(at(book), save, key);
  expect(saved).toMatchObject({ status: 200, body: { version: 2, ...save } });
  expect((await personOn(socket).patch(at(book), save, key)).body).toEqual(saved.body);
  // It has been open all the while.
  await socket.until('rt-change', ({ id, version }) => id === book.id && version === 2);
  expect((await page.get('/api/me')).status).toBe(200);
  expect((await ana.get<{ items: unknown[] }>(`${books}/${book.id}/versions`)).body.items).toHaveLength(2);
  socket.close();
});

test('three nodes that start together make the demo once, also where one before them was cut off', async () => {
  const url = await postgres.createDatabase('demo');
  const folders: string[] = [];
  const open = async () => {
    const data = temporaryFolder();
    folders.push(data);
    const read = readConfig({ DATABASE_URL: url, STET_DATA: data });
    if (read.kind === 'wrong') throw new Error(read.errors.join());
    return openEngine(read.config, pino({ level: 'silent' }), []);
  };
  const quietly = { begins: () => {}, waits: () => {} };
  const hearing = { onHeard: () => {}, signal: new AbortController().signal };
  const engines = await Promise.all([open(), open(), open(), open()]);
  const [first, ...others] = engines;
  const stop = new AbortController();
  const cutOff = first && (await makeDemo(first, { onHeard: () => stop.abort(), signal: stop.signal }, quietly));
  expect(cutOff).toEqual({ kind: 'stopped' });
  const made = await Promise.all(others.map((engine) => makeDemo(engine, hearing, quietly)));
  expect(made.map(({ kind }) => kind).sort()).toEqual(['made', 'there', 'there']);
  expect(await first?.store.workspaces.get('catalogue')).toMatchObject({ seq: 600 });
  expect(await first?.store.workspaces.members('catalogue')).toHaveLength(5);
  await Promise.all(engines.map((engine) => engine.close()));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
