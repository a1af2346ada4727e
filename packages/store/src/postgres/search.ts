import { sql } from 'kysely';
import type { Search } from '../sql/records.js';

/** Asks the index of words. They are letters and digits only: quoted, they are no syntax of its. */
export const search: Search = (workspace, resource, words) => {
  const wanted = words.map((word) => `'${word}':*`).join(' & ');
  return sql<boolean>`k.id in (select search.id from search
    where search.workspace = ${workspace} and search.resource = ${resource} and search.words @@ ${wanted}::tsquery)`;
};
