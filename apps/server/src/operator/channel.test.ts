import { EventEmitter, once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Topic, Wake } from '../bus/bus.js';
import { ask, holderOf } from './ask.js';
import type { Done, Heard, Kind, OperationOf } from './operations.js';
import { dataFolder, type House, moveIn, quietly } from './testing.js';

let folder: ReturnType<typeof dataFolder>;
let house: House;
beforeEach(async () => {
  folder = dataFolder();
  house = await moveIn(folder.config);
});
afterEach(async () => {
  await house.leave();
  folder.remove();
});

async function did<K extends Kind>(operation: OperationOf<K>, hearing = quietly): Promise<Done[K]> {
  const asked = await ask<K>(folder.data, operation, hearing);
  if (asked.kind !== 'answered' || asked.result.kind !== 'done') throw new Error(JSON.stringify(asked));
  return asked.result.value;
}

async function refusal<K extends Kind>(operation: OperationOf<K>): Promise<string> {
  const asked = await ask<K>(folder.data, operation, quietly);
  if (asked.kind !== 'answered' || asked.result.kind !== 'refused') throw new Error(JSON.stringify(asked));
  return asked.result.message;
}

/** Fills with what is said there from now on. */
function wakesOn(topic: Topic): Wake[] {
  const wakes: Wake[] = [];
  house.engine.bus.subscribe(topic, (heard) => heard.kind !== 'anew' && wakes.push(heard));
  return wakes;
}

const add = (username: string, name?: string): OperationOf<'userAdd'> => ({
  kind: 'userAdd',
  username,
  password: 'let-it-stand',
  ...(name === undefined ? {} : { name }),
});
const catalogue: OperationOf<'workspaceAdd'> = { kind: 'workspaceAdd', id: 'catalogue', name: 'The catalogue' };

async function withMara(): Promise<void> {
  await did<'workspaceAdd'>(catalogue);
  await did<'userAdd'>(add('mara', 'Mara Moreau'));
  await did<'memberAdd'>({ kind: 'memberAdd', user: 'mara', workspace: 'catalogue', role: 'manager' });
}

function books(count: number): string {
  const file = join(folder.data, 'books.csv');
  const rows = Array.from({ length: count }, (_, place) => `b${place},Book ${place}`);
  writeFileSync(file, `id,title\n${rows.join('\n')}\n`);
  return file;
}

const importing = (file: string, more: Partial<OperationOf<'importFile'>> = {}): OperationOf<'importFile'> => ({
  kind: 'importFile',
  file,
  workspace: 'catalogue',
  resource: 'books',
  map: [],
  split: {},
  dryRun: false,
  prefer: 'people',
  notes: false,
  ...more,
});

const countBooks = async () => (await house.engine.store.workspaces.get('catalogue'))?.seq ?? 0;

