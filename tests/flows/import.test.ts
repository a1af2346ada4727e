import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createStet, type Draft, type Stet } from '@stet/client';
import { books } from '@stet/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Server, startServer } from '../support/server.js';
import { until } from '../support/until.js';

// A large file comes in through the running server, while two people work.

const whole = fileURLToPath(new URL('../../../shared/data/goodbooks-10k.csv', import.meta.url));
const demo = fileURLToPath(new URL('../../apps/server/demo/books.csv', import.meta.url));
const file = existsSync(whole) ? whole : demo;
const expected = file === whole ? { created: 9_400, unchanged: 600 } : { created: 0, unchanged: 600 };

let server: Server;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

async function editor(name: string): Promise<Stet> {
  const token = (await server.cli(['token', 'create', name])).stdout.trim();
  const stet = createStet({
    base: `${server.url}/api`,
    socket: `${server.url}/rt`,
    headers: { authorization: `Bearer ${token}` },
    workspace: 'catalogue',
    user: { id: name, name },
  });
  stet.start();
  await until(`${name} is connected`, () => stet.connection.state.kind === 'open');
  return stet;
}

const open = async (stet: Stet, id: string): Promise<Draft> => {
  const model = stet.record(books, id);
  await stet.load(model);
  return stet.drafts.open(model);
};

test(`an import of ${file === whole ? '10,000' : '600'} books, while two people go on saving and hearing each other`, async () => {
  const [ana, ben] = [await editor('ana'), await editor('ben')];
  const [mine, theirs] = [await open(ana, '7'), await open(ben, '7')];
  let isOver = false;
  const importing = server.cli(['import', file, '--as', 'mara', '--json']).finally(() => {
    isOver = true;
  });
  let saves = 0;
  const results: string[] = [];
  for (; !isOver || saves < 4; saves += 1) {
    mine.edit('pages', 1000 + saves);
    results.push(await mine.submit());
    await until('ben hears of it', () => theirs.get('pages') === 1000 + saves);
  }
  expect(new Set(results)).toEqual(new Set(['saved']));
  const { status, stdout } = await importing;
  expect(status).toBe(0);
  const report = JSON.parse(stdout.trim().split('\n').at(-1) as string);
  expect(JSON.stringify(report)).toContain(`"created":${expected.created}`);
  expect(JSON.stringify(report)).toContain(`"unchanged":${expected.unchanged}`);

  // What ana saved meanwhile stands, and a second import changes nothing and says so.
  const again = await server.cli(['import', file, '--as', 'mara', '--json']);
  expect(again.status).toBe(0);
  expect(again.stdout).toContain('"created":0');
  expect(again.stdout).toContain('"updated":0');
  const { items } = (await ana
    .api({ method: 'GET', path: '/workspaces/catalogue/books/7/versions?limit=1' })
    .then((answer) => (answer.kind === 'ok' ? answer.body : {}))) as {
    items: Array<{ version: number; by: { id: string } }>;
  };
  expect(items[0]).toMatchObject({ version: 1 + saves, by: { id: 'ana' } });
  ana.stop();
  ben.stop();
}, 120_000);
