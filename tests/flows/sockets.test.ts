import type { Problem } from '@stet/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { personAt } from '../support/api.js';
import { password } from '../support/server.js';
import { connect, hello, openSocket, personOn, ticketOf } from '../support/socket.js';
import { books, type Story, startStory } from '../support/story.js';

// How sockets end, what may be said on them, and what happens to what may not.

let story: Story;
beforeAll(async () => {
  story = await startStory();
});
afterAll(() => story.stop());

describe('[S4] what ends a session ends its sockets', () => {
  const browser = async (name: string) =>
    personAt(story.http, { cookie: await story.signIn(name), origin: story.url }, story.check);

  test('signing out', async () => {
    const page = await browser('ana');
    const other = await connect(story.url, await browser('ana'));
    const sockets = [await connect(story.url, page), await connect(story.url, page)];
    expect((await page.post('/api/auth/sign-out', {})).status).toBe(200);
    for (const socket of sockets) {
      expect(await socket.next('bye')).toEqual({ type: 'bye', reason: 'signed-out', retry: null });
      expect((await socket.closed).code).toBe(4401);
    }
    expect((await page.get('/api/me')).status).toBe(401);
    expect((await personOn(other).get('/api/me')).status).toBe(200);
    other.close();
  });

  test('ending one’s other sessions', async () => {
    const [page, other] = [await browser('ben'), await connect(story.url, await browser('ben'))];
    const own = await connect(story.url, page);
    expect((await page.post('/api/auth/revoke-other-sessions', {})).status).toBe(200);
    expect((await other.next('bye')).reason).toBe('signed-out');
    await other.closed;
    expect((await personOn(own).get('/api/me')).status).toBe(200);
    own.close();
  });

  test('a new password', async () => {
    const [page, other] = [await browser('dora'), await connect(story.url, await browser('dora'))];
    const passwords = { currentPassword: password, newPassword: `${password}!` };
    expect((await page.post('/api/auth/change-password', passwords)).status).toBe(200);
    expect((await other.next('bye')).reason).toBe('signed-out');
    await other.closed;
  });

  test('revoking a token', async () => {
    const token = await story.token('ana');
    const machine = personAt(story.http, { authorization: `Bearer ${token}` }, story.check);
    const socket = await connect(story.url, machine);
    expect(await story.engine.auth.revokeToken(token)).toBe(true);
    expect((await socket.next('bye')).reason).toBe('signed-out');
    await socket.closed;
    expect((await machine.get('/api/me')).status).toBe(401);
  });

  test('a ticket that was asked for before opens nothing after', async () => {
    const token = await story.token('ana');
    const ticket = await ticketOf(personAt(story.http, { authorization: `Bearer ${token}` }, story.check));
    await story.engine.auth.revokeToken(token);
    const socket = await openSocket(story.url);
    socket.say(hello(ticket));
    expect((await socket.next('refused')).problem.type).toBe('/problems/unauthenticated');
    await socket.closed;
  });

  test('a socket that is just opening does not slip through', async () => {
    for (let round = 0; round < 10; round += 1) {
      const token = await story.token('ana');
      const ticket = await ticketOf(personAt(story.http, { authorization: `Bearer ${token}` }, story.check));
      const socket = await openSocket(story.url);
      socket.say(hello(ticket));
      await story.engine.auth.revokeToken(token);
      // Refused or said goodbye to, but not left open.
      expect(await socket.next('bye')).toBeDefined();
      await socket.closed;
    }
  });
});

