import { openPostgresSnapshot, openPostgresStore } from '@stet/store';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { flawsOf, reportOf } from '../support/auditing.js';
import { Catalogue } from '../support/catalogue.js';
import { bookId, fill } from '../support/fill.js';
import { liveIn } from '../support/lived-in.js';
import { type Postgres, startPostgres } from '../support/nodes.js';
import { newDatabase } from '../support/postgres.js';
import { lastingStoreContract } from './store.js';

// The contract on a real Postgres whose own order of text is a human's; and by what means it is asked.

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres({ settings: { fsync: 'off' } });
});
afterAll(() => postgres.stop());

lastingStoreContract('Postgres', async () => {
  const url = await newDatabase(postgres);
  return { store: await openPostgresStore({ url }), reopen: () => openPostgresStore({ url }) };
});

type Asked = [text: string, values: unknown[]];

/** What Postgres itself was asked meanwhile. */
async function askedBy(run: () => Promise<unknown>): Promise<Asked[]> {
  const query = vi.spyOn(pg.Client.prototype, 'query');
  try {
    await run();
    return query.mock.calls as unknown as Asked[];
  } finally {
    query.mockRestore();
  }
}

/** How Postgres goes about it: the indices that it reads by, with what of them it knows, and what it would better not do. */
async function plansOf(url: string, asked: readonly Asked[]): Promise<string[][]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const plans: string[][] = [];
  for (const [text, values] of asked) {
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain (costs off) ${text}`, values);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    const steps = plan.matchAll(
      /Seq Scan on \w+|Sort(?=\n)|(Merge|Hash) Join| (?:using|on) (\w+).*\n +Index Cond: (.*)/g,
    );
    const columns = (condition: string) =>
      [...condition.matchAll(/(\w+)"?\)? [<>=]/g)].map(([, column]) => column).join(' ');
    plans.push(
      [...steps].map(([step, , index, condition]) => (index ? `${index}: ${columns(condition ?? '')}` : step)),
    );
  }
  await client.end();
  return plans;
}

test('log, history, lists, keys and notices are read by their indices, and nothing is sorted for it', async () => {
  const url = await newDatabase(postgres);
  const store = await openPostgresStore({ url });
  const catalogue = await Catalogue.in(store);
  const { workspace } = catalogue;
  await fill(store, catalogue, 3_000);
  await sql`insert into write_keys (workspace, "user", key, content, kind, resource, id, version, at)
    select workspace, 'ana', id, '', 'saved', resource, id, seq, seq::text from changes`.execute(store.db);
  await sql`insert into notices (workspace, "user", seq, at, dismissed)
    select workspace, 'u' || seq % 100, seq, seq::text, 0 from changes`.execute(store.db);
  await sql`insert into access ("user", place) select id, seq from changes`.execute(store.db);
  await sql`analyze`.execute(store.db);
  const asked = await askedBy(async () => {
    await catalogue.log(2_000, 100);
    await catalogue.history(bookId(7), 8, 5);
    await store.log.at(workspace, 'books', bookId(7), 1);
    await store.log.newestVia(workspace, 'books', bookId(7), 'import');
    await catalogue.page({}, { key: 'book 002000', id: 'b' }, 10);
    await store.keys.find(workspace, 'ana', bookId(7));
    await store.notices.of(workspace, 'u7', '2', 10);
    await store.notices.dismiss(workspace, 'u7', 7);
    await store.workspaces.accessAfter(2_990);
  });
  const ofTheRecord = 'records_pkey: workspace resource id';
  const ofItsHistory = 'changes_workspace_resource_id_version_key: workspace resource id version';
  expect(await plansOf(url, asked)).toEqual([
    ['changes_pkey: workspace seq', ofTheRecord],
    [ofItsHistory, ofTheRecord],
    [ofItsHistory, ofTheRecord],
    ['changes_via: workspace resource id via', ofTheRecord],
    ['keys_pkey: workspace resource field id', ofTheRecord],
    ['write_keys_pkey: workspace user key'],
    ['notices_pkey: workspace user', 'changes_pkey: workspace seq', ofTheRecord],
    ['notices_pkey: workspace user seq'],
    ['access_place_key: place'],
  ]);
  await store.close();
});

test('an audit reads one moment of it, finds it sound, and names what is done to it behind our back', async () => {
  const url = await newDatabase(postgres);
  const store = await openPostgresStore({ url });
  await liveIn(store);
  const audited = () => reportOf(openPostgresSnapshot(url));
  expect(await audited()).toMatchObject({
    ...{ workspaces: 2, records: 33, versions: 42, flaws: { total: 0 } },
    values: { current: 38, replaced: 10, recoverable: 1, vanished: 0 },
  });
  const before = await openPostgresSnapshot(url);
  if (before.kind !== 'open') throw new Error(before.kind);
  await before.snapshot.workspaces();
  const damages = [
    sql`delete from changes where id = 'shelf-7'`,
    sql`update changes set body = null where id = 'dune' and version = 3`,
    sql`update records set body = '{' where id = 'emma'`,
    sql`delete from keys where id = 'shelf-8' and field = 'updatedAt'`,
    sql`update write_keys set version = 99 where key = 'ben-1'`,
    sql`update notices set seq = 999`,
  ];
  for (const damage of damages) await damage.execute(store.db);
  expect(flawsOf(await audited())).toEqual([
    ...['content-missing dune', 'history-missing shelf-7', 'key-astray dune', 'key-twice dune', 'list-astray'],
    ...['notice-astray', 'notice-missing dune', 'place-missing', 'record-differs emma', 'unlisted shelf-8'],
  ]);
  // Whoever began before sees nothing of it, and held nobody up.
  expect(flawsOf(await reportOf(Promise.resolve(before)))).toEqual([]);
  await store.close();
});
