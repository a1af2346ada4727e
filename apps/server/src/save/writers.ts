import type { Author } from '@stet/protocol';
import type { Entry, Store } from '@stet/store';
import { newestFirst, type Target } from '../history.js';
import { mostChanges } from './stale.js';

// Who wrote which field between two versions: read from the history, back to where each field has somebody.

/** A record that was destroyed, or came back, has had all of its fields written. */
const wrote = ({ action, fields }: Entry, name: string): boolean => action !== 'update' || fields.includes(name);

/** Of the versions after `after` and up to `upTo`: for each field its writers, newest first. */
export async function writersOf(
  store: Store,
  target: Target,
  { after, upTo }: { after: number; upTo: number },
  fields: readonly string[],
): Promise<Map<string, Author[]>> {
  const writers = new Map(fields.map((name): [string, Author[]] => [name, []]));
  if (fields.length === 0) return writers;
  let read = 0;
  for await (const entry of newestFirst(store, target, upTo + 1)) {
    if (entry.version <= after) break;
    for (const [name, people] of writers) if (wrote(entry, name)) people.push(entry.by);
    read += 1;
    if (read >= mostChanges && [...writers.values()].every(({ length }) => length > 0)) break;
  }
  return writers;
}
