import { books } from '@stet/protocol';
import type { Typed } from '../scenario/plan.js';

// What a field holds after somebody has typed into it.

// A field that is full stays as it is: else its saves would all be refused from then on.
const fullest = 0.9;

/** Undefined where nothing is typed: there is no room for a word, or the field takes none. */
export function typedInto(field: string, shown: unknown, typed: Typed): unknown {
  if (typed.as === 'value') return typed.value;
  const { kind, max = 0 } = books.fields[field] ?? {};
  if (kind === 'list' || kind === 'set') {
    const entries = Array.isArray(shown) ? shown : [];
    return entries.length < 100 * fullest ? [...entries, typed.word] : undefined;
  }
  if (kind !== 'text' && kind !== 'line') return undefined;
  const text = typeof shown === 'string' ? shown : '';
  return text.length + typed.word.length < max * fullest ? withWord(text, typed.word, typed.at) : undefined;
}

/** Puts a word between two others, before the first or after the last: `at` from 0 to 1. */
export function withWord(text: string, word: string, at: number): string {
  if (text.trim() === '') return word;
  const gaps = [...text.matchAll(/\S(?=\s)/g)].map(({ index }) => index + 1);
  const places = [0, ...gaps, text.length];
  const place = places[Math.round(at * (places.length - 1))] ?? text.length;
  if (place === 0) return `${word} ${text}`;
  return `${text.slice(0, place)} ${word}${text.slice(place)}`;
}
