import type { DraftState, Overtaken } from '@stet/client';
import { books, problem } from '@stet/protocol';
import { describe, expect, it } from 'vitest';
import { ago, issuesByField, listed, overtakenWords, saveWords, who } from './words.js';

const ben = { id: 'ben', name: 'Ben Berger' };
const mara = { id: 'mara', name: 'Mara Moreau' };
const said = (
  state: DraftState,
  touched: string[] = [],
  { isNew = false, isGone = false, newest = null as number | null } = {},
) => saveWords({ resource: books, state, touched, isNew, newest, isGone });
const invalid = (...errors: Array<{ path: string; message: string }>) => problem('invalid', undefined, { errors });

describe('[C6] the save state in words', () => {
  it('names what is unsaved, and no more than fits', () => {
    expect(said({ kind: 'unsaved' }, ['title', 'pages'])).toBe('Unsaved changes in Title, Pages');
    expect(said({ kind: 'unsaved' }, ['title', 'pages', 'notes', 'series', 'summary'])).toBe(
      'Unsaved changes in Title, Pages, Notes and 2 more',
    );
  });

  it('tells where the edit stands', () => {
    expect(said({ kind: 'clean' })).toBe('No changes');
    expect(said({ kind: 'clean' }, [], { isNew: true })).toBe('New book, nothing typed yet');
    expect(said({ kind: 'saving' }, ['title'])).toBe('Saving…');
    expect(said({ kind: 'saved', version: 12 })).toBe('Saved as version 12');
    expect(said({ kind: 'saved', version: 12 }, [], { newest: 12 })).toBe('Saved as version 12');
    expect(said({ kind: 'saved', version: 12 }, [], { newest: 14 })).toBe(
      'Saved as version 12; version 14 has come in since',
    );
    expect(said({ kind: 'orphaned', by: ben, at: '' }, ['title'], { isGone: true })).toBe(
      'Not saved: this book was deleted. What you typed is kept here',
    );
    expect(said({ kind: 'orphaned', by: ben, at: '' }, [], { isGone: true })).toBe('This book was deleted');
  });

  it('says why it was not saved', () => {
    const one = invalid({ path: 'pages', message: 'must be a whole number' });
    expect(said({ kind: 'failed', problem: one }, ['pages'])).toBe('Not saved: Pages must be a whole number');
    const two = invalid({ path: 'title', message: 'is required' }, { path: 'authors.1', message: 'must not be empty' });
    expect(said({ kind: 'failed', problem: two }, ['title'])).toBe('Not saved: Title is required, and 1 more');
    const away = problem('unavailable', 'The server cannot be reached.');
    expect(said({ kind: 'failed', problem: away }, ['title'])).toBe('Not saved: The server cannot be reached.');
    expect(said({ kind: 'failed', problem: problem('unauthenticated') }, ['title'])).toBe(
      'Not saved: nobody is signed in',
    );
  });

  it('puts each fault beside its field', () => {
    const { errors = [] } = invalid(
      { path: 'authors.1', message: 'must not be empty' },
      { path: 'authors.4', message: 'must not be empty' },
      { path: 'pages', message: 'is too large' },
    );
    expect([...issuesByField(books, errors)]).toEqual([
      ['authors', 'Authors, line 2: must not be empty'],
      ['pages', 'Pages is too large'],
    ]);
  });
});

describe('[C3] who saved meanwhile', () => {
  const overtaken = (...changes: Overtaken['changes']): Overtaken => ({
    version: changes.at(-1)?.version ?? 0,
    changes,
    fields: [],
  });
  const change = (by: typeof ben, version: number, whose: 'other' | 'own-elsewhere' = 'other') => ({
    by,
    version,
    whose,
    at: '',
  });

  const words = (news: Overtaken, restored: number[] = []) =>
    overtakenWords(news, (version) => restored.includes(version));

  it('names each person once, and the versions', () => {
    expect(words(overtaken(change(ben, 13)))).toBe('Ben Berger saved version 13');
    expect(words(overtaken(change(ben, 13), change(mara, 14), change(ben, 15)))).toBe(
      'Ben Berger and Mara Moreau saved versions 13 to 15',
    );
  });

  it('[V5] a restore is called one', () => {
    expect(words(overtaken(change(ben, 3)), [3])).toBe('Ben Berger restored it as version 3');
    expect(words(overtaken(change(ben, 2), change(mara, 4), change(ben, 5), change(ben, 6)), [4])).toBe(
      'Ben Berger saved version 2. Mara Moreau restored it as version 4. Ben Berger saved versions 5 to 6',
    );
    expect(words(overtaken(change(ben, 3, 'own-elsewhere')), [3])).toBe(
      'You, in another tab, restored it as version 3',
    );
  });

  it('[H5] names the own other tab as such', () => {
    expect(words(overtaken(change(ben, 13, 'own-elsewhere')))).toBe('You, in another tab, saved version 13');
    expect(who({ ...mara, via: 'import' })).toBe('Mara Moreau (import)');
    expect(who(null)).toBe('somebody');
  });
});

describe('times and lists', () => {
  const now = Date.parse('2026-03-02T12:00:00Z');
  it.each([
    ['2026-03-02T12:05:00Z', 'just now'],
    ['2026-03-02T11:59:30Z', 'just now'],
    ['2026-03-02T11:55:00Z', '5 min ago'],
    ['2026-03-02T09:00:00Z', '3 hours ago'],
    ['2026-03-01T12:00:00Z', 'yesterday'],
    ['2026-02-20T12:00:00Z', '10 days ago'],
    ['', ''],
  ])('%s is %s', (at, words) => expect(ago(at, now)).toBe(words));

  it('lists as a sentence does', () => {
    expect(listed(['a'])).toBe('a');
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
  });
});
