import type { Role } from '@stet/protocol';
import { describe, expect, test } from 'vitest';
import type { Mark, Seen } from '../support/delivery-account.js';
import { type Flaw, flawsOf } from '../support/delivery-check.js';
import { faultyRun, type Member, type Outcome, type Plan } from '../support/faulty.js';
import { proxyTo } from '../support/proxy.js';
import { seed } from '../support/random.js';
import { openPage } from '../support/recorded.js';
import { type InProcess, startInProcess } from '../support/server.js';
import { until } from '../support/until.js';

// Everybody is told what they may know, each change once and in order, however the network fails them; and whoever
// checks it would notice if it were not so.

async function onServer<T>(work: (server: InProcess) => Promise<T>, logLevel = 'warn'): Promise<T> {
  const server = await startInProcess({ LOG_LEVEL: logLevel });
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

const outcomeOf = (plan: Plan, logLevel?: string): Promise<Outcome> =>
  onServer((server) => faultyRun(server, plan), logLevel);

const many = (count: number, name: string, member: Omit<Member, 'user'>): Member[] =>
  Array.from({ length: count }, (_, place) => ({ user: `${name}${place}`, ...member }));

const both = (alpha: Role, beta: Role) => ({ alpha, beta });
const everywhere = ['alpha', 'beta'];

const crowd: Member[] = [
  ...many(3, 'writer', { roles: { alpha: 'editor' }, pages: ['alpha', 'alpha'], writes: true }),
  ...many(4, 'reader', { roles: { alpha: 'viewer' }, pages: ['alpha', 'alpha'] }),
  ...many(2, 'polled', { roles: { alpha: 'viewer' }, pages: ['alpha'], without: /\/(websocket|xhr_streaming)[? ]/ }),
  ...many(2, 'streamed', { roles: { beta: 'editor' }, pages: ['beta'], writes: true, without: /\/websocket[? ]/ }),
  ...many(3, 'author', { roles: { beta: 'editor' }, pages: ['beta', 'beta'] }),
  ...many(3, 'guest', { roles: { beta: 'viewer' }, pages: ['beta', 'beta'] }),
  ...many(3, 'chief', { roles: both('editor', 'editor'), pages: everywhere, writes: true }),
  ...many(2, 'visitor', { roles: both('viewer', 'viewer'), pages: [...everywhere, 'alpha'] }),
  ...many(2, 'lodger', { roles: both('editor', 'viewer'), pages: everywhere, moves: 'beta' }),
  ...many(1, 'nomad', { roles: both('editor', 'viewer'), pages: everywhere, moves: 'alpha' }),
  ...many(1, 'comet', { roles: { alpha: 'viewer' }, pages: ['alpha', 'alpha'], moves: 'alpha' }),
];

test(`[H1] [H2] [H5] [L1] [L2] [L3] 50 clients hear every change once and in order, and nothing that is not theirs, through hundreds of cuts (STET_SEED=${seed})`, async () => {
  const { account, did, by, keys, ...counts } = await outcomeOf({
    seed,
    members: crowd,
    books: 20,
    writes: 2_000,
    mishaps: 250,
    moves: 4,
  });
  process.stdout.write(`delivery under faults: ${JSON.stringify({ ...counts, ...did, ...by })}\n`);
  const flaws = flawsOf(account);
  expect(flaws.slice(0, 10), `${flaws.length} flaws`).toEqual([]);
  // What was acknowledged was written, and once, however often it was sent.
  const written = Object.values(account.logs).flatMap((log) => log.flatMap(({ key }) => key ?? []));
  expect(written.length).toBe(new Set(written).size);
  expect([...keys].filter((key) => !written.includes(key))).toEqual([]);
  // Without all this it would prove little.
  expect(counts.pages).toBe(50);
  expect(counts.changes).toBeGreaterThan(2_000);
  expect(did.cut + did.duplicate + did.away).toBeGreaterThan(200);
  expect(Object.values({ ...did, ...by }).every((times) => times > 0)).toBe(true);
  expect(account.stays.filter(({ until }) => until).length).toBeGreaterThan(5);
}, 300_000);

test('[H1] [L3] access that goes, or comes back, while the line is down is told as soon as it is up', () =>
  onServer(async (server) => {
    await server.user('ana', { alpha: 'viewer' });
    const proxy = await proxyTo(server.url);
    const token = await server.token('ana');
    const page = await openPage({ name: 'ana', user: 'ana', workspace: 'alpha', url: proxy.url, token });
    const isOpen = () => until('the page is connected', () => page.stet.connection.state.kind === 'open');
    const whileAway = async (work: () => Promise<unknown>) => {
      await isOpen();
      proxy.meet({ kind: 'away' });
      await until('the page has noticed', () => page.stet.connection.state.kind !== 'open');
      await work();
      proxy.meet({ kind: 'heal' });
      page.stet.wake('network');
      await isOpen();
    };
    page.stet.start();
    await whileAway(() => server.user('ana', { alpha: null }));
    await until('it shows none', () => page.list.state.kind === 'failed');
    await whileAway(() => server.user('ana', { alpha: 'viewer' }));
    await until('it shows them again', () => page.list.state.kind === 'ready');
    expect(page.marks.filter(({ kind }) => kind === 'access')).toHaveLength(2);
    page.close();
    await proxy.close();
  }));

describe('what is planted is found:', () => {
  const plan: Plan = {
    seed,
    members: [
      { user: 'ana', roles: { alpha: 'editor' }, pages: ['alpha'], writes: true },
      { user: 'vic', roles: { alpha: 'viewer' }, pages: ['alpha'] },
      { user: 'ben', roles: both('viewer', 'editor'), pages: everywhere, moves: 'alpha' },
    ],
    books: 4,
    writes: 60,
    mishaps: 4,
    moves: 2,
  };
  type After = InProcess['engine']['store']['log']['after'];
  type Entries = Awaited<ReturnType<After>>;

  /** The log of `alpha`, as the server reads it to tell it on, is no longer what it was. */
  const reading =
    (change: (entries: Entries) => Entries): Plan['plant'] =>
    ({ engine: { store } }) => {
      const { after } = store.log;
      store.log.after = async (workspace, ...place) => {
        const entries = await after(workspace, ...place);
        return workspace === 'alpha' ? change(entries) : entries;
      };
      return () => Object.assign(store.log, { after });
    };

  async function planted(plant: Plan['plant'], writes = plan.writes): Promise<Flaw[]> {
    // What the server itself finds wrong with it is not for those who read the tests.
    const { account } = await outcomeOf({ ...plan, writes, ...(plant ? { plant } : {}) }, 'silent');
    return flawsOf(account);
  }
  const kinds = (flaws: Flaw[]) => new Set(flaws.map(({ kind }) => kind));

  test('nothing, where nothing was; and each thing that a client could get wrong', async () => {
    const { account } = await outcomeOf(plan);
    expect(flawsOf(account)).toEqual([]);
    const [ana, ...others] = account.seen;
    if (!ana) throw new Error('Ana is missing.');
    const found = (other: Partial<Seen>) => kinds(flawsOf({ ...account, seen: [{ ...ana, ...other }, ...others] }));
    const place = ana.marks.findIndex((mark) => mark.kind === 'change' && mark.seq === 20);
    const [mark, next] = ana.marks.slice(place) as [Mark, Mark];
    expect(found({ marks: ana.marks.toSpliced(place, 1) })).toEqual(new Set(['gap']));
    expect(found({ marks: ana.marks.toSpliced(place, 1, mark, mark) })).toEqual(new Set(['repeat']));
    expect(found({ marks: ana.marks.toSpliced(place, 2, next, mark) })).toEqual(new Set(['gap', 'order']));
    expect(found({ marks: ana.marks.slice(0, place) })).toEqual(new Set(['gap']));
    expect(found({ marks: ana.marks.toSpliced(place, 1, { ...mark, workspace: 'beta' } as Mark) })).toContain('leak');
    expect(found({ shown: ana.shown.slice(1) })).toEqual(new Set(['differs']));
    expect(found({ shown: ana.shown.toReversed() })).toEqual(new Set(['differs']));
  });

  /** Where some are read together. What comes next to the head has to fit, or it is read again. */
  const amongSome = (change: (one: Entries[0], other: Entries[0]) => Entries): Plan['plant'] =>
    reading((entries) => {
      const [first, one, other, ...rest] = entries;
      return first && one && other ? [first, ...change(one, other), ...rest] : entries;
    });

  test('[H2] a gap', async () => {
    const flaws = await planted(amongSome((_, other) => [other]));
    const gap = { kind: 'gap', what: expect.stringContaining('on the line') };
    expect(flaws).toContainEqual(expect.objectContaining(gap));
  });

  test('[H2] a repeat, which clients keep to themselves', async () => {
    const twice = reading((entries) => entries.flatMap((entry) => (entry.seq === 20 ? [entry, entry] : [entry])));
    const flaws = await planted(twice);
    expect(kinds(flaws)).toEqual(new Set(['repeat']));
    expect(flaws[0]?.what).toBe('on the line: alpha 20');
  });

  test('[H2] two changes in the wrong order', async () => {
    expect(kinds(await planted(amongSome((one, other) => [other, one])))).toContain('order');
  });

  test('[H1] a leak: somebody hears a workspace that is not theirs', async () => {
    const flaws = await planted(({ engine: { store, bus } }) => {
      const { of, members } = store.workspaces;
      store.workspaces.of = async (user) => of(user === 'vic' ? 'ben' : user);
      store.workspaces.members = async (workspace) => [
        ...(await members(workspace)),
        { workspace, user: 'vic', role: 'viewer' },
      ];
      bus.publish({ kind: 'access', user: 'vic' });
      return () => Object.assign(store.workspaces, { of, members });
    });
    expect(kinds(flaws)).toContain('leak');
    expect(flaws).toContainEqual(expect.objectContaining({ what: expect.stringMatching(/beta \d+ to vic$/) }));
  });

  test('[H1] a leak: whoever was taken out goes on hearing', async () => {
    const flaws = await planted(({ engine: { store } }) => {
      const { of, members } = store.workspaces;
      const [was, were] = [of('ben'), members('alpha')];
      store.workspaces.of = (user) => (user === 'ben' ? was : of(user));
      store.workspaces.members = (workspace) => (workspace === 'alpha' ? were : members(workspace));
      return () => Object.assign(store.workspaces, { of, members });
    });
    expect(flaws).toContainEqual(expect.objectContaining({ what: expect.stringMatching(/alpha \d+ to ben$/) }));
  });

  test('[H1] a leak: a viewer hears what is withheld', async () => {
    const flaws = await planted(({ engine: { store } }) => {
      const { members } = store.workspaces;
      const risen = (user: string) => user === 'vic';
      store.workspaces.members = async (workspace) =>
        (await members(workspace)).map((each) => (risen(each.user) ? { ...each, role: 'editor' } : each));
      return () => Object.assign(store.workspaces, { members });
    }, 120);
    expect(flaws).toContainEqual(expect.objectContaining({ what: expect.stringMatching(/alpha \d+ to vic$/) }));
  });

  test('[H5] news of what one has saved oneself', async () => {
    const nobody = reading((entries) =>
      entries.map((entry) => ({ ...entry, key: null, by: { id: entry.by.id, name: entry.by.name } })),
    );
    expect(kinds(await planted(nobody))).toEqual(new Set(['whose']));
  });

  test('a record that is another one in the client', async () => {
    const other = reading((entries) =>
      entries.map((entry) => ({
        ...entry,
        left: { ...entry.left, body: entry.left.body && { ...entry.left.body, publisher: 'Nobody' } },
      })),
    );
    expect(kinds(await planted(other))).toEqual(new Set(['differs']));
  });
});
