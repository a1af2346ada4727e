import type { Device, DraftStore } from '@stet/client';
import type { Store } from '@stet/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomOf, seed } from '../support/random.js';
import { type InProcess, startInProcess } from '../support/server.js';
import { type Plant, Session } from '../support/sessions.js';

// Nothing that anybody typed is ever lost: three editors, random work, and an account of every value.

const sessions = 100;
const steps = 40;
/** How many go on at once. */
const together = 4;

let server: InProcess;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.stop());

let workspaces = 0;
async function losses(number: number, plant?: Plant): Promise<string[]> {
  workspaces += 1;
  const session = new Session(server, `session-${workspaces}`, randomOf(number), plant);
  try {
    await session.run(steps);
    return await session.losses();
  } finally {
    session.close();
  }
}

test(`[C5] ${sessions} sessions of three editors lose nothing (STET_SEED=${seed})`, async () => {
  const numbers = Array.from({ length: sessions }, (_, count) => seed + count);
  const work = async () => {
    for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
      expect(await losses(number), `STET_SEED=${number}`).toEqual([]);
    }
  };
  await Promise.all(Array.from({ length: together }, work));
}, 300_000);

describe('a loss that is planted is found', () => {
  const isFound = async (plant: Plant): Promise<boolean> => {
    for (let count = 0; count < sessions; count += 1) {
      if ((await losses(seed + count, plant)).length > 0) return true;
    }
    return false;
  };

  test('where the device says that it keeps a draft, and does not', async () => {
    const forgetful = (device: Device): Device => ({
      ...device,
      tab: (owner): DraftStore => ({ ...device.tab(owner), put: async () => {} }),
    });
    expect(await isFound({ device: forgetful })).toBe(true);
  });

  test('where a save is acknowledged and was not made', async () => {
    const liar: Plant['fetch'] = (fetching) => async (input, init) => {
      if (init?.method !== 'PATCH') return fetching(input, init);
      const path = String(input).replace(/\?.*/, '');
      const read = await fetching(path, { headers: init.headers ?? {} });
      const body = { ...((await read.json()) as object), ...(JSON.parse(String(init.body)) as object) };
      return new Response(JSON.stringify(body), { status: read.status, headers: read.headers });
    };
    expect(await isFound({ fetch: liar })).toBe(true);
  });

  test('where a save leaves out a field on its way', async () => {
    const forgets: Plant['fetch'] = (fetching) => async (input, init) => {
      if (init?.method !== 'PATCH') return fetching(input, init);
      const [, ...rest] = Object.entries(JSON.parse(String(init.body)) as Record<string, unknown>);
      return fetching(input, { ...init, body: JSON.stringify(Object.fromEntries(rest)) });
    };
    expect(await isFound({ fetch: forgets })).toBe(true);
  });

  test('where the server combines two edits, and drops one side', async () => {
    const { store } = server.engine;
    const { write } = store;
    const dropping: Store['write'] = (asked) => {
      const theirs = Object.entries(asked.how?.combined?.fields ?? {}).filter(([, verdict]) => verdict === 'theirs');
      const emptied = Object.fromEntries(theirs.map(([name]) => [name, asked.resource.fields[name]?.empty ?? null]));
      return write({ ...asked, body: asked.body && { ...asked.body, ...emptied, title: asked.body.title ?? null } });
    };
    Object.assign(store, { write: dropping });
    const found = await isFound({});
    Object.assign(store, { write });
    expect(found).toBe(true);
  });

  test('where a stale save is sent as if it were based on what is there now', async () => {
    const force: Plant['fetch'] = (fetching) => async (input, init) => {
      if (init?.method !== 'PATCH') return fetching(input, init);
      const headers = { ...(init.headers as Record<string, string>) };
      const read = await fetching(String(input).replace(/\?.*/, ''), { headers });
      const etag = read.headers.get('etag');
      delete headers['stet-base'];
      return fetching(input, { ...init, headers: etag ? { ...headers, 'if-match': etag } : headers });
    };
    expect(await isFound({ fetch: force })).toBe(true);
  });
});
