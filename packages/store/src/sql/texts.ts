import type { Write } from '../store.js';

// Databases differ in which texts they keep: SQLite ends some at U+0000, Postgres refuses it, neither has a place for half of
// a surrogate pair, and the indices of one hold less than those of the other. Ids and names of that kind are refused before
// any is asked. (The texts of a record itself are kept as JSON, which escapes them.)

const unkept = /[\u0000\p{Surrogate}]/u;
// Three of them and a list's key fit into what an index of Postgres holds (2,704 bytes).
const longest = 250;

/** @throws TypeError for a write whose ids, names or key no database would give back as they are */
export function refuseUnkept({ workspace, id, by, key }: Write): void {
  const indexed = { workspace, id, author: by.id, via: by.via, key: key?.key };
  const texts = { ...indexed, name: by.name, connection: by.connection };
  const isBad = (text: string | undefined): boolean => text !== undefined && unkept.test(text);
  const isLong = (text: string | undefined): boolean => text !== undefined && text.length > longest;
  const bad =
    Object.entries(texts).find(([, text]) => isBad(text)) ?? Object.entries(indexed).find(([, text]) => isLong(text));
  if (bad) throw new TypeError(`The ${bad[0]} of a write is too long, or holds what no database keeps`);
}
