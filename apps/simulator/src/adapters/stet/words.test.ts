import { problem } from '@stet/protocol';
import { expect, test } from 'vitest';
import type { Op } from '../../history/event.js';
import { createNames } from './names.js';
import { opOf, resultOf } from './words.js';

const named = createNames('sim-');
const update: Op = { do: 'update', record: 'book-1', set: {}, typed: [], base: null };
const said = (status: number, body: unknown = {}) => ({ status, header: () => null, body });
const resultsIn = (op: Op, status: number, body?: unknown, bySocket = false) => {
  const result = resultOf(op, said(status, body), named, bySocket);
  return result.is === 'refused' ? result.why : result.is;
};

test('a write is known to be refused only where nothing can have been written', () => {
  expect(resultsIn(update, 503, problem('unavailable'))).toBe('unknown');
  expect(resultsIn({ do: 'read', record: 'book-1' }, 503, problem('unavailable'))).toBe('busy');
  expect(resultsIn(update, 502, 'Bad gateway')).toBe('unknown');
  expect(resultsIn(update, 429, problem('too-many-requests'))).toBe('busy');
  expect(resultsIn(update, 413, problem('too-large'))).toBe('invalid');
  expect(resultsIn(update, 413, problem('too-large'), true)).toBe('unknown');
  expect(resultsIn(update, 428, problem('version-missing'))).toBe('unguarded');
  expect(resultsIn(update, 422, problem('key-reused'))).toBe('key-reused');
  expect(resultsIn(update, 409, problem('id-in-use'))).toBe('taken');
  expect(resultsIn(update, 404, problem('not-found'))).toBe('absent');
});

test('what is gone names its tombstone', () => {
  const gone = problem('gone', undefined, { id: 'sim-book-1', version: 4, etag: '4-abc' });
  expect(resultOf(update, said(410, gone), named, false)).toEqual({
    ...{ is: 'refused', why: 'gone', status: 410 },
    current: { version: { n: 4, tag: '4-abc' }, fields: null },
  });
});

test('records of the run lose their prefix, and others keep away from them', () => {
  const asked = (path: string) => opOf({ method: 'GET', path, header: () => null, body: undefined }, named);
  expect(asked('/workspaces/x/books/sim-book-1')).toEqual({ do: 'read', record: 'book-1' });
  expect(asked('/workspaces/x/books/book-1')).toEqual({ do: 'read', record: 'elsewhere/book-1' });
  expect(asked('/workspaces/x/books/book-1/versions')).toBeNull();
  expect(named.id('elsewhere/book-1')).toBe('book-1');
});
