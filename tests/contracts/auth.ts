import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Auth, createAuth, createSignInLimit } from '@stet/server';
import type { SqlStore } from '@stet/store';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// What sign-in keeps, and finds out about what others have changed there: run once for each database. How it is asked,
// and what it refuses, is the same for all (auth.test.ts in the server).

const password = 'four pigs in a boat';

export function authContract(name: string, open: () => Promise<SqlStore>): void {
  describe(`sign-in on ${name}`, () => {
    let store: SqlStore;
    let auth: Auth;
    let server: Server;
    const create = (): Promise<Auth> =>
      createAuth({
        db: store.db,
        dialect: store.dialect,
        secret: 'a secret for tests, and for nothing else at all',
        origins: [],
        baseURL: 'http://127.0.0.1',
        log: pino({ level: 'silent' }),
        proxies: 1,
        signInLimit: createSignInLimit(null),
      });
    const url = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/auth${path}`;
    const post = (path: string, body: object, headers: Record<string, string> = {}) =>
      fetch(url(path), {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      });
    async function signIn(username: string, headers?: Record<string, string>): Promise<{ cookie: string }> {
      const response = await post('/sign-in/username', { username, password }, headers);
      expect(response.status).toBe(200);
      return { cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
    }
    const run = (query: ReturnType<typeof sql>) => query.execute(store.db);

    beforeAll(async () => {
      store = await open();
      auth = await store.exclusively(create);
      server = createServer((request, response) => void auth.handler(request, response));
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      for (const username of ['ana', 'ben', 'zoe']) await auth.addUser({ username, password });
    });
    afterAll(async () => {
      server.closeAllConnections();
      server.close();
      await auth.close();
      await store.close();
    });

    test('its tables are made once, whoever comes at the same moment', async () => {
      const others = await Promise.all([1, 2, 3].map(() => store.exclusively(create)));
      for (const other of others) {
        expect(await other.findUser('ANA')).toMatchObject({ username: 'ana' });
        await other.close();
      }
    });

    test('a session says who it is, until when, and from where it was begun', async () => {
      const page = await signIn('Ana', { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' });
      const identity = await auth.identify(page);
      expect(identity).toMatchObject({
        user: { id: 'ana', username: 'ana' },
        via: 'cookie',
        expires: expect.any(Date),
      });
      const session = await (await fetch(url('/get-session'), { headers: page })).json();
      expect(session).toMatchObject({ session: { id: identity?.session, ipAddress: '203.0.113.7' } });
    });

    test('a page that is used keeps its session', async () => {
      const page = await signIn('ben');
      const soon = new Date(Date.now() + 3_600_000);
      const told = store.dialect === 'sqlite' ? soon.toISOString() : soon;
      await run(sql`update sessions set "expiresAt" = ${told} where "userId" = 'ben'`);
      expect((await auth.identify(page))?.expires).toEqual(soon);
      await fetch(url('/get-session'), { headers: page });
      await expect.poll(async () => (await auth.identify(page))?.expires, { timeout: 20_000 }).not.toEqual(soon);
    });

    test('a mail address is found in any case, and belongs to one user', async () => {
      await auth.addUser({ username: 'dora', email: 'Dora@books.example', password });
      expect((await post('/sign-in/email', { email: 'dora@Books.example', password })).status).toBe(200);
      const again = await auth.addUser({ username: 'eva', email: 'DORA@books.example', password });
      expect(again).toEqual({ kind: 'taken', username: 'eva' });
    });

    test('users are listed by name, as every database orders it alike', async () => {
      for (const username of ['b-2', 'b.1', 'b10', 'b_3']) await auth.addUser({ username, password });
      const names = (await auth.listUsers()).map(({ username }) => username);
      expect(names).toEqual([...names].sort());
      expect(names).toEqual(expect.arrayContaining(['ana', 'b-2', 'b.1', 'b10', 'b_3']));
    });

    test('of several that are added under one name at once, one is', async () => {
      const passwords = ['first password', 'second password', 'third password'];
      const answers = await Promise.all(passwords.map((each) => auth.addUser({ username: 'finn', password: each })));
      expect(answers.map(({ kind }) => kind).sort()).toEqual(['added', 'taken', 'taken']);
      const added = passwords[answers.findIndex(({ kind }) => kind === 'added')];
      expect((await post('/sign-in/username', { username: 'finn', password: added })).status).toBe(200);
    });

    test('one that was cut off while being made is finished by the next try', async () => {
      await auth.addUser({ username: 'gil', password });
      await run(sql`delete from accounts where "userId" = 'gil'`);
      expect((await post('/sign-in/username', { username: 'gil', password })).status).toBe(401);
      expect((await auth.addUser({ username: 'gil', password })).kind).toBe('added');
      await signIn('gil');
    });

    test('a token acts for its user until it is revoked, and only its hash is kept', async () => {
      const created = await auth.createToken({ username: 'zoe', label: 'nightly import', days: 30 });
      if (created.kind !== 'created') throw new Error(created.kind);
      const { id, token, expires } = created;
      const machine = { authorization: `Bearer ${token}` };
      const user = { id: 'zoe', name: 'zoe', username: 'zoe' };
      expect(await auth.identify(machine)).toEqual({ user, session: `token:${id}`, expires, via: 'bearer' });
      const { rows } = await sql`select * from api_tokens`.execute(store.db);
      expect(JSON.stringify(rows)).not.toContain(token.slice(5));
      const second = await auth.createToken({ username: 'zoe', label: 'another', days: 1 });
      expect(await auth.revokeToken(id)).toBe(true);
      expect(await auth.revokeToken(token)).toBe(false);
      expect(await auth.identify(machine)).toBeNull();
      const listed = await auth.listTokens('zoe');
      expect(listed).toHaveLength(2);
      expect(listed.find((one) => one.id === id)).toMatchObject({ expires, revoked: expect.any(Date) });
      expect(listed.find((one) => second.kind === 'created' && one.id === second.id)).toMatchObject({ revoked: null });
    });

    test('[S4] what another node ends, and what has run out, is noticed without being asked', async () => {
      const elsewhere = await store.exclusively(create);
      await auth.addUser({ username: 'hana', password });
      const token = await auth.createToken({ username: 'hana', label: 'nightly import', days: 1 });
      if (token.kind !== 'created') throw new Error(token.kind);
      const machine = { authorization: `Bearer ${token.token}` };
      const pages = [await signIn('hana'), await signIn('hana')];
      const sessions: string[] = [];
      for (const headers of [...pages, machine]) sessions.push((await auth.identify(headers))?.session ?? '');
      const ended = new Set<string>();
      auth.onSessionEnded((session, user) => ended.add(`${user} ${session}`));

      expect(await elsewhere.revokeToken(token.id)).toBe(true);
      await elsewhere.close();
      await run(sql`delete from sessions where id = ${sessions[0]}`);
      const past = new Date(Date.now() - 1000);
      const told = store.dialect === 'sqlite' ? past.toISOString() : past;
      await run(sql`update sessions set "expiresAt" = ${told} where id = ${sessions[1]}`);

      const all = sessions.map((session) => `hana ${session}`).sort();
      await expect.poll(() => [...ended].sort(), { timeout: 20_000 }).toEqual(all);
      for (const headers of [...pages, machine]) expect(await auth.identify(headers)).toBeNull();
    });

    test('[S4] who opens a connection here with what another node gave is watched for as long as it is open', async () => {
      const elsewhere = await store.exclusively(create);
      const page = await signIn('ana');
      const identity = await elsewhere.identify(page);
      if (!identity) throw new Error('nobody');
      const ended: string[] = [];
      auth.onSessionEnded((session) => ended.push(session));
      const [one, two] = [await auth.watch(identity), await auth.watch(identity)];
      one?.release();
      expect([one?.stands(), two?.stands()]).toEqual([true, true]);
      await run(sql`delete from sessions where id = ${identity.session}`);
      await expect.poll(() => [ended, two?.stands()], { timeout: 20_000 }).toEqual([[identity.session], false]);
      expect(await auth.watch(identity)).toBeNull();
      await elsewhere.close();
    });
  });
}
