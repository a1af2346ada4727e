import type { Body } from '@stet/protocol';
import type { Store } from '@stet/store';
import { newestFirst, type Target } from '../history.js';

// Where the values of a record come from: what an import wrote last, and who wrote what stands there now. Both are
// read from the history, and only for fields in which a file and a record differ.

/** How the history names an import, whatever the file was called: the next import finds its base by it. */
export const importVia = 'import';

/**
 * For each field the value that the newest import wrote which wrote this field. That is not the record that the newest
 * import left: it may have left people's values beside its own.
 */
export async function lastImported(store: Store, target: Target, fields: readonly string[]): Promise<Partial<Body>> {
  const imported: Partial<Body> = {};
  const wanted = new Set(fields);
  const newest = await store.log.newestVia(target.workspace, target.resource, target.id, importVia);
  if (!newest) return imported;
  for await (const { by, fields: written, left, action } of newestFirst(store, target, newest.version + 1)) {
    if (by.via !== importVia || !left.body) continue;
    // What an import creates it writes whole; a field without a value is not named among those that changed.
    for (const name of action === 'create' ? [...wanted] : written) {
      if (wanted.delete(name)) imported[name] = left.body[name] ?? null;
    }
    if (wanted.size === 0) break;
  }
  return imported;
}

/** For each field the name of whoever wrote its value, and nothing for a field that nobody has written. */
export async function authorsOf(
  store: Store,
  target: Target,
  version: number,
  fields: readonly string[],
): Promise<Record<string, string>> {
  const authors: Record<string, string> = {};
  const wanted = new Set(fields);
  for await (const { by, fields: written } of newestFirst(store, target, version + 1)) {
    for (const name of written) if (wanted.delete(name)) authors[name] = by.name;
    if (wanted.size === 0) break;
  }
  return authors;
}
