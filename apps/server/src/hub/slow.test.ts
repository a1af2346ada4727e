import { books, cursorOf, type Reset } from '@stet/protocol';
import { openSqliteStore, type SqlStore } from '@stet/store';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Bus } from '../bus/bus.js';
import { createMemoryBus } from '../bus/memory-bus.js';
import { membershipsOf } from '../door/me.js';
import { Hub } from './hub.js';
import { Pressure } from './pressure.js';
import type { Reader } from './reader.js';

// Readers who are told more than they take, on a real store: what waits for them waits in the log.

const workspace = 'catalogue';
const patience = { timeout: 15_000, interval: 5 };
let store: SqlStore;
let bus: Bus;
let hub: Hub;
beforeEach(async () => {
  store = await openSqliteStore(':memory:');
  bus = createMemoryBus(pino({ level: 'silent' }));
  hub = new Hub(store, bus, pino({ level: 'silent' }));
  await store.workspaces.create({ id: workspace, name: 'The catalogue' });
  await setRole('viewer');
});
afterEach(async () => {
  await hub.close();
  await bus.close();
  await store.close();
});

async function setRole(role: 'viewer' | null): Promise<void> {
  if (role) await store.workspaces.setMember({ workspace, user: 'zoe', role });
  else await store.workspaces.removeMember(workspace, 'zoe');
  bus.publish({ kind: 'access', user: 'zoe' });
}

let count = 0;
/** So many changes, at once; answers with the place of the last one. */
async function write(many: number): Promise<number> {
  const at = new Date().toISOString();
  const by = { id: 'ana', name: 'Ana' };
  const base = { workspace, resource: books, before: null, action: 'create' as const, fields: ['title'], by, at };
  await Promise.all(
    Array.from({ length: many }, () => {
      count += 1;
      return store.write({ ...base, id: `b${count}`, body: { title: `Book ${count}` } });
    }),
  );
  const { seq } = await standing();
  bus.publish({ kind: 'log', workspace, seq });
  return seq;
}

async function standing() {
  const found = await store.workspaces.get(workspace);
  if (!found) throw new Error('There is no catalogue.');
  return found;
}

const fullAt = 20_000;

/** A reader with a wire that holds back what is not taken. */
function wired(session: string) {
  const seqs: number[] = [];
  const resets: Reset['reason'][] = [];
  const waits: Array<{ seq: number; bytes: number }> = [];
  const figures = { waiting: 0, most: 0 };
  const pressure = new Pressure(
    () => figures.waiting,
    { full: fullAt, most: 10 * fullAt, stalled: 60_000 },
    () => {
      throw new Error('It held more than it may.');
    },
  );
  const reader: Reader = {
    id: session,
    user: 'zoe',
    session,
    tell({ seq, frame }) {
      waits.push({ seq, bytes: frame.length });
      figures.waiting += frame.length;
      figures.most = Math.max(figures.most, figures.waiting);
      pressure.sent();
    },
    notice() {},
    presence() {},
    reset: (_workspace, reason) => void resets.push(reason),
    full: () => pressure.full(),
    bye: () => hub.leave(reader),
  };
  /** Reads what waits, or the first of it. */
  function take(most = Number.POSITIVE_INFINITY): void {
    for (const { seq, bytes } of waits.splice(0, most)) {
      seqs.push(seq);
      figures.waiting -= bytes;
    }
    pressure.flowed();
  }
  return {
    reader,
    seqs,
    resets,
    figures,
    take,
    waiting: () => waits.length,
    async join(seq?: number) {
      const { epoch } = await standing();
      const cursors: Record<string, string> = seq === undefined ? {} : { [workspace]: cursorOf({ epoch, seq }) };
      return hub.join(reader, await membershipsOf(store, 'zoe'), cursors);
    },
    /** Reads until it has this one. */
    async takeUntil(seq: number, most?: number) {
      await vi.waitUntil(() => {
        take(most);
        return seqs.at(-1) === seq;
      }, patience);
    },
  };
}

const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, place) => first + place);

