// Servers that a run starts for itself: the very program, killed and started anew, and nothing of it left behind.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type Own, Refusal, runningServer, startOwn } from '@stet/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanEnv } from '../../scripts/lib/run.mjs';
import { until } from '../support/until.js';

const workspace = 'run';
let own: Own;
beforeAll(async () => {
  own = await startOwn({
    nodes: 1,
    users: [
      { user: 'ana', role: 'editor' },
      { user: 'vic', role: 'viewer' },
    ],
    workspace,
    testMode: true,
    // Whoever starts us has settings of their own.
    env: { ...process.env, PORT: '1', DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', NODE_ENV: 'production' },
  });
});
afterAll(() => own?.stop());

const ask = (user: string, method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${own.urls[0]}/api/workspaces/${workspace}/books${path}`, {
    method,
    headers: { authorization: `Bearer ${own.tokenOf(user)}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const status = async (answer: Promise<Response>): Promise<number> => (await answer).status;

test('[V6] it is killed with -9 and started anew, at the same address, and what was acknowledged is there', async () => {
  expect(await status(ask('ana', 'POST', '', { id: 'book-1', title: 'Dune' }))).toBe(201);
  const before = own.urls[0];
  await own.kill(0);
  await expect(ask('ana', 'GET', '/book-1')).rejects.toThrow('fetch failed');
  await own.restart(0);
  expect([own.urls[0], await status(ask('ana', 'GET', '/book-1'))]).toEqual([before, 200]);
});

test('[S1] nobody signs in as one of its users with a password: they have none', async () => {
  for (const password of ['', 'null', 'undefined', 'a password that is long']) {
    const answer = await fetch(`${own.urls[0]}/api/auth/sign-in/username`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'ana', password }),
    });
    expect(answer.status).toBe(401);
  }
});

test('[H1] access is given and taken while it runs; it is waited for where the server is down', async () => {
  expect(await status(ask('vic', 'POST', '', { id: 'book-2', title: 'Emma' }))).toBe(403);
  await own.kill(0);
  const given = own.access('vic', 'editor');
  await own.restart(0);
  await given;
  expect(await status(ask('vic', 'POST', '', { id: 'book-2', title: 'Emma' }))).toBe(201);
  await own.access('vic', null);
  await own.access('vic', null);
  expect(await status(ask('vic', 'GET', '/book-2'))).toBe(404);
});

describe('a server that runs already', () => {
  const running = (url: string, ...tokens: string[]) => runningServer({ url, tokens, workspace });

  test('says whose tokens these are, and what they may do', async () => {
    const { users, urls, tokenOf } = await running(`${own.urls[0]}/`, own.tokenOf('ana'));
    expect([users, urls]).toEqual([[{ user: 'ana', role: 'editor' }], own.urls]);
    expect(tokenOf('ana')).toBe(own.tokenOf('ana'));
    expect(() => tokenOf('zoe')).toThrow('There is no user "zoe" in this run.');
  });

  test('or why it can’t be used, in words', async () => {
    const [url = ''] = own.urls;
    const ana = own.tokenOf('ana');
    const wrong: Array<[() => Promise<unknown>, RegExp]> = [
      [() => running('localhost:4000', ana), /is no address/],
      [() => running('http://127.0.0.1:1', ana), /can’t be reached/],
      [() => running(`${url}/docs`, ana), /does not answer as Stet does/],
      [() => running(url), /takes a token/],
      [() => running(url, 'stet_of-somebody-else'), /The token is not taken by/],
      [() => running(url, ana, ana), /Two of the tokens are of ana/],
      [() => running(url, 'two\nlines'), /The token is no token/],
      [() => runningServer({ url, tokens: [ana], workspace: 'another' }), /is no member of "another"/],
    ];
    for (const [asked, words] of wrong) {
      const refusal = await asked().catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(Refusal);
      expect((refusal as Refusal).message).toMatch(words);
    }
  });
});

test('several servers are refused where there is no Postgres for them, or none that answers', async () => {
  const several = (env: NodeJS.ProcessEnv) => startOwn({ nodes: 2, users: [], workspace, testMode: false, env });
  await expect(several({})).rejects.toThrow(/Several servers need a Postgres: name one in DATABASE_URL/);
  await expect(several({ DATABASE_URL: 'postgres://a@127.0.0.1:1/b', STET_REDIS_SERVER: '/none' })).rejects.toThrow(
    'STET_REDIS_SERVER names /none, and there is none.',
  );
});

test('nothing is left where whoever started it is killed', async () => {
  const script = `
    import { startOwn } from '@stet/server';
    const { urls, data } = await startOwn({ nodes: 1, users: [], workspace: 'run', testMode: false });
    console.log(JSON.stringify({ url: urls[0], data }));
    setInterval(() => {}, 1000);
  `;
  const cwd = new URL('../../apps/server', import.meta.url);
  const starter = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd,
    env: cleanEnv(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(starter.stdout, 'data')) as [Buffer];
    const { url, data } = JSON.parse(line.toString()) as { url: string; data: string };
    expect([(await fetch(`${url}/livez`)).status, existsSync(data)]).toEqual([200, true]);
    starter.kill('SIGKILL');
    const isGone = () =>
      fetch(`${url}/livez`).then(
        () => false,
        () => !existsSync(data),
      );
    await until('server and folder are gone', isGone);
  } finally {
    starter.kill('SIGKILL');
  }
});
