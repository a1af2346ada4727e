import { books } from '@stet/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ColumnChoices, matchColumns, readMapping } from './columns.js';

const match = (headers: string[], choices?: ColumnChoices) => {
  const outcome = matchColumns(books, headers, choices);
  if (outcome.kind === 'refused') return outcome.message;
  const { key, matched, ignored, missing } = outcome.columns;
  const columns = matched.map(({ header, field, how }) => `${header}=${field} by ${how}`);
  return { key: `${key.header}: ${key.kind}`, columns, ignored, missing };
};

describe('columns are matched by their headers', () => {
  test('the headers of goodbooks: original_title does not take the place of title', () => {
    const headers =
      'book_id,isbn,isbn13,authors,original_publication_year,original_title,title,language_code,image_url';
    expect(match(headers.split(','))).toEqual({
      key: 'book_id: id',
      columns: [
        'isbn=isbn10 by alias',
        'isbn13=isbn13 by name',
        'authors=authors by name',
        'original_publication_year=publishedYear by alias',
        'title=title by name',
        'language_code=language by alias',
      ],
      ignored: [
        { header: 'original_title', reason: 'means no field' },
        { header: 'image_url', reason: 'means no field' },
      ],
      missing: [],
    });
  });

  test('whatever their case, blanks and underscores', () => {
    expect(match([' Book ID ', 'TITLE', 'published_year', 'ISBN-13'])).toMatchObject({
      key: 'Book ID: id',
      columns: ['TITLE=title by name', 'published_year=publishedYear by name', 'ISBN-13=isbn13 by name'],
    });
  });

  test('of two columns for one field the closer one wins, and the other is shown', () => {
    expect(match(['id', 'creator', 'title', 'Authors', 'Title'])).toMatchObject({
      columns: ['title=title by name', 'Authors=authors by name'],
      ignored: [
        { header: 'creator', reason: 'authors is read from Authors' },
        { header: 'Title', reason: 'title is read from title' },
      ],
    });
  });

  test('rows without a title can only change records', () => {
    expect(match(['id', 'authors'])).toMatchObject({ missing: ['title'] });
  });
});

describe('--map and --key', () => {
  test('overrule the headers', () => {
    const map = ['original_title=title', 'title=', 'nr=id'].map((text) => readMapping(text));
    expect(match(['nr', 'title', 'original_title'], { map: map.filter((one) => one !== null) })).toEqual({
      key: 'nr: id',
      columns: ['original_title=title by map'],
      ignored: [{ header: 'title', reason: 'as asked' }],
      missing: [],
    });
  });

  test('another column recognises the records', () => {
    expect(match(['book_id', 'isbn13', 'title'], { key: 'ISBN13' })).toMatchObject({
      key: 'isbn13: field',
      ignored: [{ header: 'book_id', reason: 'means no field' }],
    });
    expect(match(['work_id', 'title'], { key: 'work_id' })).toMatchObject({ key: 'work_id: foreign' });
  });

  test('are refused where they fit nothing, with what there is', () => {
    expect(match(['id', 'title'], { map: [{ header: 'titel', field: 'title' }] })).toBe(
      'The file has no column "titel". It has: id, title.',
    );
    expect(match(['id', 'title'], { map: [{ header: 'title', field: 'titel' }] })).toContain(
      '"titel" is no field of books.',
    );
    expect(match(['id', 'title'], { key: 'nr' })).toBe('The file has no column "nr" for the key. It has: id, title.');
    expect(
      match(['id', 'a', 'b'], {
        map: [
          { header: 'a', field: 'title' },
          { header: 'b', field: 'title' },
        ],
      }),
    ).toBe('Two columns are mapped to title: only one can be.');
    expect(match(['isbn13', 'title'])).toContain(
      'No column holds the key by which books are recognised. Name one with --key.',
    );
    expect(match(['id', 'image_url'])).toContain('No column of the file means a field.');
  });

  test('a mapping is read from its last equals sign', () => {
    expect(readMapping('a=b=title')).toEqual({ header: 'a=b', field: 'title' });
    expect(readMapping('a=-')).toEqual({ header: 'a', field: null });
    expect(readMapping('title')).toBeNull();
    expect(readMapping('=title')).toBeNull();
  });
});

test('whatever the headers, no column means two fields and no field two columns', () => {
  const known = [...Object.keys(books.fields), ...books.idHeaders, 'ISBN', 'year', '__proto__', 'constructor', ''];
  const header = fc.oneof(fc.constantFrom(...known), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(fc.array(header, { maxLength: 30 }), (headers) => {
      const outcome = matchColumns(books, headers);
      if (outcome.kind === 'refused') return;
      const { matched, ignored, key } = outcome.columns;
      expect(new Set(matched.map(({ index }) => index)).size).toBe(matched.length);
      expect(new Set(matched.map(({ field }) => field)).size).toBe(matched.length);
      expect(matched.length + ignored.length + 1).toBe(headers.length);
      expect(matched.some(({ index }) => index === key.index)).toBe(false);
    }),
  );
});
