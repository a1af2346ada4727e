import type { Resource } from '@stet/protocol';

// How many records there are, as far as is known.

/**
 * Such as `1 book`, or `100+ books` where there are more than are shown; when rows have come or left since they were
 * fetched, `the first 99 books, more below`: a crooked number and a plus would read as a riddle.
 */
export function countOf({ label }: Resource, length: number, hasMore: boolean): string {
  const number = length.toLocaleString('en');
  if (!hasMore) return `${number} ${length === 1 ? label.one : label.many}`;
  return length > 0 && length % 100 === 0
    ? `${number}+ ${label.many}`
    : `the first ${number} ${label.many}, more below`;
}
