import { dial } from '@stet/client';
import * as z from 'zod';
import type { Editor } from '../editors/editor.js';
import type { Fields, Result, Version } from '../history/event.js';
import type { Adapter, AdapterOptions } from './adapter.js';
import { type Answer, type Ask, askBy } from './ask.js';
import { caughtUp, shownBy } from './caught-up.js';
import type { PageStore } from './desk.js';
import { openPage } from './page.js';
import { startTutorialServer } from './tutorial-server.js';

// The unguarded architecture as a store for scenarios: each editor is the page that goes with such a server. It knows no
// versions, so its history names none.

const none: Version = { n: null, tag: null };
const bookSchema = z.looseObject({ id: z.string() });
const changesSchema = z.object({ since: z.number(), ids: z.array(z.string()) });

/** Starts a server for the run, which ends with it. */
export async function createTutorialAdapter({ recorder, through }: AdapterOptions): Promise<Adapter> {
  const server = await startTutorialServer();
  const { url } = server;
  const pages: Editor[] = [];

  return {
    store: 'tutorial',
    has: { versions: false, log: false, keys: false, presence: false },
    access: null,
    async join({ name, user }) {
      const net = through({ fetch: (...asking) => fetch(...asking), dial }, name);
      const page = await openPage({ name, user, recorder, store: storeAt(url, askBy(net.fetch)) });
      pages.push(page);
      return page;
    },
    async truth(records) {
      const ask = askBy(fetch);
      const stands = new Map<string, Fields | null>();
      for (const record of shownBy(pages, records)) {
        const answer = await ask(bookUrl(url, record));
        if (answer.is === 'none') throw new Error(`The store does not answer any more: ${answer.why}`);
        stands.set(record, answer.status === 200 ? fieldsOf(answer.body) : null);
      }
      for (const [record, fields] of stands) recorder.note({ kind: 'stands', record, version: none, fields });
      recorder.note({ kind: 'log', whole: false, head: 0 });
      await caughtUp(pages, stands);
    },
    async stop() {
      for (const page of pages) page.stop();
      await server.stop();
    },
  };
}

const bookUrl = (url: string, record: string): string => `${url}/books/${encodeURIComponent(record)}`;

function fieldsOf(body: unknown): Fields {
  const { id: _, ...fields } = bookSchema.parse(body);
  return fields;
}

function storeAt(url: string, ask: Ask): PageStore {
  return {
    isGuarded: false,
    read: async (record, signal) => resultOf(await ask(bookUrl(url, record), { signal })),
    create: async (record, fields, signal) =>
      resultOf(await ask(`${url}/books`, { method: 'POST', body: { ...fields, id: record }, signal })),
    update: async (record, fields, _, signal) =>
      resultOf(await ask(bookUrl(url, record), { method: 'PUT', body: fields, signal })),
    destroy: async (record, _, signal) => resultOf(await ask(bookUrl(url, record), { method: 'DELETE', signal })),
    older: async () => null,
    async changes(after, wait, signal) {
      const query = new URLSearchParams({ ...(after !== null && { since: after }), ...(wait && { wait: 'true' }) });
      const answer = await ask(`${url}/changes?${query}`, { signal, within: 30_000 });
      const told = answer.is === 'answer' ? changesSchema.safeParse(answer.body).data : undefined;
      return told ? { at: String(told.since), records: told.ids } : null;
    },
  };
}

function resultOf(answer: Answer): Result {
  if (answer.is === 'none') return { is: 'unknown', why: answer.why };
  const { status, body } = answer;
  if (status === 204) return { is: 'ok', version: none, fields: null };
  if (status === 200 || status === 201) return { is: 'ok', version: none, fields: fieldsOf(body) };
  if (status >= 500) return { is: 'unknown', why: `answered with ${status}` };
  return { is: 'refused', why: status === 404 ? 'absent' : status === 400 ? 'invalid' : 'other', status };
}
