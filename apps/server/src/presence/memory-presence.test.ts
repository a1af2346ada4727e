import { books, type Down, type PresencePlace, type Problem, presenceLease, type Role } from '@stet/protocol';
import { openSqliteStore, type SqliteStore } from '@stet/store';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Bus } from '../bus/bus.js';
import { createMemoryBus } from '../bus/memory-bus.js';
import { membershipsOf } from '../door/me.js';
import { Hub } from '../hub/hub.js';
import type { Reader } from '../hub/reader.js';
import { save } from '../save/save.js';
import { createMemoryPresence } from './memory-presence.js';
import type { Presence } from './presence.js';
import { HandClock } from './testing.js';

// People at records, on a real store and hub: without sockets, and by a clock that goes on when it is told to.

type Told = Extract<Down, { type: 'presence' }>;

const workspace = 'catalogue';
const tick = 250;
const log = pino({ level: 'silent' });
let store: SqliteStore;
let bus: Bus;
let hub: Hub;
let clock: HandClock;
let presence: Presence;
beforeEach(async () => {
  store = await openSqliteStore(':memory:');
  bus = createMemoryBus();
  hub = new Hub(store, bus, log);
  clock = new HandClock();
  presence = createMemoryPresence({ store, bus, hub, log, clock });
  for (const id of [workspace, 'elsewhere']) await store.workspaces.create({ id, name: id });
  for (const user of ['ana', 'ben', 'chloe']) await setRole(user, 'editor');
  await setRole('vic', 'viewer');
  await setRole('zoe', 'editor', 'elsewhere');
});
afterEach(async () => {
  presence.close();
  await hub.close();
  await bus.close();
  await store.close();
});

async function setRole(user: string, role: Role | null, where = workspace): Promise<void> {
  if (role) await store.workspaces.setMember({ workspace: where, user, role });
  else await store.workspaces.removeMember(where, user);
  bus.publish({ kind: 'access', user });
}

const at = (id: string, more: Partial<PresencePlace> = {}): PresencePlace => ({
  resource: 'books',
  id,
  state: 'viewing',
  dirty: [],
  ...more,
});
const editing = (id: string, ...dirty: string[]) => at(id, { state: 'editing', dirty });
const left = (id: string) => at(id, { state: 'left' });

const userOf = (id: string) => ({ id, name: id });
/** Says it by the user's one socket, unless another is named. */
const say = (user: string, place: PresencePlace, where = workspace, socket = user) =>
  presence.say({ id: socket, user: userOf(user) }, where, place);
const keep = (user: string, places: PresencePlace[], page = 'p', session = user) =>
  presence.keep({ id: page, user: userOf(user), session }, workspace, places);

const peopleOf = ({ people }: Pick<Told, 'people'>) => people.map(({ id, state }) => `${id} ${state}`);
/** Who is where, as this user may know. */
const seenBy = async (user: string) =>
  Object.fromEntries((await presence.within(workspace, user)).map((here) => [here.id, peopleOf(here)]));

/** Somebody who hears; `room` is how many frames it can take. */
async function listen(user: string) {
  const heard: Down[] = [];
  const state = { room: Number.POSITIVE_INFINITY };
  const reader: Reader = {
    id: `${user} listening`,
    user,
    session: user,
    tell: () => {},
    notice: () => {},
    presence: (frame) => {
      state.room -= 1;
      heard.push(JSON.parse(frame) as Down);
    },
    reset: (where, reason) => void heard.push({ type: 'reset', workspace: where, reason }),
    full: () => (state.room > 0 ? null : new Promise<void>(() => {})),
    bye: () => {},
  };
  await hub.join(reader, await membershipsOf(store, user), {});
  const told = () => heard.filter((down): down is Told => down.type === 'presence');
  /** What it believes now. */
  const believes = () =>
    Object.fromEntries(
      told()
        .map((down): [string, string[]] => [down.id, peopleOf(down)])
        .filter(
          ([id, people], place, all) => all.findLastIndex(([other]) => other === id) === place && people.length > 0,
        ),
    );
  return { reader, heard, told, believes, state, leave: () => hub.leave(reader) };
}

/** Lets time go on until it is so. */
const eventually = (isSo: () => boolean | Promise<boolean>) =>
  vi.waitUntil(
    async () => {
      await clock.advance(tick);
      return isSo();
    },
    { timeout: 15_000, interval: 5 },
  );

async function write(id: string, fields: Record<string, string>, base = 0): Promise<void> {
  const edit = base === 0 ? ({ kind: 'create', fields } as const) : ({ kind: 'patch', fields } as const);
  const by = userOf('ana');
  const outcome = await save(store, { workspace, resource: books, id, edit, base, by });
  if (outcome.kind !== 'saved') throw new Error(`Not saved: ${outcome.kind}`);
  bus.publish({ kind: 'log', workspace });
}