describe('people', () => {
  it('are added once, and listed with what they are members of', async () => {
    await withMara();
    expect(await refusal(add('Mara'))).toBe('There is a user "mara" already.');
    expect(await refusal(catalogue)).toBe('There is a workspace "catalogue" already.');
    expect(await did<'userList'>({ kind: 'userList' })).toEqual([
      { id: 'mara', username: 'mara', name: 'Mara Moreau', memberships: [{ workspace: 'catalogue', role: 'manager' }] },
    ]);
  });

  it('are told in one sentence what is wrong with a name or a password', async () => {
    expect(await refusal({ kind: 'userAdd', username: 'a b', password: 'x' })).toMatch(
      /^username: .*; password: .*\.$/,
    );
    expect(await refusal({ kind: 'workspaceAdd', id: '../x', name: 'X' })).toMatch(/^id: must be .*\.$/);
    expect(await refusal({ kind: 'workspaceAdd', id: 'x', name: 'a\u0007b' })).toMatch(/^name: must have .*\.$/);
  });

  it('get, change and lose their roles, and each time their open pages are told', async () => {
    await withMara();
    const wakes = wakesOn({ kind: 'access' });
    const member = { kind: 'memberAdd', user: 'MARA', workspace: 'catalogue' } as const;
    expect(await did<'memberAdd'>({ ...member, role: 'viewer' })).toMatchObject({ user: 'mara', before: 'manager' });
    expect(await did<'memberAdd'>({ ...member, role: 'viewer' })).toMatchObject({ role: 'viewer', before: 'viewer' });
    await did<'memberRemove'>({ kind: 'memberRemove', user: 'mara', workspace: 'catalogue' });
    expect(await did<'memberList'>({ kind: 'memberList', workspace: 'catalogue' })).toEqual([]);
    expect(wakes).toEqual([
      { kind: 'access', user: 'mara' },
      { kind: 'access', user: 'mara' },
    ]);
  });

  it('and workspaces that do not exist are named', async () => {
    await withMara();
    const of = { user: 'mara', workspace: 'catalogue' };
    expect(await refusal({ kind: 'memberAdd', ...of, user: 'nobody', role: 'viewer' })).toBe(
      'There is no user "nobody".',
    );
    expect(await refusal({ kind: 'memberAdd', ...of, workspace: 'x', role: 'viewer' })).toBe(
      'There is no workspace "x".',
    );
    expect(await refusal({ kind: 'memberRemove', ...of, user: 'nobody' })).toBe('There is no user "nobody".');
    expect(await refusal({ kind: 'memberRemove', ...of, workspace: 'x' })).toBe('There is no workspace "x".');
    expect(await refusal({ kind: 'memberList', workspace: 'x' })).toBe('There is no workspace "x".');
    await did<'memberRemove'>({ kind: 'memberRemove', ...of });
    expect(await refusal({ kind: 'memberRemove', ...of })).toBe('mara is no member of "catalogue".');
  });
});

describe('tokens', () => {
  it('are made, listed without what signs in, and revoked once', async () => {
    await withMara();
    const made = await did<'tokenCreate'>({ kind: 'tokenCreate', user: 'mara', label: 'nightly', days: 7 });
    const headers = { authorization: `Bearer ${made.token}` };
    expect((await house.engine.auth.identify(headers))?.user.id).toBe('mara');
    const listed = await did<'tokenList'>({ kind: 'tokenList' });
    expect(listed).toMatchObject([{ id: made.id, user: 'mara', label: 'nightly', state: 'valid' }]);
    expect(JSON.stringify(listed)).not.toContain(made.token);
    await did<'tokenRevoke'>({ kind: 'tokenRevoke', id: made.id });
    expect(await house.engine.auth.identify(headers)).toBeNull();
    expect(await refusal({ kind: 'tokenRevoke', id: made.id })).toContain('no such token');
    expect(await did<'tokenList'>({ kind: 'tokenList' })).toMatchObject([{ state: 'revoked' }]);
  });

  it('are refused for nobody, and for ever', async () => {
    await withMara();
    const asked = { kind: 'tokenCreate', user: 'mara', label: 'x', days: 0 } as const;
    expect(await refusal({ ...asked, user: 'nobody', days: 1 })).toBe('There is no user "nobody".');
    expect(await refusal(asked)).toMatch(/^days: .*\.$/);
  });
});

