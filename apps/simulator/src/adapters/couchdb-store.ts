import * as z from 'zod';
import type { Fields, Result, Version } from '../history/event.js';
import type { Answer, Ask, Asking } from './ask.js';
import type { PageStore } from './desk.js';

// CouchDB's protocol, as far as a page speaks it: a document is written with the `_rev` that it is based on, and 409 is
// said where another one stands (https://docs.couchdb.org/en/stable/api/document/common.html).

const docSchema = z.looseObject({ _id: z.string(), _rev: z.string() });
const writtenSchema = z.looseObject({ rev: z.string() });
const revisionsSchema = z.looseObject({ _revisions: z.looseObject({ start: z.number(), ids: z.array(z.string()) }) });
const rowsSchema = z.looseObject({
  rows: z.array(
    z.looseObject({ value: z.looseObject({ rev: z.string(), deleted: z.boolean().optional() }).optional() }),
  ),
});
/** A place in the feed is a number or a text, and opaque. */
const placeSchema = z.union([z.string(), z.number()]);
const changesSchema = z.looseObject({
  results: z.array(z.looseObject({ id: z.string() })),
  last_seq: placeSchema,
});

/** `3-abc` is the third revision of a document. */
export const versionOf = (rev: string): Version => ({ n: Number.parseInt(rev, 10), tag: rev });

/** What begins with an underscore is the store's own. */
const fieldsOf = (doc: Fields): Fields =>
  Object.fromEntries(Object.entries(doc).filter(([name]) => !name.startsWith('_')));

/** `url`: of one database. */
export function couchStore(url: string, ask: Ask): PageStore {
  const docUrl = (record: string, query = ''): string => `${url}/${encodeURIComponent(record)}${query}`;

  async function write(record: string, query: string, asking: Asking, fields: Fields | null): Promise<Result> {
    const answer = await ask(docUrl(record, query), asking);
    if (answer.is === 'none' || answer.status >= 500) return unknown(answer);
    const written = answer.status < 300 ? writtenSchema.safeParse(answer.body).data : undefined;
    if (written) return { is: 'ok', version: versionOf(written.rev), fields };
    return refused(answer.status, 'stale');
  }

  async function read(record: string, signal: AbortSignal): Promise<Result> {
    const answer = await ask(docUrl(record), { signal });
    if (answer.is === 'answer' && answer.status === 404) return tombstone(record, signal);
    const doc = answer.is === 'answer' && answer.status === 200 ? docSchema.safeParse(answer.body).data : undefined;
    if (doc) return { is: 'ok', version: versionOf(doc._rev), fields: fieldsOf(doc) };
    const isRefused = answer.is === 'answer' && answer.status >= 400 && answer.status < 500;
    return isRefused ? refused(answer.status, 'other') : unknown(answer);
  }

  /** 404 says the same of what was deleted and of what never was; here it is told apart. */
  async function tombstone(record: string, signal: AbortSignal): Promise<Result> {
    const answer = await ask(`${url}/_all_docs`, { method: 'POST', body: { keys: [record] }, signal });
    const row = answer.is === 'answer' ? rowsSchema.safeParse(answer.body).data?.rows[0] : undefined;
    if (!row) return unknown(answer);
    if (!row.value) return { is: 'refused', why: 'absent', status: 404 };
    // Between the two questions it has come back.
    if (!row.value.deleted) return read(record, signal);
    const current = { version: versionOf(row.value.rev), fields: null };
    return { is: 'refused', why: 'gone', status: 404, current };
  }

  return {
    isGuarded: true,
    read,
    async create(record, fields, signal) {
      const result = await write(record, '', { method: 'PUT', body: fields, signal }, fields);
      return result.is === 'refused' && result.why === 'stale' ? { ...result, why: 'taken' } : result;
    },
    update: (record, fields, base, signal) =>
      write(record, '', { method: 'PUT', body: { ...fields, _rev: base.tag }, signal }, fields),
    destroy: (record, base, signal) =>
      write(record, `?rev=${encodeURIComponent(base.tag ?? '')}`, { method: 'DELETE', signal }, null),
    /** Revisions stand until the database is compacted. */
    async older(record, now, version, signal) {
      const traced = await ask(docUrl(record, `?revs=true&rev=${encodeURIComponent(now.tag ?? '')}`), { signal });
      const line = traced.is === 'answer' ? revisionsSchema.safeParse(traced.body).data?._revisions : undefined;
      const wanted = version ?? (now.n ?? 0) - 1;
      const id = line?.ids[line.start - wanted];
      if (id === undefined) return null;
      const answer = await ask(docUrl(record, `?rev=${wanted}-${id}`), { signal });
      const doc = answer.is === 'answer' && answer.status === 200 ? docSchema.safeParse(answer.body).data : undefined;
      return doc && doc._deleted !== true ? { version: versionOf(doc._rev), fields: fieldsOf(doc) } : null;
    },
    async changes(after, wait, signal) {
      const query = `since=${encodeURIComponent(after ?? 'now')}${wait ? '&feed=longpoll&timeout=20000' : ''}`;
      const answer = await ask(`${url}/_changes?${query}`, { signal, within: 25_000 });
      const told = answer.is === 'answer' ? changesSchema.safeParse(answer.body).data : undefined;
      return told ? { at: String(told.last_seq), records: told.results.map(({ id }) => id) } : null;
    },
  };
}

const unknown = (answer: Answer): Result => ({
  is: 'unknown',
  why: answer.is === 'none' ? answer.why : `answered with ${answer.status}`,
});

function refused(status: number, onConflict: 'stale' | 'other'): Result {
  const whys = { 400: 'invalid', 401: 'forbidden', 403: 'forbidden', 404: 'absent', 409: onConflict } as const;
  return { is: 'refused', why: whys[status as keyof typeof whys] ?? 'other', status };
}
