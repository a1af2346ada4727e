import { books, cursorOf, type Down } from '@stet/protocol';
import { openSqliteStore, type SqlStore, StoreUnavailable } from '@stet/store';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Bus } from '../bus/bus.js';
import { createMemoryBus } from '../bus/memory-bus.js';
import { membershipsOf } from '../door/me.js';
import { save } from '../save/save.js';
import { Hub } from './hub.js';
import type { Reader } from './reader.js';

// Readers who come, go and fall behind, on a real store: without sockets, so that steps can meet in any order.

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
  await setRole('zoe', 'viewer');
});
afterEach(async () => {
  await hub.close();
  await bus.close();
  await store.close();
});

async function setRole(user: string, role: 'viewer' | 'editor' | null): Promise<void> {
  if (role) await store.workspaces.setMember({ workspace, user, role });
  else await store.workspaces.removeMember(workspace, user);
  bus.publish({ kind: 'access', user });
}

let count = 0;
async function write(into = workspace): Promise<number> {
  count += 1;
  const edit = { kind: 'create' as const, fields: { title: `Book ${count}` } };
  const by = { id: 'ana', name: 'Ana' };
  const outcome = await save(store, { workspace: into, resource: books, id: `b${count}`, edit, base: 0, by });
  if (outcome.kind !== 'saved') throw new Error(`Not saved: ${outcome.kind}`);
  bus.publish({ kind: 'log', workspace: into, seq: outcome.entry.seq });
  return outcome.entry.seq;
}

function readerOf(user: string, session = user) {
  const heard: Down[] = [];
  const byes: string[] = [];
  const reader: Reader = {
    id: `${user}'s socket`,
    user,
    session,
    tell: ({ frame }) => void heard.push(JSON.parse(frame) as Down),
    notice: (frame) => void heard.push(JSON.parse(frame) as Down),
    presence: (frame) => void heard.push(JSON.parse(frame) as Down),
    reset: (workspace, reason) => void heard.push({ type: 'reset', workspace, reason }),
    bye: (reason) => {
      byes.push(reason);
      hub.leave(reader);
    },
  };
  const seqs = () => heard.flatMap((message) => (message.type === 'rt-change' ? [message.seq] : []));
  const resets = () => heard.flatMap((message) => (message.type === 'reset' ? [message.reason] : []));
  const join = async (seq?: number) => {
    const { epoch } = (await store.workspaces.get(workspace)) ?? { epoch: '' };
    const cursors: Record<string, string> = seq === undefined ? {} : { [workspace]: cursorOf({ epoch, seq }) };
    return hub.join(reader, await membershipsOf(store, user), cursors);
  };
  return { reader, heard, byes, seqs, resets, join };
}

const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, place) => first + place);

test('[H2] what was missed and what is live meet without a gap or a repeat, however the steps fall', async () => {
  await Promise.all(from(1, 450).map(() => write()));
  const zoe = readerOf('zoe');
  const joining = zoe.join(0);
  await Promise.all(from(1, 450).map(() => write()));
  await joining;
  const last = await write();
  await vi.waitUntil(() => zoe.seqs().at(-1) === last, patience);
  expect(zoe.seqs()).toEqual(from(1, last));
});

test('[H1] [H2] access that changes while a reader still catches up makes it hear nothing twice, and no false reset', async () => {
  // Its name comes first, so it is caught up with first.
  await store.workspaces.create({ id: 'archive', name: 'An archive' });
  await store.workspaces.setMember({ workspace: 'archive', user: 'zoe', role: 'viewer' });
  await Promise.all(from(1, 1_000).map(() => write('archive')));
  await write();
  const zoe = readerOf('zoe');
  const archive = await store.workspaces.get('archive');
  const catalogue = await store.workspaces.get(workspace);
  if (!archive || !catalogue) throw new Error('The workspaces are missing.');
  const cursors = { archive: cursorOf({ ...archive, seq: 0 }), catalogue: cursorOf({ ...catalogue, seq: 0 }) };
  const joining = hub.join(zoe.reader, await membershipsOf(store, 'zoe'), cursors);
  bus.publish({ kind: 'access', user: 'zoe' });
  await vi.waitUntil(() => zoe.heard.length > 0, patience);
  await write();
  await joining;
  const last = await write();
  const inCatalogue = () =>
    zoe.heard.flatMap((message) =>
      message.type === 'rt-change' && message.workspace === workspace ? [message.seq] : [],
    );
  await vi.waitUntil(() => inCatalogue().at(-1) === last, patience);
  expect(inCatalogue()).toEqual(from(1, last));
  expect(zoe.resets()).toEqual([]);
});

