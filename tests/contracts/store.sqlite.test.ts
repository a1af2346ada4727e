import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outcome, openSqliteStore } from '@stet/store';
import Database from 'better-sqlite3';
import { sql } from 'kysely';
import { afterAll, expect, test, vi } from 'vitest';
import { ana, ben, book, Catalogue, saved } from '../support/catalogue.js';
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

/** What SQLite itself was asked meanwhile: each statement's text, where it was not asked before. */
async function statementsOf(run: () => Promise<unknown>): Promise<string[]> {
  const prepare = vi.spyOn(Database.prototype, 'prepare');
  try {
    await run();
    return prepare.mock.calls.map(([text]) => text);
  } finally {
    prepare.mockRestore();
  }
}

/** How SQLite would go about a statement, step by step. */
function planOf(file: string, statement: string): string[] {
  const database = new Database(file, { readonly: true });
  const parameters = statement.split('?').slice(1);
  const steps = database.prepare<unknown[], { detail: string }>(`explain query plan ${statement}`);
  const details = steps.all(parameters.map(() => 1)).map(({ detail }) => detail);
  database.close();
  return details;
}

const ofTheRecord = 'SEARCH records USING INDEX sqlite_autoindex_records_1 (workspace=? AND resource=? AND id=?)';
const ofItsHistory = 'SEARCH changes USING INDEX sqlite_autoindex_changes_2 (workspace=? AND resource=? AND id=? AND';

test('a page of a history and one version cost the same with ten versions and with 10,000', async () => {
  const file = await newFile();
  const store = await openSqliteStore(file);
  const catalogue = await Catalogue.in(store);
  let record = await catalogue.create('emma', { title: 'Emma' });
  /** Each write is based on what the one before it is to leave, so that none waits for the disk alone. */
  async function grow(to: number): Promise<void> {
    const writes: Array<Promise<Outcome>> = [];
    while (record.version < to) {
      const [version, at] = [record.version + 1, new Date().toISOString()];
      const body = book({ title: 'Emma', pages: version });
      writes.push(catalogue.write('emma', record, body, { at }));
      record = { ...record, version, body, updatedAt: at };
    }
    for (const outcome of await Promise.all(writes)) saved(outcome);
  }
  const versionAt = (version: number) => store.log.at(catalogue.workspace, 'books', 'emma', version);

  await grow(10);
  const ofPage = await statementsOf(() => catalogue.history('emma', 8, 5));
  const ofVersion = await statementsOf(() => versionAt(5));
  const plans = () => ({
    page: ofPage.map((statement) => planOf(file, statement)),
    version: ofVersion.map((statement) => planOf(file, statement)),
  });
  const withTen = plans();
  // By the index alone, and in its order: nothing is sorted, and no more is read than is told.
  expect(withTen).toEqual({
    page: [[ofTheRecord, `${ofItsHistory} version<?)`]],
    version: [[`${ofItsHistory} version=?)`, ofTheRecord]],
  });

  await grow(10_000);
  expect(await catalogue.get('emma')).toEqual(record);
  expect(plans()).toEqual(withTen);
  expect((await catalogue.history('emma', 5_003, 3)).map(({ version }) => version)).toEqual([5_002, 5_001, 5_000]);
  expect(await versionAt(5_000)).toMatchObject({ version: 5_000, left: { body: { pages: 5_000 } } });
  await store.close();
});

test('keys and notices are found and forgotten by their indices, and nothing is sorted for it', async () => {
  const file = await newFile();
  const store = await openSqliteStore(file);
  const statements = await statementsOf(async () => {
    await store.keys.find('w', 'ana', 'k');
    await store.notices.of('w', 'ana', '2025', 100);
    await store.notices.dismiss('w', 'ana', 1);
    await store.tidy('2025');
  });
  expect(statements.flatMap((statement) => planOf(file, statement))).toEqual([
    'SEARCH write_keys USING PRIMARY KEY (workspace=? AND user=? AND key=?)',
    'SEARCH notices USING PRIMARY KEY (workspace=? AND user=?)',
    'SEARCH changes USING INDEX sqlite_autoindex_changes_1 (workspace=? AND seq=?)',
    ofTheRecord,
    'SEARCH notices USING PRIMARY KEY (workspace=? AND user=? AND seq=?)',
    'SEARCH write_keys USING PRIMARY KEY (workspace=? AND user=? AND key=?)',
    'LIST SUBQUERY 2',
    'SEARCH write_keys USING COVERING INDEX write_keys_at (at<?)',
    'SEARCH notices USING PRIMARY KEY (workspace=? AND user=? AND seq=?)',
    'LIST SUBQUERY 2',
    'SEARCH notices USING COVERING INDEX notices_at (at<?)',
  ]);
  await store.close();
});

