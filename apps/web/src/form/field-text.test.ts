import { books, type Field } from '@stet/protocol';
import { describe, expect, it } from 'vitest';
import { asText, fullWords, inWords, isSame, readText } from './field-text.js';

const field = (name: string): Field => books.fields[name] as Field;

describe('the text of a field', () => {
  it('shows a list one entry to a line, and reads it back without the blank ones', () => {
    expect(asText(field('authors'), ['Le Guin', 'Wolfe'])).toBe('Le Guin\nWolfe');
    expect(readText(field('authors'), ' Le Guin \n\nWolfe\n')).toEqual(['Le Guin', 'Wolfe']);
    expect(readText(field('authors'), '\n')).toEqual([]);
  });

  it('reads whole numbers, with blanks around them and with a minus of either kind', () => {
    expect(readText(field('pages'), ' 321 ')).toBe(321);
    expect(readText(field('publishedYear'), '-44')).toBe(-44);
    expect(readText(field('publishedYear'), '\u221244')).toBe(-44);
    expect(readText(field('pages'), '  ')).toBeNull();
  });

  it.each(['12a', '1.5', '1e3', '0x10', '9'.repeat(30)])(
    'leaves %s as it was typed, for the schema to refuse',
    (text) => {
      expect(readText(field('pages'), text)).toBe(text);
      expect(asText(field('pages'), text)).toBe(text);
      expect(field('pages').schema.safeParse(text).success).toBe(false);
    },
  );

  it('keeps a line as it was typed, blanks included', () => {
    expect(readText(field('title'), 'Solaris ')).toBe('Solaris ');
    expect(asText(field('title'), null)).toBe('');
  });

  it('finds two ways to type one value the same', () => {
    expect(isSame(field('title'), 'Solaris ', 'Solaris')).toBe(true);
    expect(isSame(field('title'), '', null)).toBe(true);
    expect(isSame(field('isbn10'), '0-553-29335-4', '0553293354')).toBe(true);
    expect(isSame(field('subjects'), ['b', 'a'], ['a', 'b'])).toBe(true);
    expect(isSame(field('authors'), ['b', 'a'], ['a', 'b'])).toBe(false);
    expect(isSame(field('pages'), '12a', 12)).toBe(false);
  });
});

describe('a value in words', () => {
  it('names a choice, and says when there is nothing', () => {
    expect(fullWords(field('status'), 'review')).toBe('In review');
    expect(fullWords(field('title'), null)).toBe('(empty)');
    expect(fullWords(field('authors'), [])).toBe('(empty)');
  });

  it('is one line in a sentence, and clipped between characters', () => {
    expect(inWords(field('authors'), ['Le Guin', 'Wolfe'])).toBe('Le Guin; Wolfe');
    expect(inWords(field('summary'), '🜁'.repeat(200))).toBe(`${'🜁'.repeat(80)}…`);
    expect(inWords(field('summary'), 'x'.repeat(80))).toBe('x'.repeat(80));
  });
});
