// What a save can be besides a plain one: merged, settled after a choice, taken back.
import { type How, quoted, type Receipt, type StetRecord, type VersionInfo, type WayBack } from '@stet/protocol';
import { type Answer, type Json, match, type Person } from './api.js';
import type { Headers } from './http.js';
import { at } from './story.js';

export type Saved = StetRecord & { receipt?: Receipt };
type Book = Pick<StetRecord, 'id' | 'etag'>;

/** The headers of a save that settles a choice: the newest that was seen, and what the edit had started from. */
export const settling = (seen: { etag: string }, started: { etag: string }): Headers => ({
  ...match(seen),
  'stet-base': quoted(started.etag),
});

/** A save that is to be combined where it is stale. */
export const merging = <T = Saved>(person: Person, base: Book, fields: Json, more: Headers = {}): Promise<Answer<T>> =>
  person.patch<T>(at(base, '?onConflict=merge'), fields, { ...match(base), ...more });

/** A save that the story counts on. */
export async function saves(person: Person, base: Book, fields: Json, more: Headers = {}): Promise<Saved> {
  const { status, body, text } = await person.patch<Saved>(at(base), fields, { ...match(base), ...more });
  if (status !== 200) throw new Error(`Not saved: ${status} ${text}`);
  return body;
}

/** Goes a way back, as a page does that was given one. */
export const goBack = <T = Saved>(person: Person, way: WayBack | undefined, more: Headers = {}): Promise<Answer<T>> => {
  if (!way) throw new Error('There is no way back.');
  return person.post<T>(way.path, way.body, { ...way.headers, ...more });
};

/** What the history says of a version. */
export async function versionOf(person: Person, book: Book, version: number): Promise<VersionInfo> {
  return (await person.get<VersionInfo>(at(book, `/versions/${version}`))).body;
}

export const howOf = async (person: Person, book: Book, version: number): Promise<How | undefined> =>
  (await versionOf(person, book, version)).how;
