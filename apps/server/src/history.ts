import type { Entry, Store } from '@stet/store';

// A record's history, read backwards as far as somebody needs it.

export interface Target {
  workspace: string;
  resource: string;
  id: string;
}

const pageSize = 50;

/** The versions below this one. */
export async function* newestFirst(
  store: Store,
  { workspace, resource, id }: Target,
  below: number,
): AsyncGenerator<Entry> {
  for (let before = below; before > 1; ) {
    const page = await store.log.history(workspace, resource, id, before, pageSize);
    yield* page;
    before = page.at(-1)?.version ?? 0;
  }
}
