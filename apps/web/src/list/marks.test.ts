import type { Change } from '@stet/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMarks } from './marks.js';

const change = (by: Change['by']): Change => ({
  workspace: 'catalogue',
  seq: 7,
  cursor: 'e.7',
  resource: 'books',
  action: 'update',
  id: 'hobbit',
  version: 2,
  etag: '2-e',
  fields: ['title'],
  by,
  at: '2026-06-15T12:00:00Z',
});
const ana = { id: 'ana', name: 'Ana Alves' };
const ben = { id: 'ben', name: 'Ben Berger' };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a row that somebody changed carries the name, fades, and is calm again', () => {
  const changed = vi.fn();
  const marks = createMarks(ben, changed);
  marks.note(change(ana), 'other');
  expect(marks.of('hobbit')).toEqual({ by: 'Ana Alves', isCalming: false });
  vi.advanceTimersByTime(5_000);
  expect(marks.of('hobbit')).toEqual({ by: 'Ana Alves', isCalming: true });
  vi.advanceTimersByTime(2_000);
  expect(marks.of('hobbit')).toBeUndefined();
  const told = changed.mock.calls.length;
  vi.advanceTimersByTime(60_000);
  expect(changed).toHaveBeenCalledTimes(told);
});

test('[H5] nobody is told of their own save, and their other tab is named as such', () => {
  const marks = createMarks(ana, () => {});
  marks.note(change(ana), 'own');
  expect(marks.of('hobbit')).toBeUndefined();
  marks.note(change(ana), 'own-elsewhere');
  expect(marks.of('hobbit')?.by).toBe('You, elsewhere');
  marks.stop();
});

test('an import is named beside the person, and names are learned from changes', () => {
  const marks = createMarks(ben, () => {});
  expect(marks.nameOf('ana')).toBe('ana');
  marks.note(change({ ...ana, via: 'import' }), 'other');
  expect(marks.of('hobbit')?.by).toBe('Ana Alves (import)');
  expect(marks.nameOf('ana')).toBe('Ana Alves');
  marks.stop();
});
