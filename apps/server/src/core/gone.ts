import type { SqlStore } from '@stet/store';

// A process that is killed, inside of one that goes on: what it still asks of the store is not done, and what comes of
// what it has asked it never learns.

export class Gone extends Error {
  override readonly name = 'Gone';

  constructor() {
    super('The process is gone.');
  }
}

type Methods = Readonly<Record<string, (...given: never[]) => Promise<unknown>>>;

/** The same store, for as long as the process lives; from then on everything fails. */
export function whileItLives(store: SqlStore, isUp: () => boolean): SqlStore {
  async function through<T>(work: () => Promise<T>): Promise<T> {
    if (!isUp()) throw new Gone();
    const outcome = await work();
    if (!isUp()) throw new Gone();
    return outcome;
  }
  const each = <T>(methods: T & Methods): T =>
    Object.fromEntries(
      Object.entries<Methods[string]>(methods).map(([name, method]) => [
        name,
        (...given: never[]) => through(() => method(...given)),
      ]),
    ) as T;
  const { write, tidy, prune, ready } = store;
  return {
    ...store,
    ...each({ write, tidy, prune, ready }),
    workspaces: each(store.workspaces),
    records: each(store.records),
    log: each(store.log),
    keys: each(store.keys),
    notices: each(store.notices),
    tickets: each(store.tickets),
  };
}
