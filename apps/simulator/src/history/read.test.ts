import { expect, it } from 'vitest';
import { madeUpHistory } from '../report/testing.js';
import { createReader } from './read.js';

const run = { at: 0, kind: 'run', format: 1, store: 'stet', scenario: 'x', seed: 1 };
const first = { ...run, transport: 'http', mode: 'network', workspace: 'w' };
const told = {
  ...{ seq: 1, record: 'book-1', action: 'create', version: { n: 1, tag: null } },
  ...{ changed: ['title'], fields: { title: 'w1' }, by: 'ana', key: null },
};
const invoke = { at: 1, kind: 'invoke', call: 1, editor: 'ana', op: { do: 'list' }, key: null };
const result = { at: 2, kind: 'result', call: 1, result: { is: 'list', seq: 1, records: [] } };
const hear = { at: 3, kind: 'hear', editor: 'ana', line: 1, workspace: 'w', told };

/** What is said of the last of these lines; null where nothing is. */
function saidOf(...lines: ReadonlyArray<string | object>): string | null {
  const read = createReader();
  let said: string | null = null;
  for (const line of [first, ...lines]) {
    const one = read(typeof line === 'string' ? line : JSON.stringify(line));
    said = one.kind === 'wrong' ? one.what : null;
  }
  return said;
}

it.each([
  ['{', 'is no JSON'],
  ['null', 'is no event'],
  ['{"kind":"settled"}', 'is no event'],
  ['{"at":"1","kind":"settled"}', 'at must be a number'],
  ['{"at":1e999,"kind":"settled"}', 'at must be a number'],
  ['{"at":1,"kind":"toString"}', 'has a "kind" that is none: "toString". It must be one of run, access'],
  ['{"at":1,"kind":"invoke","call":1,"key":null}', 'editor must be a text; op must be a set of names with values'],
  [{ ...invoke, op: { do: 'dance' } }, 'op.do must be one of create, update, destroy, restore, read, list'],
  [{ ...invoke, op: null }, 'op must be a set of names with values, with "do" among them'],
  [{ ...invoke, call: 4_000_000_000 }, 'call must be at most 1000000000'],
  [{ ...result, result: null }, 'result must be a set of names with values, with "is" among them'],
  [{ ...hear, told: null }, 'told must be a set of names with values'],
  [{ ...hear, told: { ...told, seq: 'a' } }, 'is no "hear" as it must be: told.seq must be a whole number'],
  [{ ...hear, told: { ...told, seq: 4_000_000_000 } }, 'told.seq must be at most 1000000000'],
  [{ ...hear, told: { ...told, version: { n: 1.5, tag: null } } }, 'told.version.n must be a whole number'],
  [{ ...hear, line: -1 }, 'line must be at least 0'],
  [{ at: 1, kind: 'line', editor: 'ana', line: 1, is: 'shut' }, 'is must be one of asked, open, reset, over'],
  [{ at: 1, kind: 'access', user: 'ana', role: 'king', is: 'certain' }, 'role must be one of viewer, editor, manager'],
  [{ at: 1, kind: 'typed', editor: 'ana', record: 'book-1', field: 'title' }, 'value must'],
  [`{"at":1,"kind":"typed","value":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 'is nested more than 50 deep'],
] as const)('says what must stand there: %#', (line, what) => {
  expect(saidOf(line)).toContain(what);
});

it('takes no history that does not begin with its run, or is of another form', () => {
  const settled = createReader()('{"at":1,"kind":"settled"}');
  expect(settled).toEqual({ kind: 'wrong', what: expect.stringContaining('is not what a history begins with') });
  expect(createReader()(JSON.stringify({ ...first, format: 2 })).kind).toBe('wrong');
  expect(createReader()(JSON.stringify(first))).toEqual({ kind: 'event', event: first });
});

it('takes each call once, and one result of it', () => {
  expect(saidOf(invoke, result)).toBeNull();
  expect(saidOf(result)).toBe('is the result of call 1, which no line before it begins');
  expect(saidOf(invoke, result, result)).toBe('is a second result of call 1');
  expect(saidOf(invoke, invoke)).toBe('begins call 1 a second time');
  expect(saidOf(first)).toMatch(/^is a second "run"/);
});

it('takes what a run writes, as it stands there, with what a later program may add', () => {
  const events = [hear, ...madeUpHistory({ editors: 5, lasts: 2_000, every: 40 }), { ...invoke, call: 999, more: 1 }];
  const read = createReader();
  for (const event of [first, ...events]) expect(read(JSON.stringify(event))).toEqual({ kind: 'event', event });
});
