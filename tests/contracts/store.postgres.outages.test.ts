import { openPostgresStore, type PostgresOptions, type SqlStore, type Store, StoreUnavailable } from '@stet/store';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { book, Catalogue } from '../support/catalogue.js';
import { type Postgres, startPostgres } from '../support/nodes.js';
import { hold, newDatabase, untilWaiting } from '../support/postgres.js';
import { proxyTo, type TcpProxy } from '../support/proxy.js';
import { until } from '../support/until.js';

// Postgres away, overloaded, stuck, lost half-way: nobody waits for ever, everybody is told the same, no save is lost and
// none is made twice; and when it is back it is used again.

let postgres: Postgres;
beforeAll(async () => {
  // What is killed here is a process: what it wrote is with the system, and a machine can't be cut off its power here.
  postgres = await startPostgres({ settings: { fsync: 'off' } });
});
afterAll(() => postgres.stop());

let url: string;
let store: SqlStore;
let others: Array<() => Promise<unknown>>;
beforeEach(async () => {
  url = await newDatabase(postgres);
  others = [];
  return async () => {
    for (const close of others.reverse()) await close();
  };
});

async function open(options: Partial<PostgresOptions> = {}): Promise<SqlStore> {
  const opened = await openPostgresStore({ url, ...options });
  others.push(() => opened.close());
  return opened;
}

/** A link to the database that can be cut. */
async function throughProxy(): Promise<{ proxy: TcpProxy; url: string }> {
  const proxy = await proxyTo(url);
  others.push(() => proxy.close());
  const through = new URL(url);
  through.port = new URL(proxy.url).port;
  return { proxy, url: through.href };
}

const unavailable = expect.objectContaining({ name: 'StoreUnavailable', retryAfter: expect.any(Number) });

/** What each of them came to: its answer, or that it is to be asked again. */
async function settled(asked: ReadonlyArray<Promise<unknown>>): Promise<unknown[]> {
  const all = await Promise.allSettled(asked);
  return all.map((one) => (one.status === 'fulfilled' ? one.value : one.reason));
}

const works = async (catalogue: Catalogue, id: string): Promise<void> => {
  const made = await catalogue.create(id, { title: 'It works' });
  expect(await catalogue.get(id)).toEqual(made);
};

/** Asks again for as long as nobody can tell; a write with its key, that is. */
async function insist<T>(ask: () => Promise<T>, tries = { count: 0 }): Promise<T> {
  const once = async (): Promise<{ answer: T } | null> => {
    tries.count += 1;
    try {
      return { answer: await ask() };
    } catch (error) {
      if (error instanceof StoreUnavailable) return null;
      throw error;
    }
  };
  return (await until('an answer', once, 60_000)).answer;
}

