import type { Store } from '@stet/store';
import { afterAll, beforeAll, describe } from 'vitest';
import { keysContract } from './store/keys.js';
import { listsContract } from './store/lists.js';
import { logContract } from './store/log.js';
import { membersContract } from './store/members.js';
import { noticesContract } from './store/notices.js';
import { reopenContract } from './store/reopen.js';
import { searchContract } from './store/search.js';
import { textsContract } from './store/texts.js';
import { ticketsContract } from './store/tickets.js';
import { versionsContract } from './store/versions.js';

// What every store keeps, whatever is under it: run once for each sibling.

export interface Opened {
  store: Store;
  /** Opens once more what was just closed. */
  reopen(): Promise<Store>;
}

export function storeContract(name: string, open: () => Promise<Pick<Opened, 'store'>>): void {
  describe(name, () => {
    let store: Store | undefined;
    beforeAll(async () => {
      store = (await open()).store;
    });
    afterAll(() => store?.close());
    const opened = (): Store => {
      if (!store) throw new Error('The store is not open yet.');
      return store;
    };
    versionsContract(opened);
    logContract(opened);
    keysContract(opened);
    noticesContract(opened);
    membersContract(opened);
    listsContract(opened);
    searchContract(opened);
    textsContract(opened);
    ticketsContract(opened);
  });
}

/** For stores that outlive their process. */
export function lastingStoreContract(name: string, open: () => Promise<Opened>): void {
  storeContract(name, open);
  describe(name, () => reopenContract(open));
}
