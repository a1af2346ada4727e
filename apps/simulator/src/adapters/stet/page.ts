import { createStet, type DraftStore, type Stet, type StetList } from '@stet/client';
import { books } from '@stet/protocol';
import type { Net } from '../../network/net.js';
import type { Transport } from '../adapter.js';
import { createReach, type Reach } from './reach.js';

// One page of a person, as a browser has it: the real client, with the list of books on it and a network of its own.

export interface Identity {
  id: string;
  name: string;
  token: string;
}

export interface PageOptions {
  /** Of the server, such as `http://127.0.0.1:4000`. */
  url: string;
  workspace: string;
  who: Identity;
  transport: Transport;
  net: Net;
  drafts: DraftStore;
}

export interface Page {
  stet: Stet;
  list: StetList;
  reach: Reach;
  drafts: DraftStore;
  close(): void;
}

const orders = { websocket: ['websocket'], xhr: ['xhr-streaming'] } as const;

/** Milliseconds: for how long a save is repeated by itself, and how often the log is read where there is no socket. */
const patience = 10_000;
const pace = { after: 200, every: 1_000 };

/** Open once its list was read, or could not be: whoever reads on from the list's cursor misses nothing. */
export async function openPage({ url, workspace, who, transport, net, drafts }: PageOptions): Promise<Page> {
  const reach = createReach(net);
  const stet = createStet({
    base: `${url}/api`,
    socket: `${url}/rt`,
    headers: { authorization: `Bearer ${who.token}` },
    workspace,
    user: { id: who.id, name: who.name },
    drafts,
    patience,
    fetch: reach.fetch,
    ...(transport === 'http'
      ? { sync: 'rest', pace, dial: () => ({ send: () => {}, close: () => {} }) }
      : { dial: (dialling) => reach.dial({ ...dialling, order: orders[transport] }) }),
  });
  const list = stet.list(books);
  await list.show(list.query);
  stet.start();
  return {
    stet,
    list,
    reach,
    drafts,
    close() {
      stet.stop();
      reach.off();
      drafts.close();
    },
  };
}