describe('[S3] a frame that is not understood', () => {
  const garbage = [
    'x',
    '',
    '{"type":',
    'null',
    '[]',
    '5',
    '"hello"',
    '{}',
    '{"type":"constructor"}',
    '{"type":"__proto__"}',
    '{"type":"request"}',
    '{"type":"request","ref":"1","method":"BREW","path":"/api/me"}',
    '{"type":"request","ref":5,"method":"GET","path":"/api/me"}',
    '{"type":"request","ref":"1","method":"GET","path":"/api/me","extra":1}',
    '{"type":"hello","protocol":1,"ticket":"x","cursors":{"a":5}}',
    `{"type":"request","ref":"1","method":"GET","path":"/${'x'.repeat(5_000)}"}`,
    '['.repeat(5_000) + ']'.repeat(5_000),
  ];

  test('gets refused and costs only itself', async () => {
    const ana = await connect(story.url, story.as('ana'));
    for (const text of garbage) {
      ana.sayText(text);
      expect([text, (await ana.next('refused')).problem.type]).toEqual([text, '/problems/malformed']);
      expect((await personOn(ana).get('/api/me')).status).toBe(200);
    }
    ana.close();
  });

  test('three in a row close the connection', async () => {
    const ana = await connect(story.url, story.as('ana'));
    for (const text of garbage.slice(0, 3)) ana.sayText(text);
    expect(await ana.next('bye')).toEqual({ type: 'bye', reason: 'refused', retry: null });
    expect((await ana.closed).code).toBe(4400);
    expect(ana.heard('refused')).toHaveLength(3);
  });

  test.each([
    ['a ticket that is none', 'no-ticket', {}],
    ['a protocol of tomorrow', null, { protocol: 99 }],
  ])('%s closes with a reason that is true of it', async (_name, ticket, more) => {
    const socket = await openSocket(story.url);
    socket.say({ ...hello(ticket ?? (await ticketOf(story.as('ana')))), ...more });
    expect((await socket.next('refused')).problem.detail).toMatch(/ticket|protocol/);
    expect(await socket.closed).toMatchObject({
      code: 4400,
      reason: 'The connection was refused: see the message before',
    });
  });

  test('a second hello changes nothing', async () => {
    const ana = await connect(story.url, story.as('ana'));
    ana.say(hello(await ticketOf(story.as('zoe'))));
    expect((await ana.next('refused')).problem.type).toBe('/problems/malformed');
    expect((await personOn(ana).get<{ user: { id: string } }>('/api/me')).body.user.id).toBe('ana');
    ana.close();
  });
});

describe('[S3] a request on a socket', () => {
  test('is refused as over HTTP, whatever its path', async () => {
    const ana = await connect(story.url, story.as('ana'));
    const person = personOn(ana);
    const paths = [
      'x',
      '/',
      '//',
      '///api/me',
      '/\\evil:99999/',
      '\\\\evil:99999',
      '/\t/evil:99999',
      'http://evil:99999/',
      '?',
      '#',
      '%',
      '/api/%',
      '/api/me/..',
      '\u0000',
      '\ud800',
      '/api',
    ];
    for (const path of paths) {
      const { status, body } = await person.get<Problem>(path);
      expect([path, status, body.type]).toEqual([path, 404, '/problems/not-found']);
    }
    for (const query of ['%', '%E0%A4%A', 'a[b]=1', '\ud800=1']) {
      expect([query, (await person.get(`${books}?${query}`)).status]).toEqual([query, 400]);
    }
    ana.close();
  });

  test('has no more rights than its user, and a cookie or token beside it is not looked at', async () => {
    const vic = await connect(story.url, story.as('vic'));
    const headers = { authorization: `Bearer ${await story.token('ana')}`, cookie: await story.signIn('ana') };
    expect((await personOn(vic).post(books, { title: 'x' }, headers)).status).toBe(403);
    vic.close();
  });

  test('waits its turn: beyond what may wait at once, it is told so', async () => {
    const ana = await connect(story.url, story.as('ana'));
    const person = personOn(ana);
    const answers = await Promise.all(Array.from({ length: 200 }, () => person.get('/api/me')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
    expect((await person.get('/api/me')).status).toBe(200);
    ana.close();
  });
});

test('a ping is answered', async () => {
  const ana = await connect(story.url, story.as('ana'));
  ana.say({ type: 'ping' });
  await ana.next('pong');
  const early = await openSocket(story.url);
  early.say({ type: 'ping' });
  await early.next('pong');
  ana.close();
  early.close();
});

test('[S3] a frame that is too large closes its own connection and no other', async () => {
  const [ana, ben] = [await connect(story.url, story.as('ana')), await connect(story.url, story.as('ben'))];
  ana.sayText('x'.repeat(100_000));
  await ana.closed;
  expect((await personOn(ben).get('/api/me')).status).toBe(200);
  ben.close();
});

test('a server that stops says so, and when to come back', async () => {
  const other = await startStory();
  const ana = await connect(other.url, other.as('ana'));
  await other.stop();
  expect(await ana.next('bye')).toMatchObject({ reason: 'stopping', retry: expect.any(Number) });
  await ana.closed;
});
