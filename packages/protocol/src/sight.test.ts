import { expect, test } from 'vitest';
import { defineResource } from './resource.js';
import { books } from './resources/books.js';
import { hearingOf, maySee, outOfSight } from './sight.js';

const open = { title: 'Emma', status: 'ready' };
const withheld = { title: 'Emma', status: 'withheld' };

test('[H1] what is withheld is seen by those who write, and by nobody below', () => {
  expect([maySee(books, 'viewer', open), maySee(books, 'viewer', withheld)]).toEqual([true, false]);
  expect([maySee(books, 'editor', withheld), maySee(books, 'manager', withheld)]).toEqual([true, true]);
  expect([outOfSight(books, 'viewer'), outOfSight(books, 'editor')]).toEqual([{ status: 'withheld' }, {}]);
});

test.each([
  ['is made', null, open, 'whole'],
  ['is made and withheld', null, withheld, 'nothing'],
  ['changes', open, open, 'whole'],
  ['moves out of sight', open, withheld, 'gone'],
  ['changes out of sight', withheld, withheld, 'nothing'],
  ['moves into sight', withheld, open, 'whole'],
  ['is destroyed', open, null, 'whole'],
  ['is destroyed out of sight', withheld, null, 'nothing'],
] as const)('[H1] of a record that %s a viewer hears what it can see', (_what, before, after, heard) => {
  expect(hearingOf(books, 'viewer', before, after)).toBe(heard);
  expect(hearingOf(books, 'editor', before, after)).toBe('whole');
});

test('[V2] nobody may have to write upon what they cannot see', () => {
  const { name, label, title, fields } = books;
  const declare = (field: string, from: 'editor' | 'manager') => () =>
    defineResource({
      ...{ name, label, title, fields },
      access: { read: 'viewer', write: 'editor', withheld: { field, is: 'withheld', from } },
    });
  expect(declare('status', 'editor')).not.toThrow();
  expect(declare('status', 'manager')).toThrow('seen by all who write');
  expect(declare('title', 'editor')).toThrow('a field that filters');
});
