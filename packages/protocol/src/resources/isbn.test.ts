import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compactIsbn, isbn13Of, isIsbn10, isIsbn13 } from './isbn.js';

// Numbers of real books, from goodbooks-10k (Zygmunt Zając, CC BY-SA 4.0), the lost zeros put back.
const real: Array<[title: string, isbn10: string, isbn13: string]> = [
  ['The Hunger Games', '0439023483', '9780439023481'],
  ['Harry Potter and the Prisoner of Azkaban', '043965548X', '9780439655484'],
  ['Frankenstein', '0141439475', '9780141439471'],
  ['Breaking Dawn', '031606792X', '9780316067928'],
  ['Jurassic Park', '030734813X', '9780307348135'],
  ['The Handmaid’s Tale', '038549081X', '9780385490818'],
  ['All the Light We Cannot See', '1476746583', '9781476746586'],
  ['Angela’s Ashes', '0007205236', '9780007205233'],
  ['The Name of the Wind', '075640407X', '9780756404079'],
  ['Atonement', '038572179X', '9780385721790'],
];

describe.each(real)('%s', (_, isbn10, isbn13) => {
  test('has two valid numbers that belong together', () => {
    expect(isIsbn10(isbn10)).toBe(true);
    expect(isIsbn13(isbn13)).toBe(true);
    expect(isbn13Of(isbn10)).toBe(isbn13);
  });

  test('is not recognised with any one digit wrong or two neighbours exchanged', () => {
    for (const [isbn, isValid] of [[isbn10, isIsbn10] as const, [isbn13, isIsbn13] as const]) {
      for (let place = 0; place < isbn.length; place += 1) {
        for (const digit of '0123456789') {
          const typo = isbn.slice(0, place) + digit + isbn.slice(place + 1);
          if (typo !== isbn) expect(isValid(typo), typo).toBe(false);
        }
      }
    }
    for (let place = 0; place + 1 < isbn10.length; place += 1) {
      const exchanged = isbn10.slice(0, place) + isbn10[place + 1] + isbn10[place] + isbn10.slice(place + 2);
      if (exchanged !== isbn10) expect(isIsbn10(exchanged), exchanged).toBe(false);
    }
  });
});

test.each([
  ['a spreadsheet’s number', '9.78043902348e+12'],
  ['a number that has lost its leading zero', '439023483'],
  ['an X that is not last', '04390X3483'],
  ['a small x', '043965548x'],
  ['no digits at all', ''],
  ['digits of another script', '٠٤٣٩٠٢٣٤٨٣'],
  ['an EAN of no book', '4006381333931'],
  ['hyphens', '0-439-02348-3'],
])('%s is no ISBN', (_, text) => {
  expect(isIsbn10(text)).toBe(false);
  expect(isIsbn13(text)).toBe(false);
});

test('hyphens of every sort and blanks are taken out, and x is X', () => {
  expect(compactIsbn(' 0-439\u201165548\u2013x ')).toBe('043965548X');
  expect(compactIsbn('978 0 439 65548 4')).toBe('9780439655484');
});

test('each nine digits have exactly one check character, and their 13-digit form is valid', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9]{9}$/), (stem) => {
      const valid = [...'0123456789X'].map((check) => stem + check).filter(isIsbn10);
      expect(valid).toHaveLength(1);
      expect(isIsbn13(isbn13Of(valid[0] ?? ''))).toBe(true);
    }),
  );
});
