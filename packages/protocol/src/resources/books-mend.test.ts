import { describe, expect, test } from 'vitest';
import { bookRules, mendBook } from './books-mend.js';
import { isbn13Of, isIsbn10, isIsbn13 } from './isbn.js';
import { readSheetNumber } from './sheet-number.js';

const mend = (cells: Record<string, string>) => {
  const mended = mendBook(cells);
  return { cells: mended.cells, rules: mended.notes.map(({ field, kind, rule }) => `${field} ${kind}: ${rule}`) };
};

describe('what spreadsheets do to ISBNs', () => {
  test('lost leading zeros come back where the check digit proves them', () => {
    expect(mendBook({ isbn10: '439023483' })).toEqual({
      cells: { isbn10: '0439023483' },
      notes: [{ field: 'isbn10', kind: 'mended', from: '439023483', to: '0439023483', rule: bookRules.zeros }],
    });
    expect(mend({ isbn10: '7117116' }).cells).toEqual({ isbn10: '0007117116' });
    expect(mend({ isbn10: '439023483.0' }).cells).toEqual({ isbn10: '0439023483' });
    expect(mend({ isbn10: '812971060' })).toEqual({ cells: {}, rules: [`isbn10 left-out: ${bookRules.noIsbn}`] });
  });

  test('a number in full is written out', () => {
    expect(mend({ isbn13: '9.780439023481E+12' }).cells).toEqual({ isbn13: '9780439023481' });
    expect(mend({ isbn13: '9780439023481.0' }).cells).toEqual({ isbn13: '9780439023481' });
  });

  test('a rounded ISBN-13 is rebuilt from the ISBN-10 where the digits that are left agree', () => {
    const { cells, rules } = mend({ isbn10: '439023483', isbn13: '9.78043902348e+12' });
    expect(cells).toEqual({ isbn10: '0439023483', isbn13: '9780439023481' });
    expect(rules).toEqual([`isbn10 mended: ${bookRules.zeros}`, `isbn13 mended: ${bookRules.rebuilt}`]);
    expect(mend({ isbn10: '439023483', isbn13: '9,78E+12' }).cells.isbn13).toBe('9780439023481');
  });

  test('and left out where they do not, or where there is no valid ISBN-10', () => {
    expect(mend({ isbn10: '446612707', isbn13: '9.78055381395e+12' })).toEqual({
      cells: { isbn10: '0446612707' },
      rules: [`isbn10 mended: ${bookRules.zeros}`, `isbn13 left-out: ${bookRules.disagrees}`],
    });
    expect(mend({ isbn13: '9.78067172365e+12' })).toEqual({ cells: {}, rules: [`isbn13 left-out: ${bookRules.lost}`] });
    expect(mend({ isbn10: '9380658797', isbn13: '97893806587.0' }).cells).toEqual({});
  });

  test('an ISBN in the column of the other is taken as what it is', () => {
    expect(mend({ isbn10: '978-0-439-02348-1' })).toEqual({
      cells: { isbn13: '9780439023481' },
      rules: [`isbn10 mended: ${bookRules.is13}`],
    });
    expect(mend({ isbn13: '0-439-02348-3' }).cells).toEqual({ isbn10: '0439023483' });
    expect(mend({ isbn10: '9780439023481', isbn13: '0439023483' }).cells).toEqual({
      isbn10: '0439023483',
      isbn13: '9780439023481',
    });
  });

  test('two valid ISBNs of different books are both left out: nothing says which is right', () => {
    expect(mend({ isbn10: '0439023483', isbn13: '9780439554930' })).toEqual({
      cells: {},
      rules: [`isbn10 left-out: ${bookRules.twoBooks}`, `isbn13 left-out: ${bookRules.twoBooks}`],
    });
  });

  test('hyphens and other fields are left alone, and so is what was handed in', () => {
    const given = { title: 'x', isbn10: '0-439-02348-3' };
    expect(mendBook(given)).toEqual({ cells: { title: 'x', isbn10: '0439023483' }, notes: [] });
    expect(given.isbn10).toBe('0-439-02348-3');
  });
});

test('a year is taken from a date', () => {
  expect(mend({ publishedYear: '2008-09-14' })).toEqual({
    cells: { publishedYear: '2008' },
    rules: [`publishedYear mended: ${bookRules.date}`],
  });
  expect(mend({ publishedYear: '-800' }).cells).toEqual({ publishedYear: '-800' });
});

describe('numbers of spreadsheets', () => {
  const rounded = (text: string, whole: string) => {
    const number = readSheetNumber(text);
    return number?.kind === 'rounded' && number.could(whole);
  };

  test('are exact or rounded, and rounded ones tell what they could have been', () => {
    expect(readSheetNumber('439023483.00')).toEqual({ kind: 'exact', digits: '439023483' });
    expect(readSheetNumber('4.39023483E8')).toEqual({ kind: 'exact', digits: '439023483' });
    expect(readSheetNumber('439023483.5')).toBeNull();
    expect(readSheetNumber('9.78e+99')?.kind).toBe('rounded');
    expect(readSheetNumber('1e999')).toBeNull();
    expect(rounded('9.78043902348e+12', '9780439023481')).toBe(true);
    expect(rounded('9.78043902348e+12', '9780439023485')).toBe(true);
    expect(rounded('9.78043902349e+12', '9780439023485')).toBe(true);
    expect(rounded('9.78043902348e+12', '9780439023486')).toBe(false);
  });

  test('every valid ISBN-10 comes through a spreadsheet and back', () => {
    for (let stem = 1; stem < 1_000_000_000; stem += 12_345_677) {
      const digits = String(stem).padStart(9, '0');
      const isbn10 = [...'0123456789X'].map((last) => digits + last).find(isIsbn10) as string;
      const sheet = { isbn10: isbn10.replace(/^0{1,3}/, ''), isbn13: Number(isbn13Of(isbn10)).toExponential(11) };
      const { cells } = mend(sheet);
      expect(isIsbn13(cells.isbn13 ?? '')).toBe(true);
      expect(cells).toEqual({ isbn10, isbn13: isbn13Of(isbn10) });
    }
  });
});
