import { expect, it } from 'vitest';
import { againOf, replayOf } from './again.js';
import { asked } from './asked.js';
import { castOf } from './cast.js';

const usual = { transport: 'websocket', adapter: 'stet', shrink: true };

it.each([
  [{ scenario: 'a', replay: 'b' }, '--scenario and --replay do not go together'],
  [{ url: 'http://x' }, '--url needs --tokens'],
  [{ tokens: 'file' }, '--tokens needs --url'],
  [{ workspace: 'w' }, '--workspace needs --url'],
  [{ url: 'http://x', tokens: 'file', inProcess: true }, '--in-process and --url do not go together'],
  [{ url: 'http://x', tokens: 'file', nodes: 2 }, '--url and --nodes do not go together'],
  [{ adapter: 'tutorial', inProcess: true }, '--adapter and --in-process do not go together'],
  [{ adapter: 'tutorial', transport: 'xhr' }, '--adapter and --transport do not go together'],
  [{ adapter: 'couchdb' }, '--adapter couchdb needs --store-url'],
  [{ storeUrl: 'http://x' }, '--store-url needs --adapter couchdb'],
  [{ check: 'file', seed: 3 }, '--check and --seed do not go together'],
  [{ check: 'file', history: 'other' }, '--check and --history do not go together'],
  [{ list: true, editors: 3 }, '--list and --editors do not go together'],
])('refuses %j', (flags, message) => {
  expect(asked({ ...usual, ...flags })).toEqual({ kind: 'wrong', message: expect.stringContaining(message) });
});

const runOf = (flags: Record<string, unknown>) => {
  const read = asked({ ...usual, ...flags });
  if (read.kind !== 'asked' || read.asked.kind !== 'run') throw new Error('It is no run.');
  return { asked: read.asked, answering: read.answering };
};

it('runs on servers of its own, and writes the usual report, where nothing is said', () => {
  const { asked: run, answering } = runOf({});
  expect(run).toMatchObject({ scenario: undefined, where: { kind: 'own' }, transport: 'websocket', isShrunk: true });
  expect(answering).toEqual({ json: false, report: 'usual', history: null });
});

it('writes no report for programs, unless one is asked for', () => {
  expect(runOf({ json: true }).answering.report).toBeNull();
  expect(runOf({ json: true, report: 'a.html' }).answering.report).toBe('a.html');
  expect(runOf({ report: false }).answering.report).toBeNull();
});

it('tells how to run it once more, with its seed and without anybody’s password', () => {
  const users = [{ user: 'ana', role: 'editor' }] as const;
  const plan = { seed: 7, users } as unknown as Parameters<typeof againOf>[1];
  const { asked: own } = runOf({ scenario: 'my own.yaml', editors: 5, duration: 2_500, inProcess: true });
  expect(againOf(own, plan)).toBe(
    "stet simulate --in-process --scenario 'my own.yaml' --editors 5 --duration 2.5s --seed 7",
  );
  expect(replayOf(own, 'stet-replay-x-7.yaml')).toBe('stet simulate --in-process --replay stet-replay-x-7.yaml');
  const { asked: couch } = runOf({ adapter: 'couchdb', storeUrl: 'http://admin:secret@x' });
  expect(againOf(couch, plan)).not.toContain('secret');
});

it('has pages played by users who may do as much, each by as few as can be', () => {
  const editorOf = (user: string) => ({ name: `page of ${user}`, user, skew: 0, choose: {} });
  const users = [
    { user: 'ana', role: 'editor' },
    { user: 'ben', role: 'editor' },
    { user: 'vic', role: 'viewer' },
  ] as const;
  const plan = { users, editors: users.map(({ user }) => editorOf(user)) } as unknown as Parameters<typeof castOf>[0];
  const there = [
    { user: 'x', role: 'manager' },
    { user: 'y', role: 'editor' },
  ] as const;
  const cast = castOf(plan, there);
  expect(cast.kind === 'cast' && cast.plan.editors.map(({ user }) => user)).toEqual(['y', 'y', 'x']);
  expect(cast.kind === 'cast' && cast.plan.users).toEqual(there);
  expect(cast).toMatchObject({ above: ['viewer'] });
  expect(castOf(plan, [{ user: 'z', role: 'viewer' }])).toEqual({ kind: 'missing', role: 'editor' });
});