describe('who asks is told to come again', () => {
  test('where all connections are in use, and finds one later', async () => {
    store = await open({ pool: 1, timeouts: { connect: 2_000 } });
    const catalogue = await Catalogue.in(store);
    let letGo = (): void => {};
    const busy = store.db.connection().execute(
      () =>
        new Promise<void>((resolve) => {
          letGo = resolve;
        }),
    );
    expect(await settled([catalogue.get('emma'), catalogue.create('emma', { title: 'Emma' }), store.ready()])).toEqual([
      unavailable,
      unavailable,
      unavailable,
    ]);
    letGo();
    await busy;
    await works(catalogue, 'emma');
  });

  test('where a statement takes too long', async () => {
    store = await open({ timeouts: { statement: 1_000 } });
    const catalogue = await Catalogue.in(store);
    expect(await settled([sql`select pg_sleep(100)`.execute(store.db)])).toEqual([unavailable]);
    await works(catalogue, 'emma');
  });

  test('where somebody else holds the record; those who came together with it and want another one are saved', async () => {
    store = await open({ timeouts: { lock: 500 } });
    const other = await open();
    const catalogue = await Catalogue.in(store);
    const [emma, dune] = [
      await catalogue.create('emma', { title: 'Emma' }),
      await catalogue.create('dune', { title: 'Dune' }),
    ];
    const letGo = await hold(other, catalogue, 'emma');
    const body = book({ title: 'Emma', pages: 1 });
    const save = () => catalogue.write('emma', emma, body, { key: { key: 'k', content: 'c' } });
    const [held, beside] = [save(), catalogue.update(dune, { pages: 1 })];
    await untilWaiting(other, 1);
    const behind = catalogue.create('kim', { title: 'Kim' });
    expect(await settled([held])).toEqual([unavailable]);
    expect([(await beside).version, (await behind).version]).toEqual([2, 1]);
    await letGo();
    expect(await save()).toMatchObject({ kind: 'saved', entry: { version: 2 } });
    expect((await catalogue.log()).map(({ id, version }) => [id, version])).toEqual([
      ['emma', 1],
      ['dune', 1],
      ['dune', 2],
      ['kim', 1],
      ['emma', 2],
    ]);
  });

  test('where the link is dead and nobody says so; and it closes all the same', async () => {
    const link = await throughProxy();
    store = await open({ url: link.url, pool: 2, timeouts: { answer: 1_000 } });
    const catalogue = await Catalogue.in(store);
    await Promise.all([store.ready(), store.ready()]);
    link.proxy.meet({ kind: 'half-open' });
    expect(await settled([catalogue.get('emma'), catalogue.create('emma', { title: 'Emma' })])).toEqual([
      unavailable,
      unavailable,
    ]);
    // New links are sound.
    await works(catalogue, 'dune');
    link.proxy.meet({ kind: 'half-open' });
  });

  test('where its session is ended, also in the middle of a transaction, and nothing of that stands', async () => {
    store = await open({ pool: 2 });
    const other = await open();
    const catalogue = await Catalogue.in(store);
    const work = store.db.transaction().execute(async (trx) => {
      await sql`update workspaces set name = 'half done'`.execute(trx);
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
      await sql`select pg_terminate_backend(${rows[0]?.pid}, 10000)`.execute(other.db);
      // Nobody speaks on the connection while it is lost.
      await new Promise((resolve) => setImmediate(resolve));
      await sql`select 1`.execute(trx);
    });
    expect(await settled([work])).toEqual([unavailable]);
    expect((await store.workspaces.all()).map(({ name }) => name)).not.toContain('half done');
    await works(catalogue, 'emma');
  });

  test('where nobody is there, from the start; and is told plainly where only the password is wrong', async () => {
    const nowhere = new URL(url);
    nowhere.port = '1';
    const [away, ...wrong] = await settled(
      [nowhere.href, url.replace('let-it-stand', 'wrong'), `${url}-that-is-none`].map((each) =>
        openPostgresStore({ url: each }),
      ),
    );
    expect(away).toEqual(unavailable);
    for (const error of wrong) {
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(StoreUnavailable);
    }
  });
});

describe('a store opens', () => {
  test('once for all, though several nodes start together on an empty database', async () => {
    const stores = await Promise.all(Array.from({ length: 5 }, () => open({ pool: 2 })));
    const [first] = stores as [SqlStore];
    const catalogue = await Catalogue.in(first);
    for (const [place, node] of stores.entries()) await works(new Catalogue(node, catalogue.workspace), `b${place}`);
    const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(first.db);
    expect(rows).toEqual([{ name: '0001-first' }]);
  });

  test('and what only one may do at a time is done one after the other, whatever becomes of it', async () => {
    const stores = await Promise.all([open(), open(), open()]);
    let inside = 0;
    let most = 0;
    const works = stores.map((node, place) =>
      node.exclusively(async () => {
        inside += 1;
        most = Math.max(most, inside);
        await node.ready();
        inside -= 1;
        if (place === 1) throw new Error('no luck');
        return place;
      }),
    );
    expect(await settled(works)).toEqual([0, new Error('no luck'), 2]);
    expect(most).toBe(1);
  });

  test('[V6] but not where commits do not wait for the disk', async () => {
    store = await open();
    const { pathname } = new URL(url);
    await sql.raw(`alter database "${pathname.slice(1)}" set synchronous_commit = off`).execute(store.db);
    await expect(openPostgresStore({ url })).rejects.toThrow('synchronous_commit');
  });
});

