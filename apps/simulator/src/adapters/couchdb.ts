import { dial } from '@stet/client';
import type { Editor } from '../editors/editor.js';
import type { Fields } from '../history/event.js';
import { pause } from '../world/pause.js';
import type { Adapter, AdapterOptions } from './adapter.js';
import { type Answer, type Ask, askBy } from './ask.js';
import { caughtUp, shownBy } from './caught-up.js';
import { couchStore } from './couchdb-store.js';
import { standing } from './desk.js';
import { openPage } from './page.js';

// A server of CouchDB's protocol as a store for scenarios. Each run has a database of its own, deleted when it is over.
// Its feed of changes tells the newest of each document alone, at places that mean nothing to others: what needs a log
// can't be told of it.

export interface CouchOptions extends AdapterOptions {
  /** Such as `http://127.0.0.1:5984`, with name and password before the host where it asks for them. */
  url: string;
}

/** Throws where no such server is there, or it does not let us make a database. */
export async function createCouchAdapter({ url, recorder, through }: CouchOptions): Promise<Adapter> {
  const { root, headers } = readUrl(url);
  const database = `${root}/stet-sim-${crypto.randomUUID().slice(0, 8)}`;
  const ask = askBy(fetch, headers);
  await make(ask, root, database);
  const store = couchStore(database, ask);
  const pages: Editor[] = [];

  return {
    store: 'couchdb',
    has: { versions: true, log: false, keys: false, presence: false },
    access: null,
    async join({ name, user }) {
      const net = through({ fetch: (...asking) => fetch(...asking), dial }, name);
      const page = await openPage({ name, user, recorder, store: couchStore(database, askBy(net.fetch, headers)) });
      pages.push(page);
      return page;
    },
    async truth(records) {
      const { signal } = new AbortController();
      const stands = new Map<string, Fields | null>();
      for (const record of shownBy(pages, records)) {
        const now = standing(await store.read(record, signal));
        if (!now) throw new Error(`${root} does not say what stands at ${record}.`);
        stands.set(record, now.fields);
        if (now.version.n !== null) recorder.note({ kind: 'stands', record, ...now });
      }
      recorder.note({ kind: 'log', whole: false, head: 0 });
      await caughtUp(pages, stands);
    },
    async stop() {
      for (const page of pages) page.stop();
      await forget(ask, database);
    },
  };
}

/** How often a database is made or deleted before it counts as not to be done. */
const most = 5;

async function make(ask: Ask, root: string, database: string): Promise<void> {
  let answer: Answer = { is: 'none', why: '' };
  for (let tries = 0; tries < most && answer.is === 'none'; tries += 1) {
    answer = await ask(database, { method: 'PUT', body: {} });
    // Nobody else has a database of this name: the try before was answered by nobody, and done.
    if (answer.is === 'answer' && answer.status === 412 && tries > 0) return;
  }
  if (answer.is === 'none' || answer.status >= 300) throw new Error(`${root} makes no database: ${said(answer)}.`);
}

/** Some servers make a database anew for a question that was still on its way when it was deleted. */
async function forget(ask: Ask, database: string): Promise<void> {
  let answer: Answer = { is: 'none', why: '' };
  for (let tries = 0; tries < most; tries += 1) {
    answer = await ask(database, { method: 'DELETE' });
    await pause(20);
    const after = await ask(database);
    if (after.is === 'answer' && after.status === 404) return;
  }
  throw new Error(`${database} could not be deleted: ${said(answer)}.`);
}

const said = (answer: Answer): string => (answer.is === 'none' ? answer.why : `it answered with ${answer.status}`);

/** A password in an address is sent as a header, which is the only place that fetch takes it in. */
function readUrl(text: string): { root: string; headers: Record<string, string> } {
  const url = new URL(text);
  const [name, password] = [url.username, url.password].map(decodeURIComponent);
  url.username = url.password = '';
  const headers: Record<string, string> = name ? { authorization: `Basic ${btoa(`${name}:${password}`)}` } : {};
  return { root: url.href.replace(/\/$/, ''), headers };
}
