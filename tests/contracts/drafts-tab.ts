import type { DraftStore } from '@stet/client';
import type { Tab } from './drafts.js';

// A store of drafts in the words of the contract, for a tab in this process.

export type TabHere = Omit<Tab, 'reload' | 'close' | 'crash'>;

export function tabOf(store: DraftStore): TabHere {
  return {
    all: () => store.all(),
    put: (draft) => store.put(draft),
    remove: (id) => store.remove(id),
    async hold(id) {
      const undo = await store.hold(id);
      return undo && (async () => undo());
    },
    async retake(id, times) {
      const had: boolean[] = [];
      for (let round = 0; round < times; round += 1) {
        const undo = await store.hold(id);
        had.push(undo !== null);
        undo?.();
      }
      return had;
    },
    holders: async () => [...(await store.holders())].sort(),
    async listen() {
      let heard = 0;
      const undo = store.subscribe(() => {
        heard += 1;
      });
      return { heard: async () => heard, stop: async () => undo() };
    },
  };
}