describe('who is told', () => {
  test('everybody who hears the workspace, oneself among them, and nobody else', async () => {
    const [ana, ben, zoe] = [await listen('ana'), await listen('ben'), await listen('zoe')];
    expect(await say('ana', at('dune', { state: 'editing', dirty: ['title'], focus: 'title' }))).toBeNull();
    await clock.advance(tick);
    const frame = {
      type: 'presence',
      workspace,
      resource: 'books',
      id: 'dune',
      people: [{ id: 'ana', name: 'ana', state: 'editing', dirty: ['title'], focus: 'title' }],
      more: 0,
    };
    expect([ana.heard, ben.heard, zoe.heard]).toEqual([[frame], [frame], []]);
    presence.gone('ana');
    await clock.advance(tick);
    expect(ben.heard.slice(1)).toEqual([{ ...frame, people: [] }]);
  });

  test('who comes later is told of each record where somebody is', async () => {
    for (const id of ['dune', 'emma', 'ulysses']) await say('ana', at(id));
    await say('ana', left('emma'));
    const ben = await listen('ben');
    await clock.advance(tick);
    expect(ben.believes()).toEqual({ dune: ['ana viewing'], ulysses: ['ana viewing'] });
    expect(ben.told().length).toBe(2);
  });

  test('two tabs of one person are one, also where one of them has no socket', async () => {
    const ben = await listen('ben');
    await say('ana', editing('dune', 'title'));
    await say('ana', at('dune'), workspace, 'second tab');
    await keep('ana', [editing('dune', 'notes')]);
    await clock.advance(tick);
    expect(ben.told().map(({ people }) => people)).toEqual([
      [{ id: 'ana', name: 'ana', state: 'editing', dirty: ['title', 'notes'] }],
    ]);
    presence.gone('ana');
    await keep('ana', []);
    await clock.advance(tick);
    expect(ben.believes()).toEqual({ dune: ['ana viewing'] });
  });

  test('[S1] viewers are told nothing of who is at a record that they may not see, nor that there is one', async () => {
    await write('dune', { title: 'Dune' });
    await write('secret', { title: 'Secret', status: 'withheld' });
    const [ben, vic] = [await listen('ben'), await listen('vic')];
    for (const id of ['dune', 'secret', 'missing']) await say('ana', at(id));
    for (const id of ['secret', 'missing']) expect(await say('vic', at(id))).toBeNull();
    await clock.advance(tick);
    expect(Object.keys(ben.believes())).toEqual(['dune', 'secret', 'missing']);
    expect([vic.told().map(({ id }) => id), await seenBy('vic')]).toEqual([['dune'], { dune: ['ana viewing'] }]);

    await write('dune', { status: 'withheld' }, 1);
    await eventually(() => vic.told().length === 2);
    expect(vic.told().at(-1)).toMatchObject({ id: 'dune', people: [], more: 0 });
    await say('ben', at('dune'));
    await clock.advance(tick);
    expect([vic.told().length, Object.keys(await seenBy('vic'))]).toEqual([2, []]);
    await write('dune', { status: 'ready' }, 2);
    await eventually(() => vic.told().length === 3);
    expect(vic.believes()).toEqual({ dune: ['ana viewing', 'ben viewing'] });
  });
});

