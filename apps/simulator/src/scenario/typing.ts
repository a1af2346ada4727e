import { books } from '@stet/protocol';
import type { Random } from '../random.js';
import type { Typed } from './plan.js';

// What people type by chance. Each value comes once in a run, so that it can be told where each has gone.

/** So many words are put into one field of one record before it is begun anew: what grows for ever slows all down. */
const room: Readonly<Record<string, number>> = { text: 400, list: 40, set: 80 };

/** Fields whose values are not any text. Where a range is used up, undefined. */
const own: Readonly<Record<string, (nth: number) => string | number | undefined>> = {
  language: (nth) => `en-w${nth}`,
  pages: (nth) => (nth <= 100_000 ? nth : undefined),
  publishedYear: (nth) => (nth <= 7_200 ? 2_200 - nth : undefined),
};

/** An ISBN stands for its book, and two of them must agree: nothing to be drawn by lot. */
const never = new Set(['isbn10', 'isbn13']);

/** All that people can be told to type into. */
export const typable: readonly string[] = Object.keys(books.fields).filter((field) => !never.has(field));
/** Of these, what they type into without being told: what takes a value of its own each time. */
export const typedByDefault: readonly string[] = typable.filter((field) => books.fields[field]?.kind !== 'choice');

export interface Typist {
  /** Null where this field has no value left. */
  type(record: string, field: string, random: Random): Typed | null;
  /** A word that nobody has typed yet. */
  word(): string;
}

export function createTypist(): Typist {
  let words = 0;
  const used = new Map<string, number>();
  const count = (of: string): number => {
    const times = (used.get(of) ?? 0) + 1;
    used.set(of, times);
    return times;
  };
  const word = (): string => {
    words += 1;
    return `w${words}`;
  };

  return {
    word,
    type(record, field, random) {
      const { kind, choices } = books.fields[field] ?? {};
      if (choices) return { as: 'value', value: random.pick(Object.keys(choices)) };
      const draw = own[field];
      if (draw) {
        const value = draw(count(field));
        return value === undefined ? null : { as: 'value', value };
      }
      const most = room[kind ?? 'line'];
      if (most === undefined) return { as: 'value', value: word() };
      if (count(`${record} ${field}`) % most !== 0) return { as: 'word', word: word(), at: random.int(0, 100) / 100 };
      return { as: 'value', value: kind === 'text' ? word() : [word()] };
    },
  };
}
