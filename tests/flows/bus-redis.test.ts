import { books, type Down } from '@stet/protocol';
import { type Bus, Hub, membershipsOf, openRedis, type Reader, save, serve } from '@stet/server';
import { openSqliteStore, type SqlStore } from '@stet/store';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { match, type Person, personAt } from '../support/api.js';
import { type BusesOn, busesOn } from '../support/buses.js';
import { httpTo } from '../support/http.js';
import { type Redis, startRedis } from '../support/nodes.js';
import { type InProcess, startInProcess } from '../support/server.js';
import { at, books as booksPath, newBook } from '../support/story.js';
import { until } from '../support/until.js';

// What Redis forgets, readers hear all the same, and not by chance: nobody looks at intervals here. And what Redis does
// not answer, nobody waits for.

const log = pino({ level: 'silent' });
const never = { log: null, access: null };

let redis: Redis;
let buses: BusesOn;
beforeAll(async () => {
  redis = await startRedis();
  buses = busesOn(redis.url);
});
afterAll(async () => {
  await buses?.close();
  await redis?.stop();
});

describe('[H3] what was said while a subscriber’s connection was cut', () => {
  let store: SqlStore;
  beforeAll(async () => {
    store = await openSqliteStore(':memory:');
    for (const id of ['missed', 'marker', 'late']) await store.workspaces.create({ id, name: id });
    for (const workspace of ['missed', 'marker']) {
      await store.workspaces.setMember({ workspace, user: 'zoe', role: 'viewer' });
    }
  });
  afterAll(() => store.close());

  /** A node where Zoe reads, and one where others write. */
  async function twoNodes(over: (bus: Bus) => Bus) {
    /** How many heard each thing that was said. */
    const reached: number[] = [];
    const writing = buses.node((link) => ({
      ...link,
      async publish(channel, message) {
        const count = Number(await link.publish(channel, message));
        reached.push(count);
        return count;
      },
    }));
    const reading = over(buses.node());
    const hub = new Hub(store, reading, log, never);
    const heard: Down[] = [];
    const hear = (frame: string) => void heard.push(JSON.parse(frame) as Down);
    const reader: Reader = {
      id: 'zoe',
      user: 'zoe',
      session: 'zoe',
      tell: ({ frame }) => hear(frame),
      notice: hear,
      presence: hear,
      reset: (workspace, reason) => void heard.push({ type: 'reset', workspace, reason }),
      bye: () => {},
    };
    await until('both are up', () => writing.state() === 'up' && reading.state() === 'up', 30_000);
    await hub.join(reader, await membershipsOf(store, 'zoe'), {});
    const listened = async () => {
      const channels = await buses.channels();
      return ['stet:log:{missed}', 'stet:log:{marker}', 'stet:access'].every((name) => channels.includes(name));
    };
    await until('the node listens', listened, 30_000);
    return {
      heard,
      hear: (workspace: string, seq: number) =>
        heard.some((told) => told.type === 'rt-change' && told.workspace === workspace && told.seq === seq),
      listened,
      /** Says it until nobody was there to hear it, each time after the connection was cut. */
      async unheard(say: () => Promise<void>): Promise<void> {
        for (;;) {
          await redis.tell('CLIENT KILL TYPE pubsub');
          const before = reached.length;
          await say();
          await until('it was said', () => reached.length > before);
          if (reached.at(-1) === 0) return;
        }
      },
      async write(workspace: string): Promise<number> {
        const by = { id: 'ana', name: 'Ana' };
        const edit = { kind: 'create', fields: { title: 'Dune' } } as const;
        const outcome = await save(store, { workspace, resource: books, id: null, edit, base: 0, by });
        if (outcome.kind !== 'saved') throw new Error(`Not saved: ${outcome.kind}`);
        writing.publish({ kind: 'log', workspace, seq: outcome.entry.seq });
        return outcome.entry.seq;
      },
      say: (user: string) => writing.publish({ kind: 'access', user }),
      async close() {
        await hub.close();
        await Promise.all([reading.close(), writing.close()]);
      },
    };
  }
  type Nodes = Awaited<ReturnType<typeof twoNodes>>;

  /** What is said once the node listens again comes after the cut: by then what was missed must be there. */
  async function pastTheCut(nodes: Nodes): Promise<void> {
    await until('the node listens again', nodes.listened, 30_000);
    for (const _ of [1, 2]) {
      const seq = await nodes.write('marker');
      await until('the marker is heard', () => nodes.hear('marker', seq));
    }
  }

  async function missesNoChange(over: (bus: Bus) => Bus = (bus) => bus): Promise<boolean> {
    const nodes = await twoNodes(over);
    let seq = 0;
    await nodes.unheard(async () => {
      seq = await nodes.write('missed');
    });
    await pastTheCut(nodes);
    const isThere = nodes.hear('missed', seq);
    await nodes.close();
    return isThere;
  }

  async function missesNoAccess(over: (bus: Bus) => Bus = (bus) => bus): Promise<boolean> {
    await store.workspaces.removeMember('late', 'zoe');
    const nodes = await twoNodes(over);
    await nodes.unheard(async () => {
      await store.workspaces.setMember({ workspace: 'late', user: 'zoe', role: 'viewer' });
      nodes.say('zoe');
    });
    await pastTheCut(nodes);
    const isThere = nodes.heard.some((told) => told.type === 'reset' && told.workspace === 'late');
    await nodes.close();
    return isThere;
  }

  /** Listens again, and tells nobody that it was away. */
  const forgetful = (bus: Bus): Bus => ({
    ...bus,
    subscribe: (topic, listener) => bus.subscribe(topic, (heard) => heard.kind !== 'anew' && listener(heard)),
  });

  test('is heard as soon as it stands again', async () => {
    expect(await missesNoChange()).toBe(true);
  });

  test('[H1] and so is access that was given meanwhile', async () => {
    expect(await missesNoAccess()).toBe(true);
  });

  test('planted: a bus that does not tell them to catch up is found out', async () => {
    expect([await missesNoChange(forgetful), await missesNoAccess(forgetful)]).toEqual([false, false]);
  });
});