describe('what is taken', () => {
  test('[S1] of who is not a member nothing, and it is not told apart from a workspace that does not exist', async () => {
    const refusals = [await say('zoe', at('dune')), await say('zoe', at('dune'), 'nowhere')];
    refusals.push(await say('zoe', at('x', { resource: 'nonsense' })), await keep('zoe', [at('dune')]));
    expect(new Set(refusals.map((refused) => JSON.stringify(refused))).size).toBe(1);
    expect(refusals[0]).toMatchObject({ status: 404, type: '/problems/not-found' });
    expect([await seenBy('ana'), await seenBy('zoe')]).toEqual([{}, {}]);
  });

  test('[S3] nothing of resources and fields that do not exist: it is said which', async () => {
    const errorsOf = (refused: Problem | null) => [refused?.type, refused?.errors?.map(({ path }) => path)];
    const wrong = at('dune', { dirty: ['title', 'nonsense', '__proto__'], focus: 'constructor' });
    expect(errorsOf(await say('ana', wrong))).toEqual(['/problems/invalid', ['dirty.1', 'dirty.2', 'focus']]);
    expect(errorsOf(await say('ana', at('x', { resource: 'boks' })))).toEqual(['/problems/invalid', ['resource']]);
    const many = await keep('ana', [at('dune'), wrong]);
    expect(errorsOf(many)).toEqual(['/problems/invalid', ['places.1.dirty.1', 'places.1.dirty.2', 'places.1.focus']]);
    expect(await seenBy('ana')).toEqual({});
  });

  test('a viewer looks on, whatever they say', async () => {
    await write('dune', { title: 'Dune' });
    await say('vic', at('dune', { state: 'editing', dirty: ['title'], focus: 'title' }));
    expect((await presence.within(workspace, 'vic'))[0]?.people).toEqual([
      { id: 'vic', name: 'vic', state: 'viewing', dirty: [] },
    ]);
  });

  /** The next question for a role is answered when the test says so. */
  function slowRole() {
    const { role } = store.workspaces;
    let go = (): void => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    vi.spyOn(store.workspaces, 'role').mockImplementationOnce(async (...asked) => {
      await held;
      return role(...asked);
    });
    return () => go();
  }

  test('the words of one page are taken in their order, however long it takes to ask who may', async () => {
    const go = slowRole();
    const words = [say('ana', editing('dune', 'title')), say('ana', left('dune')), say('ana', at('emma'))];
    go();
    await Promise.all(words);
    expect(await seenBy('ben')).toEqual({ emma: ['ana viewing'] });
  });

  test('(trap 12) a word that is on its way when its socket goes leaves no ghost', async () => {
    const go = slowRole();
    const words = [say('ana', at('dune')), say('ana', at('emma'))];
    presence.gone('ana');
    go();
    expect(await Promise.all(words)).toEqual([null, null]);
    expect(await seenBy('ben')).toEqual({});
  });

  test('[S4] what a session said over HTTP goes with it, also what is still on its way', async () => {
    const ben = await listen('ben');
    await keep('ana', [editing('dune', 'title')], 'p', 'one');
    await keep('ana', [at('emma')], 'p', 'two');
    await clock.advance(tick);
    const go = slowRole();
    const late = keep('ana', [at('ulysses')], 'p', 'one');
    presence.endSession('one');
    go();
    expect((await late)?.type).toBe('/problems/unauthenticated');
    await clock.advance(tick);
    expect(ben.believes()).toEqual({ emma: ['ana viewing'] });
  });

  test('[S1] a page’s name touches neither another user’s page of that name nor a socket', async () => {
    await keep('ana', [at('dune')], 'same');
    await say('ana', at('emma'), workspace, 'same');
    await keep('ben', [], 'same');
    await keep('ben', [at('ulysses')], 'same');
    presence.gone('same');
    expect(await seenBy('chloe')).toEqual({ dune: ['ana viewing'], ulysses: ['ben viewing'] });
  });

  test('(trap 12) a page that says nothing more is gone when its lease runs out, and the others are told', async () => {
    const ben = await listen('ben');
    await keep('ana', [editing('dune', 'title')]);
    await clock.advance(presenceLease - 2_000);
    await keep('ana', [editing('dune', 'title')]);
    await clock.advance(presenceLease - 2_000);
    expect(ben.believes()).toEqual({ dune: ['ana editing'] });
    await clock.advance(4_000);
    expect([ben.believes(), ben.told().length]).toEqual([{}, 2]);
  });
});

describe('access that changes', () => {
  test('[H1] who is taken out vanishes, and hears no more of it; let in again, they are told what is there', async () => {
    const [ana, ben] = [await listen('ana'), await listen('ben')];
    await say('ana', editing('dune', 'title'));
    await clock.advance(tick);
    await setRole('ana', null);
    // Before anybody else has noticed: roles are asked when it is told.
    await say('ben', at('emma'));
    await clock.advance(tick);
    await eventually(() => ben.told().some(({ id, people }) => id === 'dune' && people.length === 0));
    await eventually(() => ana.heard.some(({ type }) => type === 'reset'));
    expect(ana.told().map(({ id }) => id)).toEqual(['dune']);
    expect(await say('ana', at('emma'))).toMatchObject({ status: 404 });

    await setRole('ana', 'editor');
    await eventually(() => ana.told().length === 2);
    expect(ana.heard.map((down) => (down.type === 'presence' ? down.id : down.type))).toEqual([
      'dune',
      'reset',
      'reset',
      'emma',
    ]);
    // What she said before is not believed again.
    expect(await seenBy('ben')).toEqual({ emma: ['ben viewing'] });
  });

  test('[H1] roles are asked when it is told, also where nobody has noticed a change yet', async () => {
    await write('dune', { title: 'Dune' });
    const [ana, vic] = [await listen('ana'), await listen('vic')];
    await store.workspaces.removeMember(workspace, 'ana');
    const { get } = store.records;
    // Taken out while it is looked at what is there to be told.
    vi.spyOn(store.records, 'get').mockImplementationOnce(async (...asked) => {
      await store.workspaces.removeMember(workspace, 'vic');
      return get(...asked);
    });
    await say('ben', at('dune'));
    await clock.advance(tick);
    expect([ana.heard, vic.heard]).toEqual([[], []]);
    // Nor are those named who are there no more.
    const ben = await listen('ben');
    await setRole('ana', 'editor');
    await say('ana', at('dune'));
    await store.workspaces.removeMember(workspace, 'ana');
    await clock.advance(tick);
    expect(ben.believes()).toEqual({ dune: ['ben viewing'] });
  });

  test('[H1] who may only read from now on edits nothing any more', async () => {
    await write('dune', { title: 'Dune' });
    const ben = await listen('ben');
    await say('ana', editing('dune', 'title'));
    await clock.advance(tick);
    await setRole('ana', 'viewer');
    await eventually(() => ben.told().length === 2);
    expect(ben.told().map(({ people }) => people.map(({ state, dirty }) => [state, dirty]))).toEqual([
      [['editing', ['title']]],
      [['viewing', []]],
    ]);
  });
});

