import type { Person } from '@stet/protocol';

// How a person looks: the letters and the hue that are theirs on every page and on every day.

/** As many as tokens.css has. */
export const hues = 6;

/** Of two people, the same hue is chance; of one person it is always the same. */
export function hueOf(id: string): number {
  let hash = 2_166_136_261;
  for (const letter of id) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16_777_619);
  // The last bits of such a hash alone follow the last letter too closely.
  return ((hash ^ (hash >>> 13)) >>> 0) % hues;
}

/** Such as `AA` for Ana Alves, one letter for who has one name. */
export function initials(name: string): string {
  const words = name.split(/[\s\-.,_]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const [first, last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  const letters = [first, last].map((word) => word?.match(/[\p{L}\p{N}]\p{M}*/u)?.[0] ?? '').join('');
  return letters.toLocaleUpperCase() || '?';
}

/** Those who edit come first: there are more people than room. */
export const inOrder = (people: readonly Person[]): Person[] => [
  ...people.filter(({ state }) => state === 'editing'),
  ...people.filter(({ state }) => state === 'viewing'),
];
