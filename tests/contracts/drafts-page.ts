import { indexedDbDrafts } from '@stet/client';
import { deleteDB, openDB } from 'idb';
import { tabOf } from './drafts-tab.js';

// What a tab of the contract runs: a store of the person and workspace that its address names, and what stands under it.
// Undos and listeners stay here; whoever drives the tab has their numbers.

const asked = new URLSearchParams(location.search);
const [user, workspace] = [asked.get('user') ?? '', asked.get('workspace') ?? ''];
const within = asked.has('within') ? { within: Number(asked.get('within')) } : {};
const tab = tabOf(indexedDbDrafts({ user, workspace, ...within }));

const nameOf = (person: string) => `stet-drafts/${person}`;
const undos: Array<() => Promise<void>> = [];
const listeners: Array<Awaited<ReturnType<typeof tab.listen>>> = [];
let letGo = () => {};

export const inPage = {
  all: tab.all,
  put: tab.put,
  remove: tab.remove,
  holders: tab.holders,
  retake: tab.retake,
  async hold(id: string): Promise<number | null> {
    const undo = await tab.hold(id);
    return undo && undos.push(undo) - 1;
  },
  undo: (place: number) => undos[place]?.(),
  listen: async (): Promise<number> => listeners.push(await tab.listen()) - 1,
  heard: (place: number) => listeners[place]?.heard(),
  stop: (place: number) => listeners[place]?.stop(),

  async plant(person: string, _id: string, found: object): Promise<void> {
    const db = await openDB(nameOf(person));
    await db.put('drafts', found);
    db.close();
  },
  async found(person: string): Promise<unknown[]> {
    const db = await openDB(nameOf(person));
    const all = await db.getAll('drafts');
    db.close();
    return all;
  },
  /** As the page of a later day would. */
  async openNewer(): Promise<void> {
    const db = await openDB(nameOf(user), 2);
    db.close();
  },
  wipe: () => deleteDB(nameOf(user)),
  /** Keeps everybody else waiting, until `letGo`. */
  async occupy(): Promise<void> {
    const db = await openDB(nameOf(user));
    const transaction = db.transaction('drafts', 'readwrite');
    let isOver = false;
    letGo = () => {
      isOver = true;
    };
    const goOn = async (): Promise<void> => {
      while (!isOver) await transaction.store.count();
    };
    await transaction.store.count();
    void goOn().then(() => db.close());
  },
  letGo: () => letGo(),
  hasLocks: () => 'locks' in navigator,
};

Object.assign(globalThis, { inPage });