test('[H1] who is put out hears nothing that was written after, and is told', async () => {
  const zoe = readerOf('zoe');
  await zoe.join();
  const first = await write();
  await vi.waitUntil(() => zoe.seqs().includes(first), patience);
  await setRole('zoe', null);
  await write();
  await vi.waitUntil(() => zoe.resets().length === 1, patience);
  await setRole('zoe', 'viewer');
  await vi.waitUntil(() => zoe.resets().length === 2, patience);
  const last = await write();
  await vi.waitUntil(() => zoe.seqs().includes(last), patience);
  expect([zoe.seqs(), zoe.resets()]).toEqual([
    [first, last],
    ['access', 'access'],
  ]);
});

test('[H1] [H2] who was out for a moment, however it was noticed, is told that something may be missing', async () => {
  const zoe = readerOf('zoe');
  await Promise.all(from(1, 10).map(() => write()));
  const { members } = store.workspaces;
  // Taken out and let in while it is asked who may hear what is on its way, and nobody says so.
  const outForNow: typeof members = async (id) => {
    await store.workspaces.removeMember(workspace, 'zoe');
    const now = await members(id);
    await store.workspaces.setMember({ workspace, user: 'zoe', role: 'viewer' });
    return now;
  };
  const asked = vi.spyOn(store.workspaces, 'members').mockImplementationOnce(outForNow);
  await zoe.join(0);
  await vi.waitUntil(() => zoe.resets().length === 1, patience);
  const first = await write();
  await vi.waitUntil(() => zoe.seqs().includes(first), patience);
  asked.mockImplementationOnce(outForNow);
  await write();
  await vi.waitUntil(() => zoe.resets().length === 2, patience);
  const last = await write();
  await vi.waitUntil(() => zoe.seqs().includes(last), patience);
  asked.mockRestore();
  expect([zoe.seqs(), zoe.resets()]).toEqual([
    [first, last],
    ['access', 'access'],
  ]);
});

/** Takes some at a time, and then nothing until it is let. */
function slowReader(user: string, atOnce: number) {
  const slow = readerOf(user);
  const { reader } = slow;
  const take = reader.tell;
  let room = atOnce;
  let waiting: { promise: Promise<void>; resolve: () => void } | null = null;
  const tell: Reader['tell'] = (told) => {
    room -= 1;
    take(told);
  };
  const full = () => {
    if (room > 0) return null;
    if (!waiting) {
      let resolve = () => {};
      waiting = { promise: new Promise((done) => (resolve = done)), resolve: () => resolve() };
    }
    return waiting.promise;
  };
  return {
    ...slow,
    reader: Object.assign(reader, { tell, full }),
    isWaiting: () => waiting !== null,
    goOn() {
      room = atOnce;
      waiting?.resolve();
      waiting = null;
    },
  };
}

test('[H2] [H4] who takes what it missed slowly gets all of it at its own pace, and holds up nobody', async () => {
  await Promise.all(from(1, 100).map(() => write()));
  const [slow, quick] = [slowReader('zoe', 7), readerOf('zoe', 'other')];
  const joining = slow.join(0);
  await quick.join();
  await vi.waitUntil(slow.isWaiting, patience);
  const live = await write();
  await vi.waitUntil(() => quick.seqs().includes(live), patience);
  expect(slow.seqs()).toEqual(from(1, 7));
  while (slow.seqs().length < 101) {
    slow.goOn();
    await vi.waitUntil(() => slow.isWaiting() || slow.seqs().length >= 101, patience);
  }
  await joining;
  expect(slow.seqs()).toEqual(from(1, 101));
});

