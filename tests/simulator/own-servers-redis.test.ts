// Several servers of a run's own, on a database of its own and a Redis of its own that fails.
import { type Own, startOwn } from '@stet/server';
import { openPostgresStore } from '@stet/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Postgres, startPostgres } from '../support/nodes.js';

const workspace = 'run';
let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres?.stop());

const several = (url: string): Promise<Own> =>
  startOwn({
    nodes: 2,
    users: [{ user: 'ana', role: 'editor' }],
    workspace,
    testMode: false,
    env: { ...process.env, DATABASE_URL: url },
  });

test('[H3] two servers share what is saved, whatever becomes of Redis; and nothing is left of them', {
  timeout: 120_000,
}, async () => {
  const own = await several(postgres.url);
  try {
    let saved = 0;
    const ask = (node: number, method: string, path = '', body?: unknown): Promise<Response> =>
      fetch(`${own.urls[node]}/api/workspaces/${workspace}/books${path}`, {
        method,
        headers: { authorization: `Bearer ${own.tokenOf('ana')}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    /** By one node, and read by the other. */
    const share = async (by: number): Promise<number[]> => {
      saved += 1;
      const { status } = await ask(by, 'POST', '', { id: `book-${saved}`, title: 'Dune' });
      return [status, (await ask(1 - by, 'GET', `/book-${saved}`)).status];
    };

    expect(await share(0)).toEqual([201, 200]);
    await own.redis?.kill();
    expect(await share(1)).toEqual([201, 200]);
    await own.redis?.restart();
    const paused = own.redis?.pause(1_000);
    expect(await share(0)).toEqual([201, 200]);
    await own.access('ana', 'manager');
    await paused;
    await own.kill(0);
    expect((await ask(1, 'GET', '/book-1')).status).toBe(200);
    await own.restart(0);
    expect(await share(0)).toEqual([201, 200]);
  } finally {
    await own.stop();
  }
  await expect(openPostgresStore({ url: own.database ?? '' })).rejects.toThrow(/does not exist/);
});

test('a database that is not there is told of in words, without its password', async () => {
  await expect(several('postgres://ana:secret@127.0.0.1:1/none')).rejects.toThrow(
    /^No database of its own could be made at postgres:\/\/127\.0\.0\.1:1\/none: .*ECONNREFUSED/,
  );
});