describe('an import', () => {
  it('tells how the columns were matched and how far it is, and wakes whoever reads', async () => {
    await withMara();
    const heard: Heard[] = [];
    const wakes = wakesOn({ kind: 'log', workspace: 'catalogue' });
    const hearing = { ...quietly, onHeard: (one: Heard) => void heard.push(one) };
    const report = await did<'importFile'>(importing(books(200), { as: 'mara', notes: true }), hearing);
    expect(report).toMatchObject({ counts: { rows: 200, created: 200 }, ended: { kind: 'complete' } });
    expect(heard[0]?.kind).toBe('columns');
    expect(heard.at(-1)).toMatchObject({ kind: 'progress', progress: { rows: 200 } });
    await expect.poll(() => wakes).toContainEqual({ kind: 'log', workspace: 'catalogue', seq: 200 });
    const [entry] = await house.engine.store.log.after('catalogue', 0, 1);
    expect(entry?.by).toEqual({ id: 'mara', name: 'Mara Moreau', via: 'import' });
  });

  it("is the operator's own where nobody is named, and never somebody's who may not write", async () => {
    await withMara();
    const file = books(1);
    await did<'userAdd'>(add('vic'));
    expect(await refusal(importing(file, { as: 'nobody' }))).toBe('There is no user "nobody".');
    expect(await refusal(importing(file, { as: 'vic' }))).toBe('vic is no member of "catalogue".');
    await did<'memberAdd'>({ kind: 'memberAdd', user: 'vic', workspace: 'catalogue', role: 'viewer' });
    expect(await refusal(importing(file, { as: 'vic' }))).toContain('vic is a viewer');
    expect(await countBooks()).toBe(0);
    await did<'importFile'>(importing(file));
    const [entry] = await house.engine.store.log.after('catalogue', 0, 1);
    expect(entry?.by).toEqual({ id: 'stet:operator', name: 'Operator', via: 'import' });
  });

  it('writes and wakes nothing in a dry run', async () => {
    await withMara();
    const wakes = wakesOn({ kind: 'log', workspace: 'catalogue' });
    expect(await did<'importFile'>(importing(books(5), { dryRun: true }))).toMatchObject({ counts: { created: 5 } });
    expect([await countBooks(), wakes]).toEqual([0, []]);
  });

  it('is refused for what is not there', async () => {
    await withMara();
    const file = books(1);
    expect(await refusal(importing(file, { workspace: 'x' }))).toBe('There is no workspace "x".');
    expect(await refusal(importing(file, { resource: 'x' }))).toBe('There is no resource "x"; there are: books.');
    expect(await refusal(importing(`${file}.gone`))).toContain('there is no such file');
  });

  it('stops when it is asked to, says how far it came, and what came in stays', async () => {
    await withMara();
    const stop = new AbortController();
    const onHeard = ({ kind }: Heard) => kind === 'progress' && stop.abort();
    const hearing = { onHeard: (one: Heard) => void onHeard(one), signal: stop.signal };
    const report = await did<'importFile'>(importing(books(20_000)), hearing);
    expect(report.ended).toEqual({ kind: 'stopped' });
    expect(report.counts.created).toBeLessThan(20_000);
    expect(await countBooks()).toBe(report.counts.created);
  });

  it('stops when whoever asked for it is gone', async () => {
    await withMara();
    const asking = request({ socketPath: join(folder.data, 'operator.sock'), method: 'POST', agent: false });
    asking.on('error', () => {});
    asking.end(JSON.stringify(importing(books(20_000))));
    const [response] = await once(asking, 'response');
    await once(response, 'data');
    response.destroy();
    await house.channel.drain('finish');
    expect(await countBooks()).toBeLessThan(20_000);
  });
});

describe('the channel', () => {
  it('says who has the folder, and refuses what it does not understand', async () => {
    expect(await holderOf(folder.data)).toEqual({ pid: process.pid, what: 'stet test' });
    const unknown = { kind: 'dropEverything' } as unknown as OperationOf<'userList'>;
    expect(await refusal(unknown)).toMatch(/\.$/);
  });

  it('sends new callers away while it leaves, and answers those who are there', async () => {
    await withMara();
    const begun = new EventEmitter();
    const hearing = { ...quietly, onHeard: () => void begun.emit('heard') };
    const report = did<'importFile'>(importing(books(20_000)), hearing);
    await once(begun, 'heard');
    const drained = house.channel.drain('stop');
    expect(await ask(folder.data, { kind: 'userList' }, quietly)).toEqual({ kind: 'leaving' });
    expect((await report).ended).toEqual({ kind: 'stopped' });
    await drained;
  });

  it('is nobody where nobody has the folder', async () => {
    const empty = dataFolder();
    expect(await ask(empty.data, { kind: 'userList' }, quietly)).toEqual({ kind: 'nobody' });
    expect(await holderOf(empty.data)).toBeNull();
    empty.remove();
  });
});
