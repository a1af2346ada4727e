import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import express from 'express';
import { Kysely, SqliteDialect } from 'kysely';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { type Auth, createAuth } from './auth.js';
import { createSignInLimit } from './sign-in-limit.js';

const ana = { username: 'ana', password: 'four pigs in a boat' };
const origin = 'https://stet.example.org';
const undos: (() => unknown)[] = [];

afterEach(async () => {
  for (const undo of undos.splice(0).reverse()) await undo();
});

async function openAuth({ file = ':memory:', baseURL = 'http://127.0.0.1' } = {}) {
  const sqlite = new Database(file);
  const db = new Kysely({ dialect: new SqliteDialect({ database: sqlite }) });
  undos.push(() => db.destroy());
  const log = pino({ level: 'silent' });
  const secret = 'a secret for tests, and for nothing else at all';
  const signInLimit = createSignInLimit(null);
  const auth = await createAuth({
    db,
    dialect: 'sqlite',
    secret,
    origins: [origin],
    baseURL,
    log,
    proxies: 0,
    signInLimit,
  });
  undos.push(auth.close);
  return { auth, sqlite };
}

/** A server with ana on it, and a page that keeps her cookie. */
async function start(options?: Parameters<typeof openAuth>[0]) {
  const { auth, sqlite } = await openAuth(options);
  await auth.addUser({ ...ana, name: 'Ana Ruiz' });
  const app = express();
  app.all('/api/auth/*splat', auth.handler);
  const server = app.listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  undos.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/auth`;
  const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(base + path, {
      method: 'POST',
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), origin, ...headers },
    });
  const get = (path: string, headers: Record<string, string> = {}) => fetch(base + path, { headers });
  const signIn = async (who: object = ana) => ({ cookie: cookieOf(await post('/sign-in/username', who)) });
  return { auth, sqlite, base, post, get, signIn };
}

const cookieOf = (response: Response) => response.headers.getSetCookie()[0]?.split(';')[0] ?? '';

const jsonOf = async <Body>(response: Response) => (await response.json()) as Body;

async function problemOf(response: Response) {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const body = await jsonOf<{ type: string }>(response);
  expect(body).toMatchObject({ status: response.status, title: expect.any(String), detail: expect.any(String) });
  return body.type;
}

function endingsOf(auth: Auth) {
  const ended: string[] = [];
  auth.onSessionEnded((session, user) => ended.push(`${user} ${session}`));
  return ended;
}

describe('signing in', () => {
  test('a username and its password open a session, which the cookie then stands for', async () => {
    const { auth, post, get } = await start();
    const response = await post('/sign-in/username', { username: 'Ana', password: ana.password });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const [setCookie = ''] = response.headers.getSetCookie();
    expect(setCookie).toMatch(/^stet\.session_token=\S+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/);

    const cookie = cookieOf(response);
    const identity = await auth.identify({ cookie: `theme=dark; ${cookie}; more=1` });
    expect(identity).toMatchObject({ user: { id: 'ana', name: 'Ana Ruiz', username: 'ana' }, via: 'cookie' });
    expect(await auth.identify({ cookie })).toEqual(identity);
    const session = await (await get('/get-session', { cookie })).json();
    expect(session).toMatchObject({ user: { id: 'ana' }, session: { id: identity?.session, ipAddress: '127.0.0.1' } });
  });

  test('so does the mail address, the given one or the one that stands in for it', async () => {
    const { auth, post } = await start();
    await auth.addUser({ username: 'ben', email: 'Ben@books.example', password: ana.password });
    for (const email of ['ana@stet.invalid', 'ben@books.example']) {
      const response = await post('/sign-in/email', { email, password: ana.password });
      expect(response.status).toBe(200);
    }
  });

  test('behind https the cookie never travels in the clear', async () => {
    const { auth, post } = await start({ baseURL: origin });
    const response = await post('/sign-in/username', ana);
    expect(response.headers.getSetCookie()[0]).toMatch(/^__Secure-stet\.session_token=.*; HttpOnly; Secure;/);
    expect(await auth.identify({ cookie: cookieOf(response) })).not.toBeNull();
  });

  test('a wrong password and an unknown user get the same answer', async () => {
    const { post } = await start();
    const wrong = await post('/sign-in/username', { ...ana, password: 'something else' });
    const nobody = await post('/sign-in/username', { ...ana, username: 'nobody' });
    expect(wrong.status).toBe(401);
    expect(await nobody.text()).toBe(await wrong.clone().text());
    expect(await problemOf(wrong)).toBe('/problems/wrong-credentials');
  });

  test('nobody signs up over HTTP, renames themselves or asks which users there are', async () => {
    const { auth, post, signIn } = await start();
    const page = await signIn();
    const eve = { email: 'eve@stet.invalid', username: 'eve', name: 'Eve', password: ana.password };
    for (const path of ['/sign-up/email', '/update-user', '/is-username-available', '/nothing', '/sign-in/username/']) {
      expect(await problemOf(await post(path, eve, page))).toBe('/problems/not-found');
    }
    expect(await auth.findUser('eve')).toBeNull();
  });

  test('a second start finds all that the first one made', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stet-auth-'));
    undos.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'stet.db');
    const first = await start({ file });
    const page = await first.signIn();
    const second = await openAuth({ file });
    expect((await second.auth.identify(page))?.user.id).toBe('ana');
  });
});

describe('what a request may be', () => {
  test('[S2] a page of another origin can neither sign in nor out', async () => {
    const { auth, post, signIn } = await start();
    const page = await signIn();
    const foreign = [{ origin: 'https://evil.example' }, { origin: 'null' }, { origin: '' }];
    for (const headers of foreign) {
      const answers = [
        await post('/sign-in/username', ana, headers),
        await post('/sign-out', {}, { ...page, ...headers }),
      ];
      for (const answer of answers) {
        expect(await problemOf(answer)).toBe('/problems/foreign-origin');
        expect(answer.headers.getSetCookie()).toEqual([]);
      }
    }
    expect(await auth.identify(page)).not.toBeNull();
  });

  test('[S2] nor can one whose browser keeps the origin to itself; a program that is no browser can', async () => {
    const { base } = await start();
    const json = { 'content-type': 'application/json' };
    const ask = (headers: Record<string, string>) =>
      fetch(`${base}/sign-in/username`, {
        method: 'POST',
        body: JSON.stringify(ana),
        headers: { ...json, ...headers },
      });
    expect((await ask({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await ask({ 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await ask({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await ask({})).status).toBe(200);
  });

  test.for<[string, unknown, string]>([
    ['JSON that breaks off', '{"username": "ana', 'malformed'],
    ['JSON that is no object', '"ana"', 'malformed'],
    ['nothing at all', undefined, 'invalid'],
    ['a list', [ana], 'invalid'],
    ['a number for a name', { ...ana, username: 5 }, 'invalid'],
    ['an object for a password', { ...ana, password: { length: 8 } }, 'invalid'],
    ['a name that cannot be one', { ...ana, username: '../ana' }, 'invalid'],
    ['a prototype', '{"__proto__": {"username": "ana"}}', 'invalid'],
    ['a lone surrogate', '{"username": "\\ud800\\ud800", "password": "12345678"}', 'invalid'],
    ['5,000 levels', `{"username": ${'['.repeat(5000)}${']'.repeat(5000)}}`, 'invalid'],
    ['2 MB', { ...ana, password: 'x'.repeat(2_000_000) }, 'too-large'],
  ])('[S3] %s is refused with a problem', async ([, body, name]) => {
    const { post } = await start();
    const answer = await post('/sign-in/username', body);
    expect(await problemOf(answer)).toBe(`/problems/${name}`);
    expect((await post('/sign-in/username', ana)).status).toBe(200);
  });

  test('[S3] a refused value is named', async () => {
    const { post } = await start();
    const answer = await post('/sign-in/username', { username: 'ana' });
    expect(await answer.json()).toMatchObject({ status: 422, errors: [{ path: 'password' }] });
  });

  test('[S3] a form is not JSON, and a path knows its method', async () => {
    const { get, post } = await start();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await problemOf(await post('/sign-in/email', 'email=a', form))).toBe('/problems/unsupported-media-type');
    const answer = await get('/sign-out');
    expect(answer.headers.get('allow')).toBe('POST');
    expect(await problemOf(answer)).toBe('/problems/method-not-allowed');
  });

  test('a forged, cut or foreign credential is nobody', async () => {
    const { auth, signIn } = await start();
    const { cookie } = await signIn();
    expect(await auth.identify({})).toBeNull();
    for (const forged of [
      cookie.slice(0, -6),
      `${cookie}x`,
      'stet.session_token=%',
      'stet.session_token=',
      cookie.split('.', 2).join('.'),
    ]) {
      expect(await auth.identify({ cookie: forged })).toBeNull();
    }
    for (const authorization of ['Bearer', 'Bearer stet_', 'Bearer x', `Bearer ${cookie.split('=')[1]}`]) {
      expect(await auth.identify({ authorization })).toBeNull();
    }
  });
});

describe('guessing', () => {
  const guess = { ...ana, password: 'is it this one?' };

  test('ten failures a minute for one address and name, sent one by one or all at once; then no password helps', async () => {
    const { auth, post } = await start();
    await auth.addUser({ username: 'ben', password: ana.password });
    const answers = await Promise.all(Array.from({ length: 40 }, () => post('/sign-in/username', guess)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(30);

    const right = await post('/sign-in/username', ana);
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await problemOf(right)).toBe('/problems/too-many-requests');
    const mail = { email: 'ana@stet.invalid', password: ana.password };
    expect((await post('/sign-in/email', mail)).status).toBe(429);
    expect((await post('/sign-in/username', { ...ana, username: 'ben' })).status).toBe(200);
  });

  test('who signs in rightly is never counted', async () => {
    const { post } = await start();
    const answers = await Promise.all(Array.from({ length: 30 }, () => post('/sign-in/username', ana)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect((await post('/sign-in/username', guess)).status).toBe(401);
  });

  test('the current password cannot be guessed by a stolen session either', async () => {
    const { post, signIn } = await start();
    const page = await signIn();
    const change = { currentPassword: guess.password, newPassword: 'a quite new one' };
    for (let n = 0; n < 10; n++) expect((await post('/change-password', change, page)).status).toBe(401);
    const last = await post('/change-password', { ...change, currentPassword: ana.password }, page);
    expect(last.status).toBe(429);
  });
});

describe('the end of a session', () => {
  test('[S4] signing out ends it at once, for the cookie and for whoever listens', async () => {
    const { auth, post, signIn } = await start();
    const page = await signIn();
    const identity = await auth.identify(page);
    const ended = endingsOf(auth);
    const deaf: string[] = [];
    auth.onSessionEnded((session) => deaf.push(session))();
    auth.onSessionEnded(() => {
      throw new Error('a listener that fails');
    });
    expect((await post('/sign-out', undefined, page)).status).toBe(200);
    expect(await auth.identify(page)).toBeNull();
    expect(ended).toEqual([`ana ${identity?.session}`]);
    expect(deaf).toEqual([]);
  });

  test('[S4] one session revokes another', async () => {
    const { auth, get, post, signIn } = await start();
    const [here, there] = [await signIn(), await signIn()];
    const other = await auth.identify(there);
    const list = await jsonOf<{ id: string; token: string }[]>(await get('/list-sessions', here));
    expect(list).toHaveLength(2);
    const token = list.find(({ id }) => id === other?.session)?.token;
    const ended = endingsOf(auth);
    expect((await post('/revoke-session', { token }, here)).status).toBe(200);
    expect(await auth.identify(there)).toBeNull();
    expect(await auth.identify(here)).not.toBeNull();
    expect(ended).toEqual([`ana ${other?.session}`]);
  });

  test('[S4] all sessions means all, however many there are', async () => {
    const { auth, post, signIn } = await start();
    const pages = [];
    for (let n = 0; n < 120; n++) pages.push(await signIn());
    for (const page of pages) expect(await auth.identify(page)).not.toBeNull();
    const ended = endingsOf(auth);
    await post('/revoke-sessions', undefined, pages[0]);
    expect(new Set(ended).size).toBe(120);
    for (const page of pages) expect(await auth.identify(page)).toBeNull();
  });

  test('[S4] a new password ends whatever the old one opened', async () => {
    const { auth, post, signIn } = await start();
    const [here, there] = [await signIn(), await signIn()];
    const change = { currentPassword: ana.password, newPassword: 'a quite new one', revokeOtherSessions: false };
    const answer = await post('/change-password', change, here);
    expect(answer.status).toBe(200);
    expect(await auth.identify(here)).toBeNull();
    expect(await auth.identify(there)).toBeNull();
    expect((await auth.identify({ cookie: cookieOf(answer) }))?.user.id).toBe('ana');
    expect((await post('/sign-in/username', ana)).status).toBe(401);
  });
});

describe('machines', () => {
  const label = 'nightly import';

  async function tokenOf(auth: Auth) {
    const created = await auth.createToken({ username: 'ana', label, days: 30 });
    if (created.kind !== 'created') throw new Error(created.kind);
    return { ...created, headers: { authorization: `Bearer ${created.token}` } };
  }

  test('[S4] it is revoked by itself or by its id, once', async () => {
    const { auth } = await start();
    const [first, second] = [await tokenOf(auth), await tokenOf(auth)];
    const ended = endingsOf(auth);
    expect(await auth.identify(first.headers)).not.toBeNull();
    expect(await auth.revokeToken(first.token)).toBe(true);
    expect(await auth.revokeToken(first.id)).toBe(false);
    expect(await auth.identify(first.headers)).toBeNull();
    expect(await auth.identify(second.headers)).not.toBeNull();
    expect(await auth.revokeToken('nothing')).toBe(false);
    expect(ended).toEqual([`ana token:${first.id}`]);
    const listed = await auth.listTokens('ana');
    expect(listed.find(({ id }) => id === first.id)).toMatchObject({ user: 'ana', label, revoked: expect.any(Date) });
    expect(listed.find(({ id }) => id === second.id)).toMatchObject({ revoked: null });
    expect(await auth.listTokens('nobody')).toEqual([]);
  });

  test('a bad token is nobody, also beside a good cookie: who shows a token means the token', async () => {
    const { auth, signIn } = await start();
    const page = await signIn();
    expect(await auth.identify({ ...page, authorization: 'Bearer stet_wrong' })).toBeNull();
    expect((await auth.identify({ ...page, authorization: 'Basic cHJveHk6' }))?.via).toBe('cookie');
  });

  test('the session token in the answer of a sign-in is none: it is worth nothing without its signature', async () => {
    const { auth, post } = await start();
    const { token } = await jsonOf<{ token: string }>(await post('/sign-in/username', ana));
    expect(await auth.identify({ authorization: `Bearer ${token}` })).toBeNull();
    expect(await auth.identify({ cookie: `stet.session_token=${token}` })).toBeNull();
  });

  test('a token for nobody, without a label or for ever is refused', async () => {
    const { auth } = await start();
    expect(await auth.createToken({ username: 'eve', label, days: 1 })).toEqual({ kind: 'no-user', username: 'eve' });
    const refused = await auth.createToken({ username: 'ana', label: '', days: Number.POSITIVE_INFINITY });
    expect(refused).toMatchObject({ kind: 'invalid', errors: [{ path: 'label' }, { path: 'days' }] });
  });
});

describe('users', () => {
  test('the username is the id, whatever its case, and is given once', async () => {
    const { auth } = await openAuth();
    const added = await auth.addUser({ username: 'Mara.K-2', name: ' Mara K. ', password: ana.password });
    const user = { id: 'mara.k-2', username: 'mara.k-2', name: 'Mara K.' };
    expect(added).toEqual({ kind: 'added', user });
    expect(await auth.findUser('MARA.K-2')).toEqual(user);
    expect(await auth.findUser('nobody')).toBeNull();
    const again = await auth.addUser({ username: 'mara.k-2', password: 'another password' });
    expect(again).toEqual({ kind: 'taken', username: 'mara.k-2' });
  });

  test.for(['a', '-ana', '..', '.ana', 'a b', 'ána', 'a/b', 'x'.repeat(33), ''])(
    '%j is no username',
    async (username) => {
      const { auth } = await openAuth();
      const answer = await auth.addUser({ username, name: 'Ana', password: ana.password });
      expect(answer).toMatchObject({ kind: 'invalid', errors: [{ path: 'username' }] });
    },
  );

  test('every refused value is named', async () => {
    const { auth } = await openAuth();
    const answer = await auth.addUser({ username: 'ana', name: '\u0007', email: 'nowhere', password: 'short' });
    expect(answer).toMatchObject({
      kind: 'invalid',
      errors: [{ path: 'name' }, { path: 'email' }, { path: 'password' }],
    });
  });
});
