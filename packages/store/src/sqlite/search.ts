import { sql } from 'kysely';
import type { Search } from '../sql/records.js';

/** Asks the full-text index. The words are letters and digits only: quoted, they are no syntax of its. */
export const search: Search = (_workspace, _resource, words) => {
  const wanted = words.map((word) => `"${word}"*`).join(' ');
  // The + keeps SQLite from probing the index once for each hit: it reads in the list's order and asks a Bloom filter.
  return sql<boolean>`+records.num in (select rowid from search where search match ${wanted})`;
};
