// ISBN arithmetic (ISO 2108): ten digits modulo 11, thirteen digits modulo 10.

const digits = (text: string): number[] => [...text].map((character) => (character === 'X' ? 10 : Number(character)));
const weigh = (text: string, weight: (place: number) => number): number =>
  digits(text).reduce((sum, digit, place) => sum + digit * weight(place), 0);

/** Without hyphens and blanks, with a capital X. */
export const compactIsbn = (text: string): string => text.replace(/[\s\u2010-\u2015-]/g, '').toUpperCase();

export const isIsbn10 = (text: string): boolean =>
  /^\d{9}[\dX]$/.test(text) && weigh(text, (place) => 10 - place) % 11 === 0;

export const isIsbn13 = (text: string): boolean =>
  /^97[89]\d{10}$/.test(text) && weigh(text, (place) => (place % 2 === 0 ? 1 : 3)) % 10 === 0;

/** The 13-digit form of a valid ISBN-10. */
export function isbn13Of(isbn10: string): string {
  const stem = `978${isbn10.slice(0, 9)}`;
  const check = (10 - (weigh(stem, (place) => (place % 2 === 0 ? 1 : 3)) % 10)) % 10;
  return `${stem}${check}`;
}
