import { books, type Notice } from '@stet/protocol';
import { expect, test } from 'vitest';
import { heardWords, restoreWords, saidWords, titleOf } from './words.js';

const notice = (more: Partial<Notice> = {}): Notice => ({
  seq: 12,
  workspace: 'catalogue',
  resource: 'books',
  id: '7',
  title: 'The Hobbit',
  version: 5,
  action: 'update',
  by: { id: 'ben', name: 'Ben Berger' },
  at: '2026-03-03T11:00:00Z',
  fields: { title: { was: 'The Hobbit', now: 'Hobbit' } },
  restore: { method: 'POST', path: '/x', headers: { 'if-match': '"5-x"' }, body: { version: 4, fields: ['title'] } },
  until: '2026-04-02T11:00:00Z',
  ...more,
});

const two = { title: { was: 'a', now: 'b' }, pages: { was: 1, now: 2 } };

test('[M4] it says who replaced which of my values, and what can be brought back', () => {
  expect(saidWords(notice(), books)).toBe('Ben Berger kept their Title over yours');
  expect(restoreWords(notice(), books)).toBe('Restore my value');
  expect(saidWords(notice({ fields: two }), books)).toBe('Ben Berger kept their Title and Pages over yours');
  expect(restoreWords(notice({ fields: two }), books)).toBe('Restore my values');
});

test('[M4] a deletion over my change says so, and offers the book', () => {
  const deleted = notice({ action: 'destroy', fields: { title: { was: 'a' } } });
  expect(saidWords(deleted, books)).toBe('Ben Berger deleted this book over your change of Title');
  expect(restoreWords(deleted, books)).toBe('Restore the book');
});

test('several are heard as one sentence', () => {
  expect(heardWords(notice(), 1, books)).toBe('Notice: Ben Berger kept their Title over yours in “The Hobbit”');
  expect(titleOf(notice({ title: 'on and '.repeat(60) }), books)).toMatch(/^.{70,80}…$/);
  expect(heardWords(notice({ title: '' }), 3, books)).toBe(
    '3 notices. The newest: Ben Berger kept their Title over yours in “Without a title”',
  );
});
