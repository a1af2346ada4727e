// What somebody does by the interface for programs, while a story looks at a page.
import type { StetRecord, VersionInfo } from '@stet/protocol';
import { match, type Person } from './api.js';
import { at, books } from './story.js';

type Book = Pick<StetRecord, 'id'>;

/** The book as it is now. */
export const now = async (person: Person, book: Book): Promise<StetRecord> =>
  (await person.get<StetRecord>(at(book))).body;

/** Saves on top of whatever is there. */
export async function saveOver(person: Person, book: Book, fields: Partial<StetRecord>): Promise<void> {
  const { status, text } = await person.patch(at(book), fields, match(await now(person, book)));
  if (status !== 200) throw new Error(`Not saved: ${status} ${text}`);
}

export async function destroy(person: Person, book: Book): Promise<void> {
  const { status, text } = await person.delete(at(book), match(await now(person, book)));
  if (status !== 200) throw new Error(`Not deleted: ${status} ${text}`);
}

/** The history in lines such as `2 Ana Alves update: title, pages`, oldest first. */
export async function historyOf(person: Person, book: Book): Promise<string[]> {
  const { body } = await person.get<{ items: VersionInfo[] }>(at(book, '/versions'));
  return body.items
    .map(({ version, by, action, fields }) => `${version} ${by.name} ${action}: ${fields.join(', ')}`)
    .reverse();
}

/** Every book that such a query finds, in the server's order. */
export async function wholeList(person: Person, query: Record<string, string> = {}): Promise<StetRecord[]> {
  const items: StetRecord[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const search = new URLSearchParams({ ...query, limit: '200', ...(after ? { after } : {}) });
    const page: { items: StetRecord[]; next: string | null } = (
      await person.get<{ items: StetRecord[]; next: string | null }>(`${books}?${search}`)
    ).body;
    items.push(...page.items);
    after = page.next;
  }
  return items;
}
