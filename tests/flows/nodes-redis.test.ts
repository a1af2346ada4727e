import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { match, type Person, personAt } from '../support/api.js';
import { openEvents } from '../support/events.js';
import { type Http, httpTo } from '../support/http.js';
import { type Postgres, type Redis, startPostgres, startRedis } from '../support/nodes.js';
import { type InProcess, startInProcess } from '../support/server.js';
import { connect, hello, openSocket, ticketOf } from '../support/socket.js';
import { stet, temporaryFolder } from '../support/stet.js';
import { until } from '../support/until.js';

// Two nodes on one database: who is let in, or thrown out, at one is so at the other.

const books = '/api/workspaces/catalogue/books';
const changes = '/api/workspaces/catalogue/changes';
const present = '/api/workspaces/catalogue/presence';
const secret = 'one secret for both nodes of these tests';

let postgres: Postgres;
let redis: Redis;
let env: Record<string, string>;
let here: InProcess;
let there: InProcess;
const https = new Map<InProcess, Http>();
beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  env = { DATABASE_URL: postgres.url, REDIS_URL: redis.url, STET_SECRET: secret };
  // At the same moment, on an empty database.
  [here, there] = await Promise.all([startInProcess(env), startInProcess(env)]);
  for (const node of [here, there]) https.set(node, httpTo(node.url));
  for (const name of ['ana', 'ben', 'chloe']) await here.user(name, { catalogue: 'editor' });
});
afterAll(async () => {
  for (const http of https.values()) http.close();
  await Promise.all([here?.stop(), there?.stop()]);
  await Promise.all([redis?.stop(), postgres?.stop()]);
});

function at(node: InProcess, shown: Record<string, string>): Person {
  const http = https.get(node);
  if (!http) throw new Error('No such node.');
  return personAt(http, { origin: node.url, ...shown });
}

/** Somebody with a credential that both nodes know. */
async function machine(name: string) {
  const token = await here.token(name);
  const headers = { authorization: `Bearer ${token}` };
  return { token, headers, here: at(here, headers), there: at(there, headers) };
}

const ready = async (node: InProcess) => (await at(node, {}).get('/readyz')).text;

describe('a ticket', () => {
  test('opens one socket, at whichever node', async () => {
    const ana = await machine('ana');
    const ticket = await ticketOf(ana.here);
    const [first, second] = [await openSocket(there.url), await openSocket(here.url)];
    first.say(hello(ticket));
    expect((await first.next('welcome')).user.id).toBe('ana');
    second.say(hello(ticket));
    expect((await second.next('refused')).problem.type).toBe('/problems/unauthenticated');
    first.close();
  });

  test('[S4] of a token that was revoked at another node meanwhile opens none', async () => {
    const ana = await machine('ana');
    const ticket = await ticketOf(ana.here);
    await there.engine.auth.revokeToken(ana.token);
    const socket = await openSocket(here.url);
    socket.say(hello(ticket));
    expect((await socket.next('refused')).problem.type).toBe('/problems/unauthenticated');
  });
});

describe('[S4] what ends at one node ends at the other', () => {
  test('a token that is revoked: the socket that another node’s ticket has opened, the stream, and all requests', async () => {
    const ben = await machine('ben');
    const socket = await openSocket(there.url);
    // This node has never seen the token itself.
    socket.say(hello(await ticketOf(ben.here)));
    await socket.next('welcome');
    const events = await openEvents(there.url, changes, ben.headers);
    expect(events.status).toBe(200);
    await here.engine.auth.revokeToken(ben.token);
    expect((await socket.next('bye')).reason).toBe('signed-out');
    expect(await events.over).toBe('end');
    expect(events.comments).toContain('signed-out');
    await until('the token is nobody', async () => (await ben.there.get('/api/me')).status === 401);
  });

  test('a page that signs out: its socket, and what it said of where it is', async () => {
    const cookie = await here.signIn('ana');
    const [page, other] = [at(here, { cookie }), at(there, { cookie })];
    const socket = await connect(there.url, other);
    const { body: book } = await page.post<{ id: string }>(books, { title: 'Dune' });
    const place = { resource: 'books', id: book.id, state: 'editing', dirty: ['title'] };
    expect((await other.put(present, { page: 'page-1', places: [place] })).status).toBe(200);
    const ben = (await machine('ben')).here;
    const who = async () => (await ben.get<{ items: Array<{ id: string }> }>(present)).body.items.map(({ id }) => id);
    await until('ben knows of it', async () => (await who()).includes(book.id));
    expect((await page.post('/api/auth/sign-out', {})).status).toBe(200);
    expect((await socket.next('bye')).reason).toBe('signed-out');
    await until('ana is nowhere', async () => (await who()).length === 0);
  });

  test('a membership that the command line takes away, from a folder of its own', async () => {
    const chloe = await machine('chloe');
    const socket = await connect(there.url, chloe.here);
    const folder = temporaryFolder();
    const removed = await stet(['member', 'remove', 'chloe', 'catalogue'], { ...env, STET_DATA: folder });
    rmSync(folder, { recursive: true, force: true });
    expect(removed).toMatchObject({ status: 0, stderr: '' });
    expect(await socket.next('reset')).toMatchObject({ workspace: 'catalogue', reason: 'access' });
    socket.close();
  });
});

test('without Redis a node says that it is degraded, and saves all the same', async () => {
  await until('both are ready', async () => (await ready(here)) === 'ready\n' && (await ready(there)) === 'ready\n');
  await redis.kill();
  await until('it is said', async () => (await ready(here)).startsWith('degraded: Redis'));
  const ana = await machine('ana');
  const socket = await connect(there.url, ana.there);
  const { body: book } = await ana.here.post<{ id: string; etag: string }>(books, { title: 'Solaris' });
  const saved = await ana.here.patch(`${books}/${book.id}`, { title: 'Solaris, anew' }, match(book));
  expect(saved.status).toBe(200);
  await socket.until('rt-change', ({ id, version }) => id === book.id && version === 2);
  await redis.start();
  await until('it is ready again', async () => (await ready(here)) === 'ready\n');
  socket.close();
});