/** As a write says that it knowingly replaced what ana had saved. */
const overAna = { how: { over: { seen: 1, whose: [{ ...ana, fields: ['title'] }] } } };

test('a write pays for a key and for notices only where it has them', async () => {
  const store = await openSqliteStore(':memory:');
  const catalogue = await Catalogue.in(store);
  const touched = async (write: () => Promise<unknown>) =>
    (await statementsOf(write)).flatMap(
      (statement) => /into "(write_keys|notices|changes)"/.exec(statement)?.[1] ?? [],
    );
  const key = { key: 'k', content: 'c' };
  expect(await touched(() => catalogue.create('plain', { title: 'Plain' }))).toEqual(['changes']);
  expect(await touched(() => catalogue.create('keyed', { title: 'Keyed' }, { key }))).toEqual(['write_keys']);
  expect(await touched(() => catalogue.create('over', { title: 'Over' }, { by: ben, ...overAna }))).toEqual([
    'notices',
  ]);
  await store.close();
});

test('a log is pruned by its own index, from where it ended before', async () => {
  const file = await newFile();
  const store = await openSqliteStore(file);
  const catalogue = await Catalogue.in(store);
  await catalogue.create('emma', { title: 'Emma' }, { at: '2024' });
  const statements = await statementsOf(() => store.prune('2025'));
  expect(statements.flatMap((statement) => planOf(file, statement))).toEqual([
    'SCAN workspaces USING INDEX sqlite_autoindex_workspaces_1',
    'SEARCH changes USING INDEX sqlite_autoindex_changes_1 (workspace=? AND seq>?)',
    'SEARCH workspaces USING INDEX sqlite_autoindex_workspaces_1 (id=?)',
  ]);
  await store.close();
});

test('a save that comes while much is being forgotten does not wait for the end of it', async () => {
  const store = await openSqliteStore(':memory:');
  const catalogue = await Catalogue.in(store);
  const keys = Array.from({ length: 3_000 }, (_, place) => `k${place}`);
  await Promise.all(
    keys.map((key) => catalogue.create(key, { title: 'Book' }, { key: { key, content: 'c' }, at: '2024' })),
  );
  const order: string[] = [];
  const tidied = Promise.all([store.tidy('2025'), store.prune('2025')]).then(() => order.push('forgotten'));
  await catalogue.create('emma', { title: 'Emma' }).then(() => order.push('saved'));
  await tidied;
  expect(order).toEqual(['saved', 'forgotten']);
  await store.close();
});

test('a file of the first form opens with all that it held, and goes on with keys and notices', async () => {
  const file = await newFile();
  const first = await openSqliteStore(file);
  const catalogue = await Catalogue.in(first);
  const emma = await catalogue.create('emma', { title: 'Emma' });
  const before = await catalogue.everything([{ q: 'emma' }]);
  const back =
    'drop table access; drop table access_counter; drop table write_keys; drop table notices; drop index changes_via; alter table changes drop column how';
  for (const statement of back.split(';')) await sql.raw(statement).execute(first.db);
  await sql`delete from kysely_migration where name > '0001-first'`.execute(first.db);
  await first.close();

  const store = await openSqliteStore(file);
  const later = new Catalogue(store, catalogue.workspace);
  expect(await later.everything([{ q: 'emma' }])).toEqual(before);
  const key = { key: 'k', content: 'c' };
  const entry = saved(await later.write('emma', emma, book({ title: 'Zola' }), { by: ben, key, ...overAna }));
  expect(await store.notices.of(later.workspace, 'ana', '', 1)).toEqual([{ user: 'ana', entry }]);
  expect(await store.keys.find(later.workspace, 'ben', 'k')).toMatchObject({ id: 'emma', version: 2 });
  await store.close();
});