describe('[V7] the answer to a commit is lost', () => {
  /** The commit reaches the database, and its answer nobody. */
  async function loseAnswer(): Promise<{ catalogue: Catalogue; arm: () => void; lost: () => boolean }> {
    let armed = false;
    let lost = false;
    const through = new URL(url);
    const proxy = await proxyTo(url, {
      tap() {
        let asked = false;
        return {
          up(bytes) {
            asked ||= armed && bytes.includes('stet_commit');
          },
          down() {
            if (!asked || lost) return;
            lost = true;
            proxy.meet({ kind: 'cut', by: 'rst' });
          },
        };
      },
    });
    others.push(() => proxy.close());
    through.port = new URL(proxy.url).port;
    store = await open({ url: through.href });
    return {
      catalogue: await Catalogue.in(store),
      arm: () => {
        armed = true;
      },
      lost: () => lost,
    };
  }

  test('its repeat with the same key is told what became of it, and makes no second version', async () => {
    const { catalogue, arm, lost } = await loseAnswer();
    const write = () => catalogue.write('emma', null, book({ title: 'Emma' }), { key: { key: 'k', content: 'c' } });
    arm();
    expect(await settled([write()])).toEqual([unavailable]);
    expect(lost()).toBe(true);
    expect(await write()).toMatchObject({ kind: 'repeated', kept: { id: 'emma', version: 1 } });
    expect(await catalogue.log()).toHaveLength(1);
  });

  test('[V2] its repeat without one is refused', async () => {
    const { catalogue, arm } = await loseAnswer();
    const write = () => catalogue.write('emma', null, book({ title: 'Emma' }));
    arm();
    expect(await settled([write()])).toEqual([unavailable]);
    expect(await write()).toEqual({ kind: 'moved' });
    expect(await catalogue.log()).toHaveLength(1);
  });
});

describe('Postgres itself goes', () => {
  test('all who ask are told soon, and it is used again when it is back', async () => {
    store = await open();
    const catalogue = await Catalogue.in(store);
    await postgres.kill();
    const asked = [
      ...Array.from({ length: 200 }, (_, place) => catalogue.create(`b${place}`, { title: 'Book' })),
      ...Array.from({ length: 20 }, () => catalogue.get('emma')),
      store.ready(),
      store.exclusively(async () => {}),
    ];
    expect(await settled(asked)).toEqual(asked.map(() => unavailable));
    await postgres.start();
    await works(catalogue, 'emma');
    expect(await catalogue.log()).toHaveLength(1);
  }, 120_000);

  test('[V6][V7] in the middle of saves, twice: each acknowledged save is there, and none is made twice', async () => {
    const nodes = await Promise.all([open(), open()]);
    const catalogue = await Catalogue.in(nodes[0] as Store);
    const [writers, rounds] = [8, 25];
    const acknowledged: Array<{ id: string; version: number }> = [];
    const tries = { count: 0 };
    const write = async (writer: number) => {
      const own = new Catalogue(nodes[writer % 2] as Store, catalogue.workspace);
      const id = `b${writer}`;
      for (let round = 1; round <= rounds; round += 1) {
        const before = await insist(() => own.get(id));
        const key = { key: `${id}-${round}`, content: 'c' };
        const body = book({ title: id, pages: round });
        const outcome = await insist(() => own.write(id, before, body, { key }), tries);
        if (outcome.kind === 'moved') throw new Error(`${key.key} was not made, and can't be`);
        const { version } = outcome.kind === 'saved' ? outcome.entry : outcome.kept;
        acknowledged.push({ id, version });
      }
    };
    const writing = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
    for (const many of [40, 120]) {
      await until(`${many} saves`, () => acknowledged.length >= many, 60_000);
      await postgres.restart({ mode: 'immediate' });
    }
    await writing;
    const log = await catalogue.log();
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, place) => place + 1));
    const made = log.map(({ id, version }) => `${id} v${version}`).sort();
    expect(made).toEqual(acknowledged.map(({ id, version }) => `${id} v${version}`).sort());
    expect(new Set(made).size).toBe(writers * rounds);
    expect(new Set(log.map(({ key }) => key)).size).toBe(writers * rounds);
    // Some were answered only the second time, or this was no test.
    expect(tries.count).toBeGreaterThan(writers * rounds);
  }, 120_000);
});
