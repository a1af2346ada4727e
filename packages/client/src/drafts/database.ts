import { type DBSchema, type IDBPDatabase, type IDBPObjectStore, type OpenDBCallbacks, openDB } from 'idb';
import { asDraftsError, DraftsError } from './errors.js';

// The connection to one person's drafts in IndexedDB. It is opened when it is needed and given up whenever the browser
// or a newer page wants that; the next transaction opens it anew. Nothing waits longer than `within`.

interface Schema extends DBSchema {
  /** `Entry` by its id; what is found may be of another form. */
  drafts: { key: string; value: unknown; indexes: { workspace: string } };
}

type Store<Mode extends IDBTransactionMode> = IDBPObjectStore<Schema, ['drafts'], 'drafts', Mode>;

/** 1: `drafts`, by workspace. */
const schemaVersion = 1;

export interface DraftsDatabase {
  /** One transaction. Resolves once it stands on the disk; rejects with a `DraftsError`, and then nothing of it does. */
  run<Mode extends 'readonly' | 'readwrite', Result>(
    mode: Mode,
    work: (drafts: Store<Mode>) => Promise<Result>,
  ): Promise<Result>;
  close(): void;
}

/** @param within milliseconds that a transaction may take, the opening included */
export function draftsDatabase(name: string, within: number): DraftsDatabase {
  let connection: Promise<IDBPDatabase<Schema>> | null = null;
  let isClosed = false;

  function open(): Promise<IDBPDatabase<Schema>> {
    const opening = start({ blocking: () => giveUp(opening), terminated: () => giveUp(opening) });
    opening.catch(() => giveUp(opening));
    return opening;
  }

  async function start(callbacks: OpenDBCallbacks<Schema>): Promise<IDBPDatabase<Schema>> {
    if (isClosed) throw new DraftsError('closed');
    return openDB<Schema>(name, schemaVersion, {
      upgrade(db, from) {
        if (from < 1) db.createObjectStore('drafts', { keyPath: 'id' }).createIndex('workspace', 'workspace');
      },
      ...callbacks,
    });
  }

  function giveUp(given: Promise<IDBPDatabase<Schema>>): void {
    if (connection === given) connection = null;
    given.then(
      (db) => db.close(),
      () => {},
    );
  }

  async function transact<Mode extends 'readonly' | 'readwrite', Result>(
    mode: Mode,
    work: (drafts: Store<Mode>) => Promise<Result>,
  ): Promise<Result> {
    connection ??= open();
    const used = connection;
    try {
      // Strict: a browser may else say that it is done while only the system's memory has it.
      const transaction = (await used).transaction('drafts', mode, { durability: 'strict' });
      const [result] = await Promise.all([work(transaction.store), transaction.done]);
      return result;
    } catch (error) {
      const known = asDraftsError(error);
      if (known.kind === 'failed') giveUp(used);
      throw known;
    }
  }

  /** What failed has written nothing. The database may have been closed under it: on a new connection it is tried again. */
  async function transactTwice<Mode extends 'readonly' | 'readwrite', Result>(
    mode: Mode,
    work: (drafts: Store<Mode>) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await transact(mode, work);
    } catch (error) {
      if (asDraftsError(error).kind !== 'failed') throw error;
      return transact(mode, work);
    }
  }

  return {
    run: (mode, work) => soon(within, transactTwice(mode, work)),
    close() {
      isClosed = true;
      if (connection) giveUp(connection);
    },
  };
}

function soon<Result>(within: number, work: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DraftsError('slow')), within);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
