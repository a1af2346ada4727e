import { books } from '@stet/protocol';
import { openSqliteStore } from '@stet/store';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { startTidying } from './tidying.js';

// What a server does by itself when it starts: on a real store, with changes of known age.

const silent = pino({ level: 'silent' });
const day = 24 * 60 * 60 * 1000;

test('[L3] a server that starts prunes what is older than it is to keep, and nothing that is younger', async () => {
  const store = await openSqliteStore(':memory:');
  await store.workspaces.create({ id: 'catalogue', name: 'The catalogue' });
  for (const [place, age] of [400, 91, 89, 0].entries()) {
    const at = new Date(Date.now() - age * day).toISOString();
    const body = { title: `${age} days old` };
    const by = { id: 'ana', name: 'Ana' };
    const write = { workspace: 'catalogue', resource: books, id: `b${place}`, before: null, fields: ['title'], by, at };
    await store.write({ ...write, action: 'create', body });
  }
  const floorAfter = async (keepDays: number) => {
    await startTidying(store, keepDays, silent)();
    return (await store.workspaces.get('catalogue'))?.floor;
  };
  expect([await floorAfter(500), await floorAfter(90), await floorAfter(88), await floorAfter(500)]).toEqual([
    0, 2, 3, 3,
  ]);
  expect(await store.log.at('catalogue', 'books', 'b0', 1)).toMatchObject({
    left: { body: { title: '400 days old' } },
  });
  await store.close();
});

test('a store that fails while it is tidied ends nothing', async () => {
  const store = await openSqliteStore(':memory:');
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const stop = startTidying({ ...store, prune: () => Promise.reject(new Error('The disk is full')) }, 90, log);
  await stop();
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ msg: 'tidying failed', err: expect.objectContaining({ message: 'The disk is full' }) }),
  ]);
  await store.close();
});