describe('coming and going does not flood', () => {
  const crowd = Array.from({ length: 200 }, (_, place) => `u${place}`);
  const join = () => Promise.all(crowd.map((user) => setRole(user, 'editor')));
  /** How many were put into words; ends the counting. */
  const framesAmong = (stringify: { mock: { calls: unknown[][] }; mockRestore: () => void }) => {
    const frames = stringify.mock.calls.filter(([value]) => (value as { type?: string } | null)?.type === 'presence');
    stringify.mockRestore();
    return frames.length;
  };

  test('of 200 people at one record, each coming and going, one frame a tick', async () => {
    await join();
    const ben = await listen('ben');
    const ticks = 10;
    for (let round = 0; round < ticks; round += 1) {
      await Promise.all(crowd.map((user) => say(user, round % 2 === 0 ? editing('dune', 'title') : left('dune'))));
      await say('ana', at('dune', round % 2 === 0 ? {} : { state: 'left' }));
      await clock.advance(tick);
    }
    expect(ben.told().map(({ people, more }) => people.length + more)).toEqual([
      201, 0, 201, 0, 201, 0, 201, 0, 201, 0,
    ]);
  });

  test('of 200 people at as many records at most 10 frames a tick, and in the end all is told', async () => {
    await join();
    const [ben, chloe] = [await listen('ben'), await listen('chloe')];
    const stringify = vi.spyOn(JSON, 'stringify');
    await Promise.all(crowd.map((user) => say(user, at(`of-${user}`))));
    let before = 0;
    for (let ticks = 1; ticks <= 20; ticks += 1) {
      await clock.advance(tick);
      expect(ben.told().length - before).toBeLessThanOrEqual(10);
      before = ben.told().length;
    }
    expect([Object.keys(ben.believes()).length, ben.told().length, chloe.told().length]).toEqual([200, 200, 200]);
    // Each was put into words once for both.
    expect(framesAmong(stringify)).toBe(200);
  });

  test('what came and went before anybody was told of it is not told at all', async () => {
    await join();
    const ben = await listen('ben');
    const stringify = vi.spyOn(JSON, 'stringify');
    for (const user of crowd) await say(user, at(`of-${user}`));
    for (const user of crowd) presence.gone(user);
    await say('ana', at('dune'));
    await clock.advance(tick);
    expect(framesAmong(stringify)).toBe(1);
    expect(ben.told().map(({ id }) => id)).toEqual(['dune']);
    // A page that is loaded anew: gone and back.
    presence.gone('ana');
    await say('ana', at('dune'), workspace, 'reloaded');
    await clock.advance(tick);
    expect(ben.told().length).toBe(1);
  });

  test('[H4] who can take no more now is told later, and only what is true then', async () => {
    const [slow, quick] = [await listen('ben'), await listen('chloe')];
    slow.state.room = 1;
    for (let place = 0; place < 3; place += 1) await say('ana', at(`b${place}`));
    await clock.advance(tick);
    await say('ana', editing('b1', 'title'));
    await say('ana', left('b2'));
    await clock.advance(tick);
    expect([slow.told().length, quick.told().length]).toEqual([1, 5]);
    slow.state.room = Number.POSITIVE_INFINITY;
    await clock.advance(tick);
    expect(slow.told().map((down) => [down.id, peopleOf(down)])).toEqual([
      ['b0', ['ana viewing']],
      ['b1', ['ana editing']],
    ]);
  });

  test('a store that does not answer for a while delays it', async () => {
    const ben = await listen('ben');
    await say('ana', at('dune'));
    vi.spyOn(store.workspaces, 'members').mockRejectedValueOnce(new Error('The disk is busy'));
    await clock.advance(tick);
    expect(ben.told()).toEqual([]);
    await clock.advance(tick);
    expect(ben.believes()).toEqual({ dune: ['ana viewing'] });
  });
});
