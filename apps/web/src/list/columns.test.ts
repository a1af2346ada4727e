import { books, defineResource } from '@stet/protocol';
import { expect, test } from 'vitest';
import { columnsOf, textOf } from './columns.js';

test('the columns are drawn from the resource', () => {
  expect(columnsOf(books).map(({ name, kind, isSortable }) => [name, kind, isSortable])).toEqual([
    ['title', 'title', true],
    ['authors', 'text', true],
    ['publishedYear', 'number', true],
    ['language', 'code', false],
    ['status', 'choice', false],
    ['updatedAt', 'changed', true],
  ]);
});

test('another resource has other columns', () => {
  const { title, pages } = books.fields;
  if (!title || !pages) throw new Error('books has these fields');
  const access = { read: 'viewer', write: 'editor' } as const;
  const fields = { place: title, scale: pages };
  const maps = defineResource({ ...books, name: 'maps', title: 'place', access, fields });
  expect(columnsOf(maps).map(({ name }) => name)).toEqual(['place', 'updatedAt']);
});

test('a value in one line', () => {
  expect(textOf(books.fields.authors, ['J. Borges', 'A. Bioy'])).toBe('J. Borges; A. Bioy');
  expect(textOf(books.fields.status, 'review')).toBe('In review');
  expect(textOf(books.fields.publishedYear, -800)).toBe('-800');
  expect(textOf(books.fields.language, null)).toBe('');
});