test('[H1] who is put out while it takes nothing waits for nothing, and is told', async () => {
  await Promise.all(from(1, 20).map(() => write()));
  const slow = slowReader('zoe', 7);
  const joining = slow.join(0);
  await vi.waitUntil(slow.isWaiting, patience);
  await setRole('zoe', null);
  await joining;
  await vi.waitUntil(() => slow.resets().length === 1, patience);
  expect([slow.seqs(), slow.resets()]).toEqual([from(1, 7), ['access']]);
});

test('[H1] [H2] who is given another role learns it at once, and goes on from there', async () => {
  const [zoe, yan] = [readerOf('zoe'), readerOf('yan')];
  await setRole('yan', 'viewer');
  await zoe.join();
  await yan.join();
  const first = await write();
  await vi.waitUntil(() => zoe.seqs().includes(first), patience);
  await setRole('zoe', 'editor');
  await vi.waitUntil(() => zoe.resets().length === 1, patience);
  // The same again is no news.
  await setRole('zoe', 'editor');
  const second = await write();
  await vi.waitUntil(() => zoe.seqs().includes(second), patience);
  await setRole('zoe', 'viewer');
  await vi.waitUntil(() => zoe.resets().length === 2, patience);
  const last = await write();
  await vi.waitUntil(() => zoe.seqs().includes(last) && yan.seqs().includes(last), patience);
  expect(zoe.heard.map((message) => ('seq' in message ? message.seq : message.type))).toEqual([
    first,
    'reset',
    second,
    'reset',
    last,
  ]);
  expect([yan.seqs(), yan.resets()]).toEqual([[first, second, last], []]);
});

test('[H1] a role that changes between the welcome and the first word is learnt too', async () => {
  const zoe = readerOf('zoe');
  const welcomed = await membershipsOf(store, 'zoe');
  await store.workspaces.setMember({ workspace, user: 'zoe', role: 'editor' });
  await hub.join(zoe.reader, welcomed, {});
  const last = await write();
  await vi.waitUntil(() => zoe.seqs().includes(last), patience);
  expect(zoe.resets()).toEqual(['access']);
});

test('[H1] who is given another role while it takes nothing waits for nothing, and is told', async () => {
  await Promise.all(from(1, 20).map(() => write()));
  const slow = slowReader('zoe', 7);
  const joining = slow.join(0);
  await vi.waitUntil(slow.isWaiting, patience);
  await setRole('zoe', 'editor');
  await vi.waitUntil(() => slow.resets().length === 1, patience);
  slow.goOn();
  await joining;
  const last = await write();
  await vi.waitUntil(() => slow.seqs().includes(last), patience);
  expect([slow.seqs(), slow.resets()]).toEqual([[...from(1, 7), last], ['access']]);
});

test('it is told who begins to hear a workspace, and who hears it no longer, whatever the cause', async () => {
  const seen: string[] = [];
  const undo = hub.watch({
    entered: ({ user }, where) => void seen.push(`${user} entered ${where}`),
    exited: ({ user }, where) => void seen.push(`${user} left ${where}`),
  });
  const [zoe, other] = [readerOf('zoe'), readerOf('zoe', 'other')];
  await zoe.join();
  await other.join();
  hub.leave(other.reader);
  await setRole('zoe', null);
  await vi.waitUntil(() => zoe.resets().length === 1, patience);
  await setRole('zoe', 'editor');
  await vi.waitUntil(() => zoe.resets().length === 2, patience);
  undo();
  hub.leave(zoe.reader);
  const entered = `zoe entered ${workspace}`;
  const left = `zoe left ${workspace}`;
  expect([seen, hub.size]).toEqual([[entered, entered, left, left, entered], 0]);
});

test('who hears one workspace hears of no other, nor that it was given or taken', async () => {
  await store.workspaces.create({ id: 'archive', name: 'An archive' });
  const zoe = readerOf('zoe');
  const reader = Object.assign(zoe.reader, { only: workspace });
  const { epoch } = (await store.workspaces.get(workspace)) ?? { epoch: '' };
  await hub.join(reader, [{ id: workspace, cursor: cursorOf({ epoch, seq: 0 }) }], {});
  await store.workspaces.setMember({ workspace: 'archive', user: 'zoe', role: 'viewer' });
  bus.publish({ kind: 'access', user: 'zoe' });
  await write('archive');
  const last = await write();
  await vi.waitUntil(() => zoe.seqs().includes(last), patience);
  expect(zoe.heard.map((message) => [message.type, 'workspace' in message && message.workspace])).toEqual([
    ['rt-change', workspace],
  ]);
});

