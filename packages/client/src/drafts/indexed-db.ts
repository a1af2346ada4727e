import { draftsDatabase } from './database.js';
import { asDraftsError, DraftsError } from './errors.js';
import { ownHolds, webLocks } from './holds.js';
import { Sight } from './sight.js';
import type { DraftStore, Owner } from './store.js';

// Drafts in IndexedDB: one database for each person, so that nobody's page opens another's.

export interface IndexedDbOptions extends Owner {
  /** Undefined where the page has none; its own when nothing is said. */
  locks?: LockManager | undefined;
  /** Milliseconds after which the device counts as not answering. */
  within?: number;
}

export const databaseName = (user: string): string => `stet-drafts/${user}`;

export function indexedDbDrafts(options: IndexedDbOptions): DraftStore {
  const { user, workspace, within = 10_000 } = options;
  const locks = 'locks' in options ? options.locks : globalThis.navigator?.locks;
  const name = databaseName(user);
  const database = draftsDatabase(name, within);
  const sight = new Sight({ user, workspace });
  // A `/` parts the two: an encoded id has none, and what follows it is one draft's.
  const holds = locks ? webLocks(locks, `stet-draft/${encodeURIComponent(user)}/`) : ownHolds();
  const channel = new BroadcastChannel(name);
  const listeners = new Set<() => void>();
  let isClosed = false;

  channel.onmessage = ({ data }) => {
    if (data === workspace) for (const listener of listeners) listener();
  };

  async function hold(id: string): Promise<(() => void) | null> {
    const onDevice = sight.onDevice(id);
    const undo = await holds.hold(onDevice);
    if (!undo) return null;
    if (isClosed) {
      undo();
      throw new DraftsError('closed');
    }
    sight.hold(id);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      sight.release(id);
      undo();
    };
  }

  async function found(): Promise<unknown[]> {
    try {
      return await database.run('readonly', (drafts) => drafts.index('workspace').getAll(workspace));
    } catch (error) {
      if (!isOfValue(error)) throw error;
      return oneByOne();
    }
  }

  /** A value that the browser itself cannot read any more fails them all when they are asked for at once. */
  async function oneByOne(): Promise<unknown[]> {
    const values: unknown[] = [];
    for (const id of await database.run('readonly', (drafts) => drafts.index('workspace').getAllKeys(workspace))) {
      try {
        values.push(await database.run('readonly', (drafts) => drafts.get(id)));
      } catch (error) {
        if (!isOfValue(error)) throw error;
      }
    }
    return values;
  }

  /** A tab that is being closed may still hear that it has put something. */
  const tellOthers = () => {
    if (!isClosed) channel.postMessage(workspace);
  };

  return {
    all: async () => sight.read(await found()),

    async put(draft) {
      await database.run('readwrite', async (drafts) => {
        const standing = await drafts.get(sight.onDevice(draft.id));
        await drafts.put(sight.toPut(draft, standing));
      });
      tellOthers();
    },

    async remove(id) {
      const isRemoved = await database.run('readwrite', async (drafts) => {
        const onDevice = sight.onDevice(id);
        const mayRemove = sight.mayRemove(id, await drafts.get(onDevice));
        if (mayRemove) await drafts.delete(onDevice);
        return mayRemove;
      });
      if (isRemoved) tellOthers();
    },

    async hold(id) {
      try {
        return await hold(id);
      } catch (error) {
        throw asDraftsError(error);
      }
    },

    async holders() {
      try {
        return new Set((await holds.held()).map((id) => sight.here(id)));
      } catch (error) {
        throw asDraftsError(error);
      }
    },

    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    close() {
      isClosed = true;
      listeners.clear();
      holds.close();
      channel.close();
      database.close();
    },
  };
}

/** Whether the database is there, and only what stands in it could not be read. */
const isOfValue = (error: unknown): boolean => error instanceof DraftsError && error.kind === 'failed';
