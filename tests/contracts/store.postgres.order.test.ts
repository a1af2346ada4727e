import { type Outcome, openPostgresStore, type SqlStore, type Stored } from '@stet/store';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { book, Catalogue, saved } from '../support/catalogue.js';
import { type Postgres, startPostgres } from '../support/nodes.js';
import { closeAll, hold, newDatabase, openNodes, rebuild, untilWaiting } from '../support/postgres.js';
import { seed } from '../support/random.js';

// Several nodes on one Postgres: the order of the log, who waits for whom, and how often a database is asked. What a wrong
// order of things would do is planted, so that these tests are known to notice it.

let postgres: Postgres;
beforeAll(async () => {
  // Nothing crashes here; and whoever waits in a circle learns of it at once.
  postgres = await startPostgres({ settings: { fsync: 'off', deadlock_timeout: '20ms' } });
});
afterAll(() => postgres.stop());

let url: string;
beforeEach(async () => {
  url = await newDatabase(postgres);
});

// What the function of the database (packages/store/src/postgres/commit-function.ts) does, as it stands there.
const beginning = 'begin\n';
const takesCounter =
  'update workspaces set seq = seq + cardinality(accepted) where id = target returning seq into newest;';
const byRecord = 'order by s.resource collate "C", s.id collate "C", s.place';
const end = 'return to_jsonb(outcomes);';

/** The counter's row is taken before anything else: right, but slow. */
const counterFirst = [[beginning, 'begin\n  perform 1 from workspaces where id = target for update;\n']] as const;
/** As others do it: a number is drawn, and then the work is done. */
const sequenceFirst = [
  [beginning, "begin\n  newest := nextval('drawn');\n"],
  [takesCounter, ''],
] as const;
type Changes = ReadonlyArray<readonly [string, string]>;

async function plant(store: SqlStore, changes: Changes, next: number): Promise<void> {
  await sql`create sequence drawn start with ${sql.lit(next)}`.execute(store.db);
  await rebuild(store, changes);
}

/** What a loaded machine does by itself: small delays, as the seed has it. */
const delays = (places: readonly string[]): Changes => {
  const delay = (place: number) =>
    `perform pg_sleep((abs(hashtext(batch::text || '${seed}' || ${place})::bigint) % 8) / 1000.0);`;
  return places.map((text, place) =>
    text === beginning ? [text, `${text}${delay(place)}\n`] : [text, `${delay(place)}\n${text}`],
  );
};

/** Reads on from where it is, as every reader does. */
class Follower {
  readonly seen: number[] = [];
  readonly #catalogue: Catalogue;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  async read(): Promise<void> {
    const entries = await this.#catalogue.log(this.seen.at(-1) ?? 0);
    this.seen.push(...entries.map(({ seq }) => seq));
  }

  /** What stands in the log at or below its place, and was not there when it read so far. */
  async missed(): Promise<number[]> {
    return (await this.#catalogue.log()).map(({ seq }) => seq).filter((seq) => !this.seen.includes(seq));
  }
}

describe('[L1] somebody holds a record, and a save to it waits', () => {
  /** What a save to another record of the workspace, by way of another node, does meanwhile; and what a follower misses. */
  async function meanwhile(changes: Changes = []) {
    const stores = await openNodes(url, 3);
    const [here, there, other] = stores as [SqlStore, SqlStore, SqlStore];
    const catalogue = await Catalogue.in(here);
    const [r1, r2] = [await catalogue.create('r1', { title: 'One' }), await catalogue.create('r2', { title: 'Two' })];
    await plant(here, changes, 3);
    const follower = new Follower(new Catalogue(other, catalogue.workspace));
    const letGo = await hold(other, catalogue, 'r1');
    const first = catalogue.update(r1, { pages: 1 });
    await untilWaiting(other, 1);
    const second = new Catalogue(there, catalogue.workspace).update(r2, { pages: 2 });
    const isFree = await Promise.race([second.then(() => true), untilWaiting(other, 2).then(() => false)]);
    if (isFree) await follower.read();
    await letGo();
    await Promise.all([first, second]);
    await follower.read();
    const log = (await catalogue.log()).map(({ seq, id }) => [seq, id]);
    const missed = await follower.missed();
    await closeAll(stores);
    return { isFree, log: log.slice(2), missed };
  }

  test('a save to another record passes it, and the log is dense and in the order of the commits', async () => {
    const order = [
      [3, 'r2'],
      [4, 'r1'],
    ];
    expect(await meanwhile()).toEqual({ isFree: true, log: order, missed: [] });
  });

  test('planted: with the counter taken first, it waits too', async () => {
    expect(await meanwhile(counterFirst)).toMatchObject({ isFree: false, missed: [] });
  });

  test('planted: with a sequence drawn first, whoever follows misses one for ever', async () => {
    expect(await meanwhile(sequenceFirst)).toMatchObject({ isFree: true, missed: [3] });
  });
});

