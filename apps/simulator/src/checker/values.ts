import { books, type MergeRule } from '@stet/protocol';
import type { Fields } from '../history/event.js';

// When two values are the same, and what words are in them. Stores keep what they were given in a form of their own:
// trimmed, sets sorted, nothing for an empty text; that is no difference.

export const ruleOf = (field: string): MergeRule => books.fields[field]?.merge ?? 'replace';

export function same(field: string, a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const [left, right] = [plain(field, a), plain(field, b)];
  return left === right || stored(field, left) === stored(field, right);
}

/** The fields in which two contents differ; one that a content does not name has no value. */
export function differing(a: Fields, b: Fields): string[] {
  if (a === b) return [];
  const names = Object.keys(a).filter((name) => !same(name, a[name], b[name]));
  for (const name of Object.keys(b)) if (!(name in a) && !same(name, undefined, b[name])) names.push(name);
  return names;
}

/** As one text, so that two can be compared; null for no value. */
function plain(field: string, value: unknown): string | null {
  if (value === null || value === undefined) return emptyOf(field);
  if (typeof value === 'string') return value.normalize('NFC').replace(/\r\n?/g, '\n').trim() || emptyOf(field);
  if (!Array.isArray(value)) return JSON.stringify(value);
  if (value.length === 0) return emptyOf(field);
  return JSON.stringify(ruleOf(field) === 'set' ? [...new Set(value)].sort() : value);
}

/** A choice without a value is the first one. */
function emptyOf(field: string): string | null {
  const empty = books.fields[field]?.empty;
  return typeof empty === 'string' ? empty : null;
}

/** As the resource's own schema would keep it: numbers of books without their hyphens, for one. */
function stored(field: string, value: string | null): string | null {
  if (value === null || books.fields[field]?.kind !== 'line') return value;
  const parsed = books.fields[field].schema.safeParse(value);
  return parsed.success && typeof parsed.data === 'string' ? parsed.data : value;
}

/** The words of a text, or the entries of a list. */
export function tokens(value: unknown): string[] {
  if (typeof value === 'string') return value.match(/\S+/g) ?? [];
  return Array.isArray(value) ? value.map(String) : [];
}

/** Words or entries of `value` that `before` has none of. */
export function added(before: unknown, value: unknown): string[] {
  const had = new Set(tokens(before));
  return tokens(value).filter((token) => !had.has(token));
}

/** Those of them that a value lacks. */
export function lacking(value: unknown, wanted: readonly string[]): string[] {
  if (wanted.length === 0) return [];
  const has = new Set(tokens(value));
  return wanted.filter((token) => !has.has(token));
}

const mostShown = 60;

/** A value as it stands in a sentence; a long one as far as it says in what it is another than the one beside it. */
export function quote(value: unknown, beside?: unknown): string {
  const text = textOf(value);
  if (text === '') return 'nothing';
  if (text.length <= mostShown) return `"${text}"`;
  const from = Math.min(differsAt(text, textOf(beside)), text.length - 1);
  // The difference with some words before it, cut between words where there are any near.
  const start = from < mostShown - 20 ? 0 : Math.max(0, text.lastIndexOf(' ', from - 15), from - 40);
  const part = text.slice(start).trimStart();
  const end = part.length > mostShown ? `${part.slice(0, mostShown - 3)}…` : part;
  return `"${start > 0 ? '… ' : ''}${end}"`;
}

const textOf = (value: unknown): string =>
  value === null || value === undefined ? '' : Array.isArray(value) ? value.join(', ') : String(value);

/** 0 where there is nothing to compare with. */
function differsAt(text: string, beside: string): number {
  if (beside === '' || text === beside) return 0;
  let at = 0;
  while (at < text.length && text[at] === beside[at]) at += 1;
  return at;
}