/** A book of Ben's whose title is written over by Ana, who had started before and has seen it. */
async function replaceBens(id: string): Promise<void> {
  const ana = { id: 'ana', name: 'Ana' };
  const ben = { id: 'ben', name: 'Ben' };
  const target = { workspace, resource: books, id };
  const titled = (title: string) => ({ kind: 'patch' as const, fields: { title } });
  await save(store, { ...target, edit: { kind: 'create', fields: { title: 'Dune' } }, base: 0, by: ana });
  await save(store, { ...target, edit: titled('Dune (1965)'), base: 1, by: ben });
  const outcome = await save(store, { ...target, edit: titled('DUNE'), base: 2, started: 1, by: ana });
  if (outcome.kind !== 'saved') throw new Error(`Not saved: ${outcome.kind}`);
  bus.publish({ kind: 'log', workspace, seq: outcome.entry.seq });
}

test('[M4] [H2] who comes while a change that concerns them is on its way hears it, and the notice of it', async () => {
  await setRole('ben', 'viewer');
  const [zoe, ben] = [readerOf('zoe'), readerOf('ben')];
  const before = await write();
  await zoe.join();
  const { members } = store.workspaces;
  // Nobody here is concerned when the change is read; Ben comes while it is asked who may hear it.
  const asked = vi.spyOn(store.workspaces, 'members').mockImplementationOnce(async (id) => {
    await ben.join(before);
    return members(id);
  });
  await replaceBens('dune');
  const last = await write();
  await vi.waitUntil(() => ben.seqs().at(-1) === last, patience);
  asked.mockRestore();
  const told = ben.heard.map((message) =>
    'seq' in message ? `${message.type} ${message.seq - before}` : message.type,
  );
  expect(told).toEqual(['rt-change 1', 'rt-change 2', 'rt-change 3', 'notice 3', 'rt-change 4']);
  expect(zoe.heard.map(({ type }) => type)).toEqual(Array(4).fill('rt-change'));
});

test('[H3] a wake-up that was lost delays and loses nothing: the next one brings all', async () => {
  const zoe = readerOf('zoe');
  await zoe.join();
  const publish = vi.spyOn(bus, 'publish').mockImplementation(() => {});
  await Promise.all(from(1, 5).map(() => write()));
  publish.mockRestore();
  const last = await write();
  await vi.waitUntil(() => zoe.seqs().at(-1) === last, patience);
  expect(zoe.seqs()).toEqual(from(1, last));
});

test('[H1] [H3] who is let in or put out learns it though nobody says so, and though the store fails first', async () => {
  await hub.close();
  const silent = createMemoryBus(pino({ level: 'silent' }));
  hub = new Hub(store, silent, pino({ level: 'silent' }), { access: 20 });
  const seen: string[] = [];
  hub.watch({ entered: () => {}, exited: () => {}, accessChanged: (user) => void seen.push(user) });
  const zoe = readerOf('zoe');
  await zoe.join();
  const failing = vi.spyOn(store.workspaces, 'of').mockRejectedValueOnce(new Error('The disk is busy'));
  await setRole('zoe', null);
  await vi.waitUntil(() => zoe.resets().length === 1, patience);
  failing.mockRestore();
  vi.spyOn(store.workspaces, 'accessAfter').mockRejectedValueOnce(new Error('The disk is busy'));
  await setRole('zoe', 'editor');
  await vi.waitUntil(() => zoe.resets().length === 2, patience);
  // Also of those who have nothing open here.
  await setRole('yan', 'viewer');
  await vi.waitUntil(() => seen.includes('yan'), patience);
  const last = await write();
  silent.publish({ kind: 'log', workspace, seq: last });
  await vi.waitUntil(() => zoe.seqs().includes(last), patience);
  expect([zoe.seqs(), zoe.resets()]).toEqual([[last], ['access', 'access']]);
  await silent.close();
});