describe('while Redis is silent', () => {
  let server: InProcess;
  let token: string;
  beforeAll(async () => {
    server = await startInProcess();
    await server.user('ana', { catalogue: 'editor' });
    token = await server.token('ana');
  });
  afterAll(() => server?.stop());

  /** Asks so often, one after the other, that whatever needs nobody else is answered meanwhile. */
  async function othersAreAnswered(ana: Person): Promise<void> {
    for (let time = 0; time < 30; time += 1) expect((await ana.get(booksPath)).status).toBe(200);
  }

  async function isAnsweredMeanwhile(storeOf: (store: SqlStore) => SqlStore = (store) => store): Promise<boolean> {
    const { engine } = server;
    const bus = buses.node();
    await until('it is up', () => bus.state() === 'up', 30_000);
    const store = storeOf(engine.store);
    const running = await serve({ ...engine, config: { ...engine.config, port: 0 }, store, bus }, []);
    const http = httpTo(running.url);
    const ana = personAt(http, { authorization: `Bearer ${token}` });
    const book = await newBook(ana);
    redis.pause();
    try {
      let answer: number | null = null;
      const saving = ana.patch(at(book), { pages: 412 }, match(book)).then(({ status }) => {
        answer = status;
      });
      await until(
        'it is written',
        async () => (await engine.store.records.get('catalogue', 'books', book.id))?.version === 2,
      );
      await othersAreAnswered(ana);
      const wasAnswered = answer === 200;
      redis.resume();
      await saving;
      expect(answer).toBe(200);
      return wasAnswered;
    } finally {
      redis.resume();
      http.close();
      await running.stop();
      await bus.close();
    }
  }

  test('[H3] a save is answered', async () => {
    expect(await isAnsweredMeanwhile()).toBe(true);
  });

  test('planted: a save that waits for what it publishes is found out', async () => {
    // Such as it comes: it waits for an answer for as long as it takes.
    const patient = openRedis(redis.url, log, { askEvery: 1_000, answerWithin: 60_000 });
    await until('it answers', () => patient.isUp(), 30_000);
    const waiting = (store: SqlStore): SqlStore =>
      Object.create(store, {
        write: {
          value: async (write: Parameters<SqlStore['write']>[0]) => {
            const outcome = await store.write(write);
            await patient.publish('stet:log:{catalogue}', 'planted');
            return outcome;
          },
        },
      }) as SqlStore;
    expect(await isAnsweredMeanwhile(waiting)).toBe(false);
    await patient.close();
  });
});
