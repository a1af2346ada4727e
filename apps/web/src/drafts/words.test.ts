import type { KeptDraft, Listed } from '@stet/client';
import { books } from '@stet/protocol';
import { describe, expect, test } from 'vitest';
import { baseWords, besideOf, besideWords, titleOf, whereWords } from './words.js';

const now = Date.parse('2026-03-04T12:00:00Z');

const kept = (more: Partial<KeptDraft> = {}): KeptDraft => ({
  form: 1,
  id: 'd1',
  user: 'ana',
  workspace: 'catalogue',
  resource: 'books',
  record: '7',
  newId: 'n1',
  title: 'The Hobbit',
  base: { version: 3, etag: '3-x', body: {} },
  typed: { title: { value: 'The Hobbit' } },
  startedFrom: null,
  parked: false,
  at: '2026-03-03T11:00:00Z',
  ...more,
});

const listed = (where: Listed['where'], more: Partial<KeptDraft> = {}): Listed => ({ kept: kept(more), where });

test('a draft is called by its title, and says where it is and what it started from', () => {
  expect(titleOf(kept(), books)).toBe('The Hobbit');
  expect(titleOf(kept({ title: '  ' }), books)).toBe('Without a title');
  expect(titleOf(kept({ title: '', record: null, base: null }), books)).toBe('New book, without a title');
  expect(baseWords(kept(), books)).toBe('Started from version 3');
  expect(baseWords(kept({ record: null, base: null }), books)).toBe('A new book, never saved');
  expect(
    [listed('here'), listed('elsewhere'), listed('waiting'), listed('waiting', { parked: true })].map(whereWords),
  ).toEqual(['Open on this page', 'Open in another tab', 'Waiting', 'Put aside']);
});

describe('[C5] beside the form of a record', () => {
  const clean = { record: '7', isDirty: false, returned: null };
  const words = (standing: Parameters<typeof besideOf>[0], ...items: Listed[]) =>
    besideWords(besideOf(standing, items), books, now);

  test('nothing is said where there is nothing of mine, or only what is in the form', () => {
    expect(words(clean)).toBeNull();
    expect(words({ ...clean, isDirty: true }, listed('here'))).toBeNull();
    expect(words(clean, listed('waiting', { record: '8' }))).toBeNull();
  });

  test('it says what came back, and when that was typed', () => {
    const returned = { record: '7', isDirty: true, returned: '2026-03-01T12:00:00Z' };
    expect(words(returned, listed('here'))).toBe('Your unsaved changes from 3 days ago are here.');
    expect(words({ ...returned, returned: '2026-03-04T11:59:50Z' })).toBe('Your unsaved changes are here.');
    // Saved or thrown away, it is no longer so.
    expect(words({ ...returned, isDirty: false })).toBeNull();
  });

  test('it says that another tab has them, whatever else there is', () => {
    const said = 'You have unsaved changes to this book in another tab.';
    expect(words(clean, listed('waiting', { id: 'd2' }), listed('elsewhere'))).toBe(said);
    expect(words({ record: '7', isDirty: true, returned: '2026-03-01T12:00:00Z' }, listed('elsewhere'))).toBe(said);
  });

  test('what waits is offered while the form is free, and a new record is nobody else’s', () => {
    expect(words(clean, listed('waiting'))).toBe('You have unsaved changes to this book from yesterday.');
    expect(words(clean, listed('waiting', { parked: true }))).toBe('You have put changes to this book aside.');
    expect(words({ ...clean, isDirty: true }, listed('waiting'))).toBeNull();
    expect(words({ ...clean, record: null }, listed('waiting', { record: null }))).toBeNull();
  });
});