describe('[L1] many save through several nodes, with delays, while somebody follows the log', () => {
  const [writers, rounds] = [4, 12];

  async function missedInACrowd(changes: Changes = []): Promise<number[]> {
    const stores = await openNodes(url, writers + 1);
    const [reader, ...nodes] = stores as [SqlStore, ...SqlStore[]];
    const catalogue = await Catalogue.in(reader);
    await plant(reader, [...changes, ...delays([beginning, end])], 1);
    const follower = new Follower(catalogue);
    let busy = writers;
    const writing = nodes.map(async (node, place) => {
      const own = new Catalogue(node, catalogue.workspace);
      for (let round = 0; round < rounds; round += 1) await own.create(`b${place}-${round}`, { title: 'Book' });
      busy -= 1;
    });
    while (busy > 0) await follower.read();
    await Promise.all(writing);
    await follower.read();
    expect(follower.seen).toEqual([...follower.seen].sort((a, b) => a - b));
    const missed = await follower.missed();
    expect(await catalogue.log()).toHaveLength(writers * rounds);
    await closeAll(stores);
    return missed;
  }

  test(`nothing appears behind whoever has read so far (STET_SEED=${seed})`, async () => {
    expect(await missedInACrowd()).toEqual([]);
  });

  test(`planted: with a sequence drawn first, much does (STET_SEED=${seed})`, async () => {
    expect((await missedInACrowd(sequenceFirst)).length).toBeGreaterThan(0);
  });
});

describe('batches of two nodes', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];

  /** What the driver itself was told went wrong meanwhile. */
  async function troubles(run: () => Promise<void>): Promise<string[]> {
    const codes: string[] = [];
    const query = vi.spyOn(pg.Client.prototype, 'query');
    try {
      await run();
      for (const { type, value } of query.mock.settledResults) {
        if (type === 'rejected') codes.push(value instanceof pg.DatabaseError ? (value.code ?? '') : String(value));
      }
      return codes;
    } finally {
      query.mockRestore();
    }
  }

  /** Both save all records, one forwards and one backwards; who comes first is held up in the middle. */
  async function crossing(changes: Changes = []) {
    const stores = await openNodes(url, 3);
    const [here, there, other] = stores as [SqlStore, SqlStore, SqlStore];
    const catalogue = await Catalogue.in(here);
    const records = await Promise.all(ids.map((id) => catalogue.create(id, { title: id })));
    await plant(other, changes, 1);
    let outcomes: Outcome[] = [];
    const codes = await troubles(async () => {
      const letGo = await hold(other, catalogue, 'c');
      const save = (node: SqlStore, all: readonly Stored[]) =>
        all.map((record) =>
          new Catalogue(node, catalogue.workspace).write(record.id, record, book({ title: record.id, pages: 1 })),
        );
      const saves = [...save(here, records), ...save(there, [...records].reverse())];
      await untilWaiting(other, 2);
      await letGo();
      outcomes = await Promise.all(saves);
    });
    const log = await catalogue.log();
    await closeAll(stores);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, place) => place + 1));
    expect(
      log
        .slice(ids.length)
        .map(({ id, version }) => `${id} v${version}`)
        .sort(),
    ).toEqual(ids.map((id) => `${id} v2`));
    return { kinds: outcomes.map(({ kind }) => kind).sort(), codes: [...new Set(codes)] };
  }

  const each = [...ids.map(() => 'moved'), ...ids.map(() => 'saved')];

  test('on the same records in opposite order each save is accepted or refused, and nobody waits in a circle', async () => {
    expect(await crossing()).toEqual({ kinds: each, codes: [] });
  });

  test('planted: in the order in which they came they do, and are tried again without anybody being told', async () => {
    expect(await crossing([[byRecord, 'order by s.place']])).toEqual({ kinds: each, codes: ['40P01'] });
  });

  test('[V7] of one write that comes to two nodes at once with its key, one is made', async () => {
    const stores = await openNodes(url, 2);
    const catalogue = await Catalogue.in(stores[0] as SqlStore);
    const keys = Array.from({ length: 20 }, (_, place) => ({ key: `k${place}`, content: 'c' }));
    const outcomes = await Promise.all(
      stores.flatMap((node, side) => {
        const own = new Catalogue(node, catalogue.workspace);
        const ordered = side === 0 ? keys : [...keys].reverse();
        // As when the server chooses the id: each attempt has another one.
        return ordered.map((key) => own.write(`${key.key}-${side}`, null, book({ title: 'Book' }), { key }));
      }),
    );
    const made = outcomes.filter(({ kind }) => kind === 'saved').map((outcome) => saved(outcome));
    expect(made.map(({ key }) => key).sort()).toEqual(keys.map(({ key }) => key).sort());
    const told = outcomes.flatMap((outcome) => (outcome.kind === 'repeated' ? [outcome.kept.id] : []));
    expect(told.sort()).toEqual(made.map(({ id }) => id).sort());
    await closeAll(stores);
  });
});

test('saves that come together go in one round trip, each with its own outcome', async () => {
  const store = await openPostgresStore({ url });
  const catalogue = await Catalogue.in(store);
  await catalogue.create('b7', { title: 'Was there' });
  const query = vi.spyOn(pg.Client.prototype, 'query');
  const outcomes = await Promise.all(
    Array.from({ length: 64 }, (_, place) => catalogue.write(`b${place}`, null, book({ title: 'Book' }))),
  );
  const asked = query.mock.calls.length;
  query.mockRestore();
  expect(outcomes.map(({ kind }) => kind)).toEqual(outcomes.map((_, place) => (place === 7 ? 'moved' : 'saved')));
  expect(asked).toBe(1);
  await store.close();
});

test('who waits in one workspace holds up nobody in another', async () => {
  const stores = await openNodes(url, 2);
  const [here, other] = stores as [SqlStore, SqlStore];
  const [one, two] = [await Catalogue.in(here), await Catalogue.in(here)];
  const record = await one.create('r', { title: 'Held' });
  const letGo = await hold(other, one, 'r');
  const held = one.update(record, { pages: 1 });
  await untilWaiting(other, 1);
  expect(await two.create('r', { title: 'Free' })).toMatchObject({ version: 1 });
  await letGo();
  expect(await held).toMatchObject({ version: 2 });
  await closeAll(stores);
});