test('[H3] a log that has come no further than what was told is not read again, and one whose news were lost is', async () => {
  await hub.close();
  hub = new Hub(store, bus, pino({ level: 'silent' }), { log: 20, access: null });
  const zoe = readerOf('zoe');
  await zoe.join();
  const publish = vi.spyOn(bus, 'publish').mockImplementation(() => {});
  const last = await write();
  await vi.waitUntil(() => zoe.seqs().includes(last), patience);
  publish.mockRestore();
  await hub.close();
  hub = new Hub(store, bus, pino({ level: 'silent' }), { log: null, access: null });
  const yan = readerOf('zoe', 'other');
  await yan.join();
  const read = vi.spyOn(store.log, 'after');
  const places = () => read.mock.calls.map(([, seq]) => seq);
  const next = await write();
  // It has looked whether there is more.
  await vi.waitUntil(() => places().includes(next), patience);
  read.mockClear();
  bus.publish({ kind: 'log', workspace, seq: next });
  bus.publish({ kind: 'log', workspace, seq: next - 1 });
  const newest = await write();
  await vi.waitUntil(() => yan.seqs().includes(newest), patience);
  expect(places().slice(0, 2)).not.toEqual([next, next]);
  read.mockRestore();
});

test('a store that fails for a while delays delivery and loses nothing', async () => {
  const zoe = readerOf('zoe');
  await zoe.join();
  const after = vi.spyOn(store.log, 'after').mockRejectedValueOnce(new Error('The disk is busy'));
  const first = await write();
  await vi.waitUntil(() => after.mock.calls.length > 0, patience);
  const last = await write();
  await vi.waitUntil(() => zoe.seqs().at(-1) === last, patience);
  expect(zoe.seqs()).toEqual([first, last]);
});

test('[S4] a session that ends takes its readers along, and no others', async () => {
  const [page, other] = [readerOf('zoe', 'page'), readerOf('zoe', 'machine')];
  await page.join();
  await other.join();
  hub.endSession('page');
  const last = await write();
  await vi.waitUntil(() => other.seqs().includes(last), patience);
  expect([page.byes, page.seqs(), other.byes, hub.size]).toEqual([['signed-out'], [], [], 1]);
});

test('a change is serialised once for all who hear it', async () => {
  const frames = new Set<string>();
  let sent = 0;
  for (const place of from(1, 5)) {
    const tell: Reader['tell'] = ({ frame }) => {
      frames.add(frame);
      sent += 1;
    };
    const reader: Reader = { ...readerOf('zoe', `tab ${place}`).reader, tell };
    await hub.join(reader, await membershipsOf(store, 'zoe'), {});
  }
  const stringify = vi.spyOn(JSON, 'stringify');
  await write();
  await vi.waitUntil(() => sent === 5, patience);
  const ofChanges = stringify.mock.calls.filter(([value]) => (value as { seq?: number } | null)?.seq !== undefined);
  stringify.mockRestore();
  expect([ofChanges.length, frames.size]).toEqual([1, 1]);
});

test('[C6] a node that cannot ask its store for too long sends its readers elsewhere, and not for a moment', async () => {
  const away = vi.spyOn(store.workspaces, 'accessAfter').mockRejectedValue(new StoreUnavailable('It is away.'));
  const silent = pino({ level: 'silent' });
  const patient = new Hub(store, bus, silent, { log: null, access: 5 });
  const [kept, sent] = [readerOf('zoe'), readerOf('zoe')];
  const at = async (hub: Hub, { reader }: typeof kept) => hub.join(reader, await membershipsOf(store, 'zoe'), {});
  await at(patient, kept);
  const hasty = new Hub(store, bus, silent, { log: null, access: 5, away: 50 });
  await at(hasty, sent);
  await vi.waitFor(() => expect(sent.byes).toContain('stopping'), patience);
  expect(kept.byes).toEqual([]);
  away.mockRestore();
  await Promise.all([patient.close(), hasty.close()]);
});
