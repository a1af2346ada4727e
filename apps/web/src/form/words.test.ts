import { books, problem } from '@stet/protocol';
import { describe, expect, it } from 'vitest';
import { ago, issuesByField, listed } from './words.js';

const invalid = (...errors: Array<{ path: string; message: string }>) => problem('invalid', undefined, { errors });

describe('what the server refuses', () => {
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
