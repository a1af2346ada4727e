// Stories of people at their pages that hold wherever the server of each of them is: the same tests for one server and for
// several nodes.
import { test } from 'vitest';
import type { At } from '../support/browser.js';
import type { Ran } from '../support/stet.js';

export interface Place extends At {
  /** A folder for files. */
  data: string;
  /** Runs `stet` on the same data. */
  cli(args: readonly string[], input?: string): Promise<Ran>;
}

export type Stories = Record<string, (place: Place) => Promise<void>>;

/** Each story is a test, or some of them. */
export function tell<Some extends Stories>(
  stories: Some,
  place: () => Place,
  titles: ReadonlyArray<keyof Some & string> = Object.keys(stories),
): void {
  for (const title of titles) test(title, () => (stories[title] as Stories[string])(place()));
}
