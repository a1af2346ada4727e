import { books, parseFields } from '@stet/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellRules, readCells, type Separators } from './cells.js';

const read = (cells: Record<string, string>, split?: Separators) => {
  const { fields, notes } = readCells(books, cells, split);
  return { fields, rules: notes.map(({ field, kind, rule }) => `${field} ${kind}: ${rule}`) };
};

describe('text to values', () => {
  test('blank cells say nothing', () => {
    expect(read({ title: '', authors: ' ', publishedYear: '\t', summary: '\n' })).toEqual({ fields: {}, rules: [] });
  });

  test('years with decimals and before our era', () => {
    expect(read({ publishedYear: '2008.0' })).toEqual({
      fields: { publishedYear: 2008 },
      rules: [`publishedYear mended: ${cellRules.decimals}`],
    });
    expect(read({ publishedYear: '-800.0' }).fields).toEqual({ publishedYear: -800 });
    expect(read({ publishedYear: '\u2212750' }).fields).toEqual({ publishedYear: -750 });
    expect(Object.is(read({ publishedYear: '-0' }).fields.publishedYear, 0)).toBe(true);
  });

  test('what may be a thousand, a fraction or no number at all is left out', () => {
    for (const text of ['1.000', '1,000', '2008.5', 'c1999', '1e3', 'nan', '0x10', '9'.repeat(40)]) {
      expect(read({ pages: text })).toEqual({ fields: {}, rules: [`pages left-out: ${cellRules.noNumber}`] });
    }
    expect(read({ pages: '100001' }).rules).toEqual(['pages left-out: must be a whole number from 1 to 100000']);
  });

  test('titles keep every character but repeated blanks; too long ones are left out whole', () => {
    expect(read({ title: '  The  Oresteia\n(Ορέστεια, #1-3) ' })).toEqual({
      fields: { title: 'The Oresteia (Ορέστεια, #1-3)' },
      rules: [`title mended: ${cellRules.blanks}`],
    });
    expect(read({ title: 'x'.repeat(501), language: 'eng' })).toEqual({
      fields: { language: 'eng' },
      rules: ['title left-out: must have at most 500 characters'],
    });
    expect(read({ title: 'x\u0007' }).fields).toEqual({});
  });

  test('language codes stay as they are', () => {
    expect(read({ language: 'en-US' })).toEqual({ fields: { language: 'en-US' }, rules: [] });
    expect(read({ language: 'English' }).fields).toEqual({});
  });

  test('a choice by its name or its label', () => {
    expect(read({ status: 'in review' }).fields).toEqual({ status: 'review' });
    expect(read({ status: 'Done' }).rules).toEqual([`status left-out: ${cellRules.noChoice}`]);
  });

  test('the formula that keeps text from becoming a number is taken off', () => {
    expect(read({ isbn10: '="0439023483"' })).toEqual({
      fields: { isbn10: '0439023483' },
      rules: [`isbn10 mended: ${cellRules.formula}`],
    });
  });
});

describe('lists', () => {
  const authors = (text: string, split?: Separators) => read({ authors: text }, split).fields.authors;

  test('are parted at semicolons, bars and line breaks; at commas where there is nothing else, and that is told', () => {
    expect(read({ authors: 'Tolkien, J.R.R.; Lee, Alan' })).toEqual({
      fields: { authors: ['Tolkien, J.R.R.', 'Lee, Alan'] },
      rules: [],
    });
    expect(authors('A|B\nC')).toEqual(['A', 'B', 'C']);
    expect(read({ authors: 'J.K. Rowling, Mary GrandPré' })).toEqual({
      fields: { authors: ['J.K. Rowling', 'Mary GrandPré'] },
      rules: [`authors mended: ${cellRules.commas}`],
    });
  });

  test('initials and suffixes stay with their name', () => {
    expect(authors('Tolkien, J.R.R.')).toEqual(['Tolkien, J.R.R.']);
    expect(authors('Martin Luther King, Jr., Clayborne Carson')).toEqual([
      'Martin Luther King, Jr.',
      'Clayborne Carson',
    ]);
    expect(authors('Simon &amp; Garfunkel')).toEqual(['Simon &amp; Garfunkel']);
  });

  test('are parted as asked', () => {
    expect(authors('King, Stephen', { authors: 'none' })).toEqual(['King, Stephen']);
    expect(authors('A; B, C', { authors: ',' })).toEqual(['A; B', 'C']);
  });

  test('lose repeated and empty entries', () => {
    expect(read({ authors: 'Louis Sachar; Louis Sachar;' })).toEqual({
      fields: { authors: ['Louis Sachar'] },
      rules: [`authors mended: ${cellRules.repeated}`],
    });
    expect(read({ authors: ' ; ; ' }).rules).toEqual([`authors left-out: ${cellRules.noEntry}`]);
  });

  test('a string of 742 characters is many authors; one author of 742 characters is left out', () => {
    expect(authors(Array.from({ length: 40 }, (_, place) => `Author Number ${place}`).join(', '))).toHaveLength(40);
    expect(read({ authors: 'x'.repeat(742), title: 't' }).fields).toEqual({ title: 't' });
  });
});

test('whatever stands in the cells, the values are valid, and what is lost is told', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('1.0', '9.78E+12', '__proto__', '439023483', 'a,b'),
  );
  fc.assert(
    fc.property(fc.record(Object.fromEntries(Object.keys(books.fields).map((name) => [name, text]))), (cells) => {
      const { fields, notes } = readCells(books, cells);
      expect(parseFields(books, fields)).toEqual({ kind: 'ok', value: fields });
      for (const [name, cell] of Object.entries(cells)) {
        const told = name in fields || cell.trim() === '' || notes.some(({ field }) => field === name);
        expect(told, `${name}: ${JSON.stringify(cell)}`).toBe(true);
      }
    }),
  );
});
