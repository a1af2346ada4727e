import { books } from '@stet/protocol';
import { describe, expect, test } from 'vitest';
import { emptyQuery, isNarrowed, nextSort, queryOf, sameQuery, searchOf, sortState, withFilter } from './query.js';

describe('what the list shows stands in the address', () => {
  test('an address without a question asks for all, in the order of titles', () => {
    expect(queryOf(books, '')).toEqual({ q: '', sort: 'title', filters: {} });
    expect(searchOf(books, emptyQuery(books))).toBe('');
  });

  test('words, order and filters go into the address and come back from it', () => {
    const query = { q: 'ナルニア & co', sort: '-updatedAt', filters: { status: 'review', language: 'en-GB' } };
    expect(queryOf(books, searchOf(books, query))).toEqual(query);
  });

  test('an address that somebody made up still asks what the server takes', () => {
    const query = queryOf(
      books,
      `?sort=__proto__&summary=x&status=&q=${'a'.repeat(9_000)}&language=${'b'.repeat(900)}`,
    );
    expect(query.sort).toBe('title');
    expect(Object.keys(query.filters)).toEqual(['language']);
    expect(query.filters.language).toHaveLength(300);
    expect(query.q).toHaveLength(300);
  });

  test('two questions are the same where they have the same address', () => {
    expect(sameQuery(books, emptyQuery(books), { q: '', sort: 'title', filters: {} })).toBe(true);
    expect(sameQuery(books, emptyQuery(books), { q: '', sort: '-title', filters: {} })).toBe(false);
  });
});

describe('a click at a header', () => {
  test('orders from the beginning, then turns round', () => {
    expect(nextSort('title', 'publishedYear')).toBe('publishedYear');
    expect(nextSort('publishedYear', 'publishedYear')).toBe('-publishedYear');
    expect(nextSort('-publishedYear', 'publishedYear')).toBe('publishedYear');
  });

  test('shows the newest changes first', () => {
    expect(nextSort('title', 'updatedAt')).toBe('-updatedAt');
    expect(nextSort('-updatedAt', 'updatedAt')).toBe('updatedAt');
  });

  test('is said to a screen reader', () => {
    expect(sortState('-title', 'title')).toBe('descending');
    expect(sortState('title', 'title')).toBe('ascending');
    expect(sortState('title', 'authors')).toBe('none');
  });
});

test('a filter is set, replaced and taken away', () => {
  const set = withFilter(emptyQuery(books), 'status', ' ready ');
  expect(set.filters).toEqual({ status: 'ready' });
  expect(isNarrowed(set)).toBe(true);
  expect(withFilter(set, 'status', 'draft').filters).toEqual({ status: 'draft' });
  expect(isNarrowed(withFilter(set, 'status', ''))).toBe(false);
});
