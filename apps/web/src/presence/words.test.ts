import { books, type Person } from '@stet/protocol';
import { describe, expect, test } from 'vitest';
import { comingWords, fieldWords, headWords, namesOf, rowWords, thoseIn } from './words.js';

const looks = (name: string): Person => ({ id: name, name, state: 'viewing', dirty: [] });
const edits = (name: string, dirty: string[] = [], focus?: string): Person => ({
  id: name,
  name,
  state: 'editing',
  dirty,
  ...(focus ? { focus } : {}),
});

test('names, as many as fit', () => {
  const people = ['Ana', 'Ben', 'Chloe', 'Dan', 'Eva'].map(looks);
  expect([1, 2, 3, 5].map((count) => namesOf(people.slice(0, count)))).toEqual([
    'Ana',
    'Ana and Ben',
    'Ana and 2 others',
    'Ana and 4 others',
  ]);
});

test('a row says of each what they do, those who edit first', () => {
  expect(rowWords([], 0)).toBe('');
  expect(rowWords([looks('Chloe'), edits('Ben', [], 'title')], 0)).toBe('Ben is editing. Chloe is looking at this');
  expect(rowWords([edits('Ben', ['title'])], 1)).toBe('Ben has unsaved changes. 1 more is here');
});

describe('the head says', () => {
  const head = (...people: Person[]) => headWords(people, 0, books);

  test('who edits, and what is not saved, in the order of the fields', () => {
    expect(head(edits('Ben', [], 'title'))).toEqual(['Ben is editing']);
    expect(head(edits('Ben', ['series', 'title'], 'title'))).toEqual([
      'Ben is editing · unsaved changes in Title, Series',
    ]);
    expect(head(edits('Ben', ['title'], 'title'), edits('Mara', ['pages']))).toEqual([
      'Ben and Mara are editing · unsaved changes in Title, Pages',
    ]);
  });

  test('[C6] who went elsewhere and left something behind', () => {
    expect(head(edits('Ben', ['notes']))).toEqual(['Ben has unsaved changes in Notes']);
    expect(head(edits('Ben', ['notes']), edits('Mara', ['notes']))).toEqual([
      'Ben and Mara have unsaved changes in Notes',
    ]);
  });

  test('who looks, and how many more there are', () => {
    expect(head(looks('Chloe'))).toEqual(['Chloe is looking at this']);
    expect(headWords([looks('Chloe'), looks('Dan'), edits('Ben')], 4, books)).toEqual([
      'Ben is editing',
      'Chloe and Dan are looking at this',
      '4 more are here',
    ]);
  });
});

test('a field says who is in it, and who has something there', () => {
  const people = [
    looks('Chloe'),
    edits('Ben', ['title'], 'title'),
    edits('Mara', ['title'], 'notes'),
    edits('Dan', [], 'notes'),
  ];
  const said = (field: string) => fieldWords(thoseIn(people, field), field);
  expect(said('pages')).toBe('');
  expect(said('title')).toBe('Ben is in this field · not saved; Mara has unsaved edits here');
  expect(said('notes')).toBe('Mara and Dan are in this field');
});

test('what is said aloud', () => {
  expect(comingWords([], [], 'book')).toBe('');
  expect(comingWords([looks('Ben')], [], 'book')).toBe('Ben is editing this book');
  expect(comingWords([looks('Ben'), looks('Chloe')], [looks('Dan')], 'book')).toBe(
    'Ben and Chloe are editing this book. Dan is no longer shown as editing this book',
  );
});
