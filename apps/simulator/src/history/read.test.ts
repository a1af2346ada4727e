import { expect, it } from 'vitest';
import { readEvent } from './read.js';

it.each([
  ['{', 'is no JSON'],
  ['null', 'is no event'],
  ['{"kind":"settled"}', 'is no event'],
  ['{"at":"1","kind":"settled"}', 'no number of milliseconds'],
  ['{"at":1,"kind":"toString"}', 'has a "kind" that is none: "toString"'],
  ['{"at":1,"kind":"invoke","call":1,"key":null}', 'is a "invoke" without "editor", "op"'],
])('says what is wrong with %s', (line, what) => {
  expect(readEvent(line, false)).toEqual({ kind: 'wrong', what: expect.stringContaining(what) });
});

it('takes no history that does not begin with its run, or is of another form', () => {
  const run = { store: 'stet', scenario: 'x', seed: 1, transport: 'http', mode: 'network', workspace: 'w' };
  expect(readEvent('{"at":1,"kind":"settled"}', true).kind).toBe('wrong');
  expect(readEvent(JSON.stringify({ at: 0, kind: 'run', format: 2, ...run }), true).kind).toBe('wrong');
  const first = { at: 0, kind: 'run', format: 1, ...run };
  expect(readEvent(JSON.stringify(first), true)).toEqual({ kind: 'event', event: first });
});