test('[H2] [H4] who takes nothing of 5,000 changes holds a bounded part of them, holds up nobody, and gets all in the end', async () => {
  const [slow, quick] = [wired('slow'), wired('quick')];
  await Promise.all([slow.join(), quick.join()]);
  for (let round = 0; round < 25; round += 1) await quick.takeUntil(await write(200));
  expect(quick.seqs).toEqual(from(1, 5_000));
  // One change beyond what makes it full, and none of the others.
  expect(slow.figures.most).toBeGreaterThanOrEqual(fullAt);
  expect(slow.figures.most).toBeLessThan(fullAt + 1_000);
  await slow.takeUntil(5_000);
  const last = await write(1);
  await slow.takeUntil(last);
  expect(slow.seqs).toEqual(from(1, last));
  expect(slow.figures.most).toBeLessThan(fullAt + 1_000);
});

test('[H2] who is full again and again misses nothing and hears nothing twice', async () => {
  const [slow, quick] = [wired('slow'), wired('quick')];
  await Promise.all([slow.join(), quick.join()]);
  // More of them live than it takes meanwhile, so that it goes back to the log and comes from it at every place.
  let last = 0;
  for (let round = 0; round < 60; round += 1) {
    last = await write(7 + (round % 50));
    await quick.takeUntil(last);
    slow.take(1 + ((round * 17) % 40));
  }
  await slow.takeUntil(last, 11);
  expect([slow.seqs, slow.resets]).toEqual([from(1, last), []]);
});

/** Filled with what is live, so that it is told from the log. */
async function fill(slow: ReturnType<typeof wired>): Promise<number> {
  await slow.join();
  const last = await write(200);
  await vi.waitUntil(() => slow.figures.waiting >= fullAt, patience);
  return last;
}

test('[H1] access that is taken and given back while it is full is told, and starts no second telling', async () => {
  const slow = wired('slow');
  await fill(slow);
  await setRole(null);
  await vi.waitUntil(() => slow.resets.length === 1, patience);
  await setRole('viewer');
  await vi.waitUntil(() => slow.resets.length === 2, patience);
  const told = slow.waiting();
  slow.take();
  const last = await write(5);
  await slow.takeUntil(last);
  expect(slow.seqs).toEqual([...from(1, told), ...from(201, last)]);
  expect(slow.resets).toEqual(['access', 'access']);
});

test('who leaves while it is full is told nothing more', async () => {
  const slow = wired('slow');
  await fill(slow);
  const told = slow.waiting();
  slow.reader.bye('stopping', null);
  slow.take();
  const quick = wired('quick');
  await quick.join();
  await quick.takeUntil(await write(5));
  expect([slow.seqs.length, slow.waiting(), hub.size]).toEqual([told, 0, 1]);
});

test('a store that fails while somebody is told from the log delays and loses nothing', async () => {
  const slow = wired('slow');
  const last = await fill(slow);
  const after = vi.spyOn(store.log, 'after').mockRejectedValueOnce(new Error('The disk is busy'));
  slow.take();
  await slow.takeUntil(last);
  expect(after.mock.results[0]?.type).toBe('return');
  after.mockRestore();
  expect(slow.seqs).toEqual(from(1, last));
});

test('many who catch up at once take turns, and what is live does not wait for them', async () => {
  await write(2_000);
  const late = Array.from({ length: 20 }, (_, place) => wired(`late ${place}`));
  const quick = wired('quick');
  await quick.join();
  const reading = setInterval(() => {
    for (const one of late) one.take();
  });
  const caughtUp = Promise.all(late.map((one) => one.join(0)));
  let live = 0;
  let done = false;
  void caughtUp.then(() => {
    done = true;
  });
  while (!done) {
    await quick.takeUntil(await write(1));
    live += 1;
  }
  const last = 2_000 + live;
  await vi.waitUntil(() => late.every(({ seqs }) => seqs.at(-1) === last), patience);
  clearInterval(reading);
  for (const { seqs } of late) expect(seqs).toEqual(from(1, last));
  // Each was told in ten pages at the least: a live change came through between them, not after all.
  expect(live).toBeGreaterThan(20);
});
