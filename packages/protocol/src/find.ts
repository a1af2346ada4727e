import type { Field, Value } from './field.js';
import type { Body, Resource } from './resource.js';

// How records are found and ordered, said once: the store writes these keys, the page asks them whether a record
// that just changed belongs into the list that it shows. The order is that of code points, in every database.

/** Letters without accents and case, words parted by single blanks. */
export const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    // By way of capitals: ß is found as ss, a dotless i as i. And sigma is one letter wherever it stands.
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .replace(/[^\p{Letter}\p{Number}]+/gu, ' ')
    .trim();

// Half of a surrogate pair at the end is no character: no database would give it back as it is here.
const cut = (text: string, most: number): string => text.slice(0, most).replace(/\p{Surrogate}$/u, '');

// What a query may hold and no field does (field.ts): databases differ in what they make of it.
const keepable = (text: string): string => text.replace(/[\u0000\p{Surrogate}]/gu, '\ufffd');

const offset = 10 ** 15;
const longest = 80;
// A word counts by its beginning, and so do all of them together: indices of databases take no more.
const longestWord = 100;
const mostWords = 200_000;

/** Orders like the value itself when compared by code points; '' where there is no value. */
export function sortKey(value: Value | undefined): string {
  const first = Array.isArray(value) ? value[0] : value;
  if (first === undefined || first === null) return '';
  if (typeof first === 'number') return String(first + offset).padStart(16, '0');
  return cut(fold(first), longest);
}

/** The exact values under which a record is found by a filter. */
const filterKeys = (value: Value | undefined): string[] => {
  if (Array.isArray(value)) return [...new Set(value.map(filterKey))];
  return value === null || value === undefined ? [] : [filterKey(String(value))];
};
export const filterKey = (text: string): string => cut(keepable(text).normalize('NFC').toLowerCase(), 200);

export interface Key {
  field: string;
  key: string;
}

const sortName = (name: string): string => name;
const filterName = (name: string): string => `=${name}`;

const named = (resource: Resource, wanted: (field: Field) => boolean): string[] =>
  Object.keys(resource.fields).filter((name) => wanted(resource.fields[name] as Field));

/** Every list can be ordered by the time of the last change, and by the fields that say so. */
export const sortableBy = (resource: Resource): string[] => [...named(resource, (field) => field.sort), 'updatedAt'];
export const filterableBy = (resource: Resource): string[] => named(resource, (field) => field.filter);

/** All keys of a record: one for each order, and one for each value that a filter may ask for. */
export function keysOf(resource: Resource, body: Body, updatedAt: string): Key[] {
  const sorts = named(resource, (field) => field.sort).map((name) => ({
    field: sortName(name),
    key: sortKey(body[name]),
  }));
  const filters = filterableBy(resource).flatMap((name) =>
    filterKeys(body[name]).map((key) => ({ field: filterName(name), key })),
  );
  return [...sorts, { field: 'updatedAt', key: updatedAt }, ...filters];
}

const wordsIn = (text: string): string[] =>
  fold(text)
    .split(' ')
    .filter(Boolean)
    .map((word) => cut(word, longestWord));

/** The words of a record that a search may ask for. */
export function wordsOf(resource: Resource, body: Body): string {
  const texts = named(resource, (field) => field.search).flatMap((name) => body[name] ?? []);
  const words = new Set(wordsIn(texts.join(' ')));
  return cut([...words].join(' '), mostWords).trim();
}

export interface ListQuery {
  q: string;
  /** A sortable name; `-` before it turns the order round. */
  sort: string;
  filters: Record<string, string>;
  /** Records with one of these values are left out. */
  without?: Readonly<Record<string, string>>;
}

export const filterAsKey = (name: string, value: string): Key => ({ field: filterName(name), key: filterKey(value) });

/** The words of a query; each must begin a word of the record. */
export const queryWords = (q: string): string[] => wordsIn(q).slice(0, 12);

/** Whether a record belongs into a list: the same judgement as the store's, for lists that are already on a screen. */
export function matches(resource: Resource, body: Body, query: ListQuery): boolean {
  const has = ([name, value]: [string, string]) => filterKeys(body[name]).includes(filterKey(value));
  if (!Object.entries(query.filters).every(has) || Object.entries(query.without ?? {}).some(has)) return false;
  const wanted = queryWords(query.q);
  if (wanted.length === 0) return true;
  const words = wordsOf(resource, body).split(' ');
  return wanted.every((prefix) => words.some((word) => word.startsWith(prefix)));
}

export interface Place {
  key: string;
  id: string;
}

export const placeOf = (
  query: ListQuery,
  record: { id: string; updatedAt: string } & Record<string, unknown>,
): Place => {
  const name = query.sort.replace(/^-/, '');
  return { key: name === 'updatedAt' ? record.updatedAt : sortKey(record[name] as Value | undefined), id: record.id };
};

// UTF-16 puts surrogates before U+E000 to U+FFFF, code points put what they stand for behind: units are weighed so.
const weight = (unit: number): number => {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
};

function byCodePoints(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let index = 0; index < shorter; index += 1) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left !== right) return weight(left) - weight(right);
  }
  return a.length - b.length;
}

/** The order of a list, as the store reads it. */
export function comparePlaces(query: ListQuery, a: Place, b: Place): number {
  const order = byCodePoints(a.key, b.key) || byCodePoints(a.id, b.id);
  return query.sort.startsWith('-') ? -order : order;
}
