import { unquoted, type VersionInfo, type WayBack } from '@stet/protocol';
import type { History, Seen, Wanted } from './history.js';
import type { StetModel } from './record.js';

// What receipts and notices lead to is a restore like any other; and what a person missed is read from the history.

/** A way back out of a version, as the server gave it. */
export const asRestore = ({ body: { version, fields }, headers }: WayBack, made: number): [Wanted, Seen] => [
  fields ? { version, fields } : { version },
  { version: made, etag: unquoted(headers['if-match']) },
];

const mostMissed = 100;

/** What was saved after a version, oldest first; only the newest where there is more. Nothing where it can't be read. */
export async function since(history: History, model: StetModel, version: number): Promise<VersionInfo[]> {
  const missed: VersionInfo[] = [];
  for (let after: string | undefined; missed.length < mostMissed; ) {
    const page = await history.versions(model, after);
    if (page.kind === 'failed') break;
    missed.push(...page.items.filter((made) => made.version > version));
    if (page.next === null || page.items.some((made) => made.version <= version)) break;
    after = page.next;
  }
  return missed.reverse();
}
