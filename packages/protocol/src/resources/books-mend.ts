import type { CellNote, Cells } from '../resource.js';
import { compactIsbn, isbn13Of, isIsbn10, isIsbn13 } from './isbn.js';
import { readSheetNumber, type SheetNumber } from './sheet-number.js';

// What dirty files do to books: ISBNs that were taken for quantities, and dates in the place of years. A cell is
// mended only where arithmetic proves the result; an ISBN that nothing proves is left out.

export const bookRules = {
  zeros: 'leading zeros that a spreadsheet dropped were put back: the check digit proves them',
  decimals: 'a spreadsheet number was written out: the check digit proves it',
  is13: 'an ISBN-13 in the column of the ISBN-10 was taken as what it is',
  is10: 'an ISBN-10 in the column of the ISBN-13 was taken as what it is',
  rebuilt: 'digits that a spreadsheet rounded away were rebuilt from the other ISBN, with which the rest agrees',
  lost: 'a spreadsheet rounded its last digits away, and nothing in the row proves them',
  noIsbn: 'is not a valid ISBN: its check digit does not fit',
  disagrees: 'a spreadsheet rounded its last digits away, and the rest does not agree with the other ISBN',
  twoBooks: 'ISBN-10 and ISBN-13 are of two different books, and nothing in the row proves which is right',
  date: 'the year was taken from a date',
} as const;

/** The `mend` of books. */
export function mendBook(given: Readonly<Cells>): { cells: Cells; notes: CellNote[] } {
  const cells = { ...given };
  const notes = [...mendIsbns(cells), ...mendYear(cells)];
  return { cells, notes };
}

type IsbnField = 'isbn10' | 'isbn13';
type Reading =
  | { kind: 'isbn'; field: IsbnField; isbn: string; rule: string | null }
  | { kind: 'rounded'; could: (whole: string) => boolean }
  | { kind: 'unknown' };

function readIsbn(column: IsbnField, cell: string): Reading {
  const compact = compactIsbn(cell);
  const number: SheetNumber | null = isIsbn10(compact) ? null : readSheetNumber(cell);
  if (number?.kind === 'rounded') return number;
  const digits = number?.digits ?? compact;
  const rule = digits === compact ? null : bookRules.decimals;
  if (isIsbn13(digits))
    return { kind: 'isbn', field: 'isbn13', isbn: digits, rule: column === 'isbn13' ? rule : bookRules.is13 };
  if (isIsbn10(digits))
    return { kind: 'isbn', field: 'isbn10', isbn: digits, rule: column === 'isbn10' ? rule : bookRules.is10 };
  // A check digit is right by chance once in eleven times: more than three zeros, or another column, would prove too little.
  const whole = digits.padStart(10, '0');
  const believable = column === 'isbn10' && /^\d{6,8}[\dX]$/.test(digits) && isIsbn10(whole);
  return believable ? { kind: 'isbn', field: 'isbn10', isbn: whole, rule: bookRules.zeros } : { kind: 'unknown' };
}

function mendIsbns(cells: Cells): CellNote[] {
  const columns = (['isbn10', 'isbn13'] as const).flatMap((column) => {
    const cell = cells[column];
    delete cells[column];
    return cell === undefined ? [] : [{ column, cell, reading: readIsbn(column, cell) }];
  });
  const isbns = columns.flatMap(({ reading }) => (reading.kind === 'isbn' ? [reading] : []));
  const books = new Set(isbns.map(({ field, isbn }) => (field === 'isbn10' ? isbn13Of(isbn) : isbn)));
  const [book] = books;
  if (books.size === 1) for (const { field, isbn } of isbns) cells[field] = isbn;
  return columns.flatMap(({ column, cell, reading }): CellNote[] => {
    const leftOut = (rule: string): CellNote[] => [{ field: column, kind: 'left-out', from: cell, rule }];
    const mended = (to: string, rule: string): CellNote[] => [{ field: column, kind: 'mended', from: cell, to, rule }];
    if (reading.kind === 'unknown') return leftOut(bookRules.noIsbn);
    if (reading.kind === 'isbn') {
      if (books.size > 1) return leftOut(bookRules.twoBooks);
      return reading.rule === null ? [] : mended(reading.isbn, reading.rule);
    }
    if (column === 'isbn10' || book === undefined || books.size > 1) return leftOut(bookRules.lost);
    if (!reading.could(book)) return leftOut(bookRules.disagrees);
    cells.isbn13 = book;
    return mended(book, bookRules.rebuilt);
  });
}

function mendYear(cells: Cells): CellNote[] {
  const from = cells.publishedYear;
  const year = from === undefined ? undefined : /^(\d{4})-\d\d(?:-\d\d)?(?:T.*)?$/.exec(from)?.[1];
  if (from === undefined || year === undefined) return [];
  cells.publishedYear = year;
  return [{ field: 'publishedYear', kind: 'mended', from, to: year, rule: bookRules.date }];
}
