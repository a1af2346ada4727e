import type { Answer } from '@stet/client';
import {
  bodyOf,
  books,
  type Change,
  type ChangePage,
  type ProblemName,
  problemName,
  type Receipt,
  readCursor,
  readEtag,
  type StetRecord,
  unquoted,
} from '@stet/protocol';
import type { Fields, Op, Result, Told, Version } from '../../history/event.js';
import type { Names } from './names.js';

// What goes over Stet's wire, in the words of the history: a request as what was asked for, an answer as what came of it.
// Both are the same over HTTP and over the socket.

export interface Ask {
  method: string;
  /** Below the base, with its query. */
  path: string;
  header(name: string): string | null;
  body: unknown;
}

export interface Said {
  status: number;
  header(name: string): string | null;
  body: unknown;
}

export const seqOf = (cursor: string): number | null => readCursor(cursor)?.seq ?? null;

const names = Object.keys(books.fields);
const place = /^\/workspaces\/[^/?]+\/books(?:\/([^/?]+)(\/restore)?)?(?:\?(.*))?$/;

/** What is asked for; null for what is no call of the history (a ticket, a history, who is where). */
export function opOf({ method, path, header, body }: Ask, named: Names): Op | null {
  const match = place.exec(path);
  if (!match) return null;
  const [, id, restore, query = ''] = match;
  const sent = (body ?? {}) as Record<string, unknown>;
  if (id === undefined) {
    // What a search or a filter leaves out says nothing, and no further page does by itself.
    if (method === 'GET') return isWhole(query) ? { do: 'list' } : null;
    return { do: 'create', record: named.record(String(sent.id)), set: fieldsOf(sent) };
  }
  const record = named.record(decodeURIComponent(id));
  if (method === 'GET') return { do: 'read', record };
  const base = versionOf(header('if-match'));
  if (method === 'DELETE') return { do: 'destroy', record, base };
  if (restore !== undefined) {
    const { version, fields } = sent as { version: number; fields?: string[] };
    return { do: 'restore', record, base, version, ...(fields ? { fields } : {}) };
  }
  const set = fieldsOf(sent);
  const started = versionOf(header('stet-base'));
  return {
    ...{ do: 'update', record, set, typed: Object.keys(set), base },
    ...(started ? { started } : {}),
    ...(new URLSearchParams(query).get('onConflict') === 'merge' ? { merge: true } : {}),
  };
}

const isWhole = (query: string): boolean =>
  [...new URLSearchParams(query)].every(([name, value]) => name === 'sort' || name === 'limit' || value === '');

/** What was sent and no more; a name that is no field of a record stays away. */
const fieldsOf = (sent: Record<string, unknown>): Fields =>
  Object.fromEntries(Object.entries(sent).filter(([name]) => names.includes(name)));

function versionOf(header: string | null): Version | null {
  if (header === null) return null;
  const tag = unquoted(header);
  return { n: readEtag(tag)?.version ?? null, tag };
}

const why: Partial<Record<ProblemName, (Result & { is: 'refused' })['why']>> = {
  'stale-version': 'stale',
  gone: 'gone',
  'not-found': 'absent',
  'id-in-use': 'taken',
  'version-missing': 'unguarded',
  invalid: 'invalid',
  malformed: 'invalid',
  'too-large': 'invalid',
  forbidden: 'forbidden',
  unauthenticated: 'forbidden',
  'key-reused': 'key-reused',
  'too-many-requests': 'busy',
};

/** `bySocket`: an answer that is too large for a socket says nothing of what became of the write. */
export function resultOf(op: Op, { status, header, body }: Said, named: Names, bySocket: boolean): Result {
  const isRead = op.do === 'read' || op.do === 'list';
  if (status >= 200 && status < 300) {
    if (op.do === 'list') return listOf(body, named);
    const unchanged = !isRead && header('stet-cursor') === null;
    return {
      is: 'ok',
      ...recordOf(body as StetRecord),
      ...(unchanged ? { unchanged } : {}),
      ...receiptOf(body, named),
    };
  }
  if (status === 304) return { is: 'unknown', why: 'It stands as it was read before.' };
  const problem = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  // Of a write that met a busy server or a failing one, nothing is known: it may have been made.
  if (status >= 500 && !(isRead && status === 503)) return { is: 'unknown', why: `the answer ${status}` };
  if (bySocket && status === 413) return { is: 'unknown', why: 'The answer was too large for the socket.' };
  const current = currentOf(problem);
  const known = status === 503 ? 'busy' : why[problemName(problem) ?? 'internal'];
  return { is: 'refused', why: known ?? 'other', status, ...(current ? { current } : {}) };
}

/** A tombstone has neither fields nor times. */
const recordOf = (record: StetRecord): { version: Version; fields: Fields | null } => ({
  version: { n: record.version, tag: record.etag },
  fields: record.updatedAt === undefined ? null : bodyOf(record, names),
});

/** What stands there, as the answer to the reading of one record tells it; null where it tells of none. */
export function standingOf(answer: Answer): { version: Version; fields: Fields | null } | null {
  switch (answer.kind) {
    case 'ok':
      return recordOf(answer.body as StetRecord);
    case 'refused':
      return currentOf(answer.problem);
    case 'unreachable':
      return null;
  }
}

function receiptOf(body: unknown, named: Names): { receipt?: { with: string[]; fields: string[] } } {
  const { receipt } = body as { receipt?: Receipt };
  if (!receipt) return {};
  const people = new Set(receipt.with.map(({ by }) => named.user(by.id)));
  return { receipt: { with: [...people], fields: Object.keys(receipt.fields) } };
}

function currentOf(problem: Record<string, unknown>): { version: Version; fields: Fields | null } | null {
  switch (problemName(problem)) {
    case 'stale-version':
      return recordOf(problem.current as StetRecord);
    case 'gone':
      return { version: { n: Number(problem.version), tag: String(problem.etag) }, fields: null };
    default:
      return null;
  }
}

function listOf(body: unknown, named: Names): Result {
  const { items, next, cursor } = body as { items: StetRecord[]; next: string | null; cursor: string };
  if (next !== null) return { is: 'unknown', why: 'It is one page of a longer list.' };
  return {
    is: 'list',
    seq: seqOf(cursor),
    records: items.map((item) => {
      const { version, fields } = recordOf(item);
      return { record: named.record(item.id), version, fields: fields ?? {} };
    }),
  };
}

export function toldOf(change: Change, named: Names): Told {
  const { seq, id, action, version, etag, fields, by, key, how, obj } = change;
  const { combined, over } = how ?? {};
  return {
    ...{ seq, record: named.record(id), action, version: { n: version, tag: etag }, changed: fields },
    fields: obj ? bodyOf(obj, names) : null,
    by: named.user(by.id),
    key: key ?? null,
    ...(combined ? { combined: { base: combined.base, with: combined.with.map((one) => named.user(one.id)) } } : {}),
    ...(over ? { over: over.whose.map((one) => ({ user: named.user(one.id), fields: one.fields })) } : {}),
  };
}

export interface PageTold {
  told: Told[];
  cursor: string;
  more: boolean;
}

/** A piece of the log as it is read over HTTP. */
export function pageOf(body: unknown, named: Names): PageTold {
  const { changes, cursor, more } = body as ChangePage;
  return { told: changes.map((change) => toldOf(change, named)), cursor, more };
}
