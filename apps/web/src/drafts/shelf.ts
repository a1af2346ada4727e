import type { Desk, Listed } from '@stet/client';
import { resources } from '@stet/protocol';

// My drafts as they stand on the device, kept up to date for all that shows them: the bar, the list, the page of drafts.

export interface Shelf {
  /** Newest first, as far as they were read. */
  readonly items: readonly Listed[];
  /** The ids of records with something of mine that is not saved. */
  records(): ReadonlySet<string>;
  subscribe(listener: () => void): () => void;
  /** Reads anew, soon. */
  look(): void;
  stop(): void;
}

// Between two readings: each letter that is typed is kept, and need not be read.
const pause = 150;
// Nobody tells when another tab is closed or crashes.
const lookAfterOthers = 1_500;

export function createShelf(desk: Desk): Shelf {
  const listeners = new Set<() => void>();
  const until = new AbortController();
  const { signal } = until;
  let items: readonly Listed[] = [];
  let due: ReturnType<typeof setTimeout> | undefined;
  let others: ReturnType<typeof setTimeout> | undefined;
  /** Each reading has its number: an older one that comes late tells nothing. */
  let reading = 0;

  async function read(): Promise<void> {
    due = undefined;
    reading += 1;
    const mine = reading;
    const found = await desk.list();
    if (mine !== reading || signal.aborted) return;
    // What a page of another day kept of a resource that this one does not know waits for that page.
    items = found.filter(({ kept }) => resources.has(kept.resource));
    clearTimeout(others);
    if (items.some(({ where }) => where === 'elsewhere')) others = setTimeout(look, lookAfterOthers);
    for (const listener of listeners) listener();
  }

  function look(): void {
    if (!signal.aborted) due ??= setTimeout(() => void read(), pause);
  }

  const undo = desk.subscribe(look);
  document.addEventListener('visibilitychange', look, { signal });
  void read();

  return {
    get items() {
      return items;
    },
    records() {
      const kept = items.flatMap(({ kept: { record } }) => record ?? []);
      return new Set([...kept, ...desk.unsaved().flatMap(({ record }) => (record ? [record.id as string] : []))]);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    look,
    stop() {
      undo();
      until.abort();
      clearTimeout(due);
      clearTimeout(others);
      listeners.clear();
    },
  };
}
