import type { Stale, VersionInfo } from '@stet/protocol';
import { describe, expect, test } from 'vitest';
import { changedAgain, undoable } from './history.js';

const ana = { id: 'ana', name: 'Ana' };
const ben = { id: 'ben', name: 'Ben' };

const made = (version: number, by: typeof ana, fields: string[], action: VersionInfo['action'] = 'update') =>
  ({ version, by, fields, action, etag: `${version}-e`, at: '2025-03-01T12:00:00Z' }) satisfies VersionInfo;

describe('the save that can be undone', () => {
  const isAnas = ({ id }: { id: string }) => id === 'ana';

  test('is the newest of one’s own, under what others saved since', () => {
    const items = [made(4, ben, ['pages']), made(3, ana, ['title']), made(2, ana, ['notes'])];
    expect(undoable(items, isAnas)?.version).toBe(3);
  });

  test('is never the creation, and so there is none before it either', () => {
    expect(undoable([made(2, ben, ['pages']), made(1, ana, ['title'], 'create')], isAnas)).toBeNull();
    expect(undoable([made(2, ben, ['pages'])], isAnas)).toBeNull();
  });

  test('may be a deletion', () => {
    expect(undoable([made(2, ana, [], 'destroy')], isAnas)?.version).toBe(2);
  });
});

describe('who changed the fields again', () => {
  const stale = (changes: VersionInfo[], current: object = { id: '7', version: 9 }): Stale =>
    ({ current, changes }) as unknown as Stale;

  test('is whoever did last, each with their fields', () => {
    const changes = [made(3, ana, ['title', 'pages']), made(4, ben, ['title']), made(5, ana, ['notes'])];
    expect(changedAgain(stale(changes), ['title', 'pages'])).toEqual([
      { by: ben, version: 4, fields: ['title'] },
      { by: ana, version: 3, fields: ['pages'] },
    ]);
  });

  test('is nobody where only other fields changed', () => {
    expect(changedAgain(stale([made(3, ben, ['notes'])]), ['title'])).toEqual([]);
  });

  test('is no question of a record that was deleted', () => {
    expect(changedAgain(stale([made(3, ben, [], 'destroy')], { deleted: true, by: ben }), ['title'])).toBeNull();
  });
});
