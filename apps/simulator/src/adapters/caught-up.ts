import { isDeepStrictEqual } from 'node:util';
import type { Editor } from '../editors/editor.js';
import type { Fields } from '../history/event.js';
import { pauseUntil } from '../world/pause.js';

// The end of a run at stores that have no log: what pages show is looked at together with what stands.

/** Milliseconds. A page that shows something else still will not change of itself any more. */
const longest = 3_000;

/** These records, and all that some page shows. */
export const shownBy = (pages: readonly Editor[], records: readonly string[]): string[] => [
  ...new Set([...records, ...pages.flatMap((page) => page.holdings().map(({ record }) => record))]),
];

/** Gives pages the time to read what stands: nobody can tell what is still on its way to them. */
export async function caughtUp(pages: readonly Editor[], stands: ReadonlyMap<string, Fields | null>): Promise<void> {
  const shows = (page: Editor): boolean =>
    page.holdings().every(({ record, fields }) => isDeepStrictEqual(fields, stands.get(record) ?? null));
  await pauseUntil(() => pages.every(shows), longest);
}
