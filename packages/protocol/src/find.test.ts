import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  comparePlaces,
  filterAsKey,
  fold,
  keysOf,
  type ListQuery,
  matches,
  placeOf,
  queryWords,
  sortKey,
  wordsOf,
} from './find.js';
import { type Body, emptyBody } from './resource.js';
import { books } from './resources/books.js';

const book = (fields: Body): Body => ({ ...emptyBody(books), ...fields });
const byTitle: ListQuery = { q: '', sort: 'title', filters: {} };

describe('fold', () => {
  test.each([
    ['Brontë', 'bronte'],
    ['bronte\u0308', 'bronte'],
    ['  L’Œuvre,  d’Émile ', 'l œuvre d emile'],
    ['STRASSE', 'strasse'],
    ['Straße', 'strasse'],
    ['Ὀδύσσεια', 'οδυσσεια'],
    ['ΟΔΥΣΣΕΥΣ', 'οδυσσευσ'],
    ['Żółć', 'zołc'],
    ['ﬁn', 'fin'],
    ['№ 7, ½', 'no 7 1 2'],
    ['İstanbul', 'istanbul'],
    ['紅樓夢', '紅樓夢'],
    ['𐐔𐐯', '𐐼𐐯'],
    ['👩‍👩‍👧 !', ''],
    ['', ''],
  ])('%j is found as %j', (text, folded) => {
    expect(fold(text)).toBe(folded);
  });

  test('folds what is folded to itself, and both cases to one, for every character there is', () => {
    const odd: string[] = [];
    for (let code = 0; code <= 0x10ffff; code += 1) {
      const character = String.fromCodePoint(code);
      const folded = fold(character);
      if (fold(folded) !== folded) odd.push(character);
      // The iota beneath a Greek letter is a mark, but a letter of its own where the word stands in capitals.
      const spelledOut = character.normalize('NFD').includes('\u0345');
      if (fold(character.toLowerCase()) !== folded) odd.push(character);
      if (fold(character.toUpperCase()) !== folded && !spelledOut) odd.push(character);
    }
    expect(odd).toEqual([]);
  });
});

describe('order', () => {
  const inOrder = (a: Body[string], b: Body[string]) =>
    comparePlaces(byTitle, { key: sortKey(a), id: 'x' }, { key: sortKey(b), id: 'x' });

  test('numbers order as numbers, negative ones too, and no number before all', () => {
    const numbers = fc.integer({ min: -(10 ** 14), max: 10 ** 14 });
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        expect(Math.sign(inOrder(a, b))).toBe(Math.sign(a - b));
        expect(inOrder(null, a)).toBeLessThan(0);
      }),
    );
  });

  test('keys are ordered by code points, as databases do it, and not by UTF-16', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const order = comparePlaces(byTitle, { key: a, id: 'x' }, { key: b, id: 'x' });
        expect(Math.sign(order)).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
    );
    expect('\u{10000}' < '\uffff').toBe(true);
    expect(comparePlaces(byTitle, { key: '\u{10000}', id: '' }, { key: '\uffff', id: '' })).toBeGreaterThan(0);
  });

  test('equal keys order by id, and a minus turns all of it round', () => {
    const [a, b] = [
      { key: 'same', id: 'a' },
      { key: 'same', id: 'b' },
    ];
    expect(comparePlaces(byTitle, a, b)).toBeLessThan(0);
    expect(comparePlaces({ ...byTitle, sort: '-title' }, a, b)).toBeGreaterThan(0);
    expect(comparePlaces(byTitle, a, a)).toBe(0);
  });

  test('a key that is cut is not cut through a character', () => {
    const whole = fc.string({ unit: 'grapheme', minLength: 70, maxLength: 120 });
    const lone = /\p{Surrogate}/u;
    fc.assert(
      fc.property(whole, fc.nat(3), (text, shift) => {
        const title = 'x'.repeat(shift) + text + '𠮷'.repeat(100);
        expect(lone.test(sortKey(title))).toBe(false);
        expect(lone.test(filterAsKey('subjects', title).key)).toBe(false);
      }),
    );
  });

  test('a list is placed by its first entry, and by its time where that is asked', () => {
    const record = { ...book({ authors: ['Émile Zola', 'Abel'] }), id: 'x', updatedAt: '2024-01-01T00:00:00.000Z' };
    expect(placeOf({ ...byTitle, sort: '-authors' }, record)).toEqual({ key: 'emile zola', id: 'x' });
    expect(placeOf({ ...byTitle, sort: 'updatedAt' }, record)).toEqual({ key: record.updatedAt, id: 'x' });
    expect(placeOf(byTitle, record)).toEqual({ key: '', id: 'x' });
  });
});

