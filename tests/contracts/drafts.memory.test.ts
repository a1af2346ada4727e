import { createDevice, memoryDrafts } from '@stet/client';
import { expect, test } from 'vitest';
import { ana, type Device, draft, draftsContract, holdsContract, type Tab } from './drafts.js';
import { tabOf } from './drafts-tab.js';

// The contract in memory.

async function open(): Promise<Device> {
  const device = createDevice();
  function tab(owner: { user: string; workspace: string }): Tab {
    const store = device.tab(owner);
    const end = async () => store.close();
    return {
      ...tabOf(store),
      close: end,
      crash: end,
      async reload() {
        store.close();
        return tab(owner);
      },
    };
  }
  return {
    tab: async (owner = ana) => tab(owner),
    plant: async (user, id, found) => void device.found(user).set(id, found),
    found: async (user) => [...device.found(user).values()],
  };
}

draftsContract('drafts in memory', open);
holdsContract('holds in memory', open);

test('[C5] what is kept is not changed by who handed it in, nor by who reads it', async () => {
  const store = memoryDrafts(ana);
  const mine = draft('d1', 'Dune');
  await store.put(mine);
  mine.typed.title = { value: 'changed' };
  for (const read of await store.all()) read.typed.title = { value: 'changed too' };
  expect((await store.all()).map(({ typed }) => typed)).toEqual([{ title: { value: 'Dune' } }]);
});

test('a closed tab keeps nothing more, and says so', async () => {
  const store = memoryDrafts(ana);
  store.close();
  await expect(store.put(draft('d1', 'Dune'))).rejects.toThrow('does not keep drafts any more');
  await expect(store.all()).rejects.toThrow('does not keep drafts any more');
});
