import { DraftsError } from './errors.js';
import type { Entry } from './kept.js';
import { Sight } from './sight.js';
import type { DraftStore, Owner } from './store.js';

// Drafts in memory: for programs, which have no IndexedDB, and for tests. Several tabs can share one device.

export interface Device {
  /** A tab that a person opens on this device; `close` ends it, in good order or not. */
  tab(owner: Owner): DraftStore;
  /** What stands on the device for a person, by id; not all of it can be read. */
  found(user: string): Map<string, unknown>;
}

interface Tab extends Owner {
  /** The ids on the device that it holds. */
  held: Set<string>;
  hear(): void;
}

export function createDevice(): Device {
  const people = new Map<string, Map<string, unknown>>();
  const tabs = new Set<Tab>();

  function found(user: string): Map<string, unknown> {
    const known = people.get(user) ?? new Map<string, unknown>();
    people.set(user, known);
    return known;
  }

  return { found, tab: (owner) => openTab(owner, found(owner.user), tabs) };
}

/** A device of its own. */
export const memoryDrafts = (owner: Owner): DraftStore => createDevice().tab(owner);

function openTab(owner: Owner, kept: Map<string, unknown>, tabs: Set<Tab>): DraftStore {
  const sight = new Sight(owner);
  const listeners = new Set<() => void>();
  const hear = () => {
    for (const listener of listeners) listener();
  };
  const tab: Tab = { ...owner, held: new Set(), hear };
  tabs.add(tab);

  const inOrder = () => {
    if (!tabs.has(tab)) throw new DraftsError('closed');
  };
  const heldBy = (others: Iterable<Tab>) =>
    [...others].filter(({ user }) => user === owner.user).flatMap(({ held }) => [...held]);
  const tellOthers = () => {
    for (const other of tabs) {
      if (other !== tab && other.user === owner.user && other.workspace === owner.workspace) other.hear();
    }
  };

  return {
    async all() {
      inOrder();
      return sight.read(structuredClone([...kept.values()]));
    },
    async put(draft) {
      inOrder();
      const entry: Entry = sight.toPut(draft, kept.get(sight.onDevice(draft.id)));
      kept.set(entry.id, structuredClone(entry));
      tellOthers();
    },
    async remove(id) {
      inOrder();
      const onDevice = sight.onDevice(id);
      if (!sight.mayRemove(id, kept.get(onDevice))) return;
      kept.delete(onDevice);
      tellOthers();
    },
    async hold(id) {
      inOrder();
      const onDevice = sight.onDevice(id);
      if (heldBy(tabs).includes(onDevice)) return null;
      tab.held.add(onDevice);
      sight.hold(id);
      return () => {
        if (tab.held.delete(onDevice)) sight.release(id);
      };
    },
    async holders() {
      inOrder();
      return new Set(heldBy(tabs).map((id) => sight.here(id)));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      tabs.delete(tab);
      listeners.clear();
    },
  };
}