describe('keys and words', () => {
  test('a record has one key for each order and one for each value of a filter, none of them twice', () => {
    const body = book({ title: 'Emma', publishedYear: -5, language: 'eng', subjects: ['Novel', 'novel', 'Irony'] });
    expect(keysOf(books, body, 'now')).toEqual([
      { field: 'title', key: 'emma' },
      { field: 'authors', key: '' },
      { field: 'publishedYear', key: '0999999999999995' },
      { field: 'updatedAt', key: 'now' },
      { field: '=language', key: 'eng' },
      { field: '=subjects', key: 'novel' },
      { field: '=subjects', key: 'irony' },
      { field: '=status', key: 'draft' },
    ]);
  });

  test('the words are those of the fields that are searched, each once', () => {
    const body = book({ title: 'The Emma of Emma', authors: ['Jane Austen'], notes: 'secret', pages: 474 });
    expect(wordsOf(books, body)).toBe('the emma of jane austen');
    expect(wordsOf(books, book({}))).toBe('');
  });

  test('a word counts by its first hundred letters, and all of them together are bounded', () => {
    const long = 'x'.repeat(300);
    expect(wordsOf(books, book({ title: `${long} y` }))).toBe(`${'x'.repeat(100)} y`);
    expect(queryWords(`${long}y`)).toEqual(['x'.repeat(100)]);
    const authors = Array.from({ length: 5_000 }, (_, place) => `${place}`.padEnd(100, 'a'));
    expect(wordsOf(books, book({ authors })).length).toBeLessThanOrEqual(200_000);
  });

  test('what no field can hold is asked for as something else, and the same by every store', () => {
    expect(filterAsKey('subjects', 'a\u0000B\ud83d').key).toBe('a\ufffdb\ufffd');
    expect(filterAsKey('subjects', '𠮷').key).toBe('𠮷');
  });

  test('a query has at most twelve words', () => {
    expect(queryWords('a b c d e f g h i j k l m n o')).toHaveLength(12);
    expect(queryWords(' …!? ')).toEqual([]);
  });
});

describe('matches', () => {
  const body = book({ title: 'Die Straße', language: 'deu', subjects: ['Novel'] });
  test.each<[string, Partial<ListQuery>, boolean]>([
    ['no wish at all', {}, true],
    ['the beginning of a word', { q: 'stras' }, true],
    ['the middle of a word', { q: 'asse' }, false],
    ['one word of two', { q: 'strasse allee' }, false],
    ['a value in another case', { filters: { subjects: 'NOVEL' } }, true],
    ['the beginning of a value', { filters: { subjects: 'Nov' } }, false],
    ['a value that the record has not', { filters: { language: 'eng' } }, false],
    ['a choice that nobody made', { filters: { status: 'draft' } }, true],
    ['a field that has no filter', { filters: { constructor: 'x' } }, false],
    ['word and value', { q: 'die', filters: { language: 'deu', subjects: 'novel' } }, true],
  ])('%s', (_, query, expected) => {
    expect(matches(books, body, { ...byTitle, ...query })).toBe(expected);
  });
});
