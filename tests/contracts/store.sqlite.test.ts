import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '@stet/store';
import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { lastingStoreContract, storeContract } from './store.js';

// The contract on SQLite, in memory and in a file, and what only a file can lose.

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function newFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stet-store-'));
  folders.push(folder);
  return join(folder, 'data', 'stet.db');
}

storeContract('SQLite in memory', async () => ({ store: await openSqliteStore(':memory:') }));

lastingStoreContract('SQLite in a file', async () => {
  const file = await newFile();
  return { store: await openSqliteStore(file), reopen: () => openSqliteStore(file) };
});

test('[V6] a commit waits for the disk on every open of a file, the second included', async () => {
  const file = await newFile();
  for (const open of ['first', 'second', 'third']) {
    const store = await openSqliteStore(file);
    const read = async (name: string) =>
      (await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(store.db)).rows;
    expect([open, await read('synchronous')]).toEqual([open, [{ synchronous: 2 }]]);
    expect([open, await read('journal_mode')]).toEqual([open, [{ journal_mode: 'wal' }]]);
    expect([open, await read('foreign_keys')]).toEqual([open, [{ foreign_keys: 1 }]]);
    await store.close();
  }
});
