import {
  type Body,
  equal,
  isOlder,
  type Problem,
  parseFields,
  problem,
  problemName,
  quoted,
  type Receipt,
  type Resource,
  type Stale,
  type StetRecord,
  type Value,
} from '@stet/protocol';
import { type Answer, type Ask, isFinal, isPassing, isUnknown, passingWords, whyPassing } from '../api.js';
import type { Own } from '../own.js';
import type { Persistent, Trying } from '../persistent.js';
import type { StetModel } from '../record.js';
import type { Edit } from './edit.js';
import { rebase } from './rebase.js';

// One save on its way. Until an answer or an echo tells what became of it, it may have arrived: then it is sent again
// as it was, with its own key, and the server gives its first answer (V7); unless it was typed over since.

export interface Sent {
  key: string;
  ask: Ask;
  /** The fields as the person had them when it was sent. */
  mine: Record<string, Value>;
  /** An earlier try got no answer: it may have arrived. */
  lost: boolean;
}

export type Sending =
  | { kind: 'saved'; record: StetRecord; receipt: Receipt | null }
  | { kind: 'stale'; stale: Stale }
  | { kind: 'gone' }
  | { kind: 'refused'; problem: Problem }
  /** No answer, or one that says nothing of what became of an earlier try. */
  | { kind: 'unknown'; problem: Problem };

export interface Asked {
  /** Of the resource. */
  path: string;
  own: Own;
  edit: Edit;
  /** What was typed, in stored form. */
  mine: Body;
  record: StetModel | null;
  newId: string;
}

export type NextSave =
  | { kind: 'send'; sent: Sent }
  /** A person has to decide, which the page knows before it sends anything. */
  | { kind: 'ask' }
  /** Others have saved the same. */
  | { kind: 'agreed' };

/**
 * Writes on top of the newest version that the page has seen, and says which one the person started from: so the
 * server knows what was combined, and what was knowingly replaced (M4).
 */
export function nextSave({ path, own, edit, mine, record, newId }: Asked): NextSave {
  const server = record?.server;
  if (!record || server?.kind !== 'live' || !edit.base) {
    return { kind: 'send', sent: keyed({ method: 'POST', path, body: { id: newId, ...mine } }, own, {}, mine) };
  }
  const rebased = rebase(edit.resource, edit.parts(), server.body);
  if (rebased.kind === 'conflict') return { kind: 'ask' };
  const { fields } = rebased;
  if (Object.keys(fields).length === 0) return { kind: 'agreed' };
  const started = edit.startedFrom ?? edit.base.etag;
  // Of a log that was replaced there is nothing to be told.
  const base = isOlder(started, server.etag) ? { 'stet-base': quoted(started) } : {};
  const item = `${path}/${encodeURIComponent(record.id as string)}?onConflict=merge`;
  const based = { 'if-match': quoted(server.etag), ...base };
  return { kind: 'send', sent: keyed({ method: 'PATCH', path: item, body: fields }, own, based, mine) };
}

function keyed(ask: Omit<Ask, 'headers'>, own: Own, headers: Record<string, string>, mine: Sent['mine']): Sent {
  const key = own.newKey();
  return { key, ask: { ...ask, headers: { ...own.headers(), 'idempotency-key': key, ...headers } }, mine, lost: false };
}

/** Whether one of its values has been taken back or changed since. */
export function isTypedOver(resource: Resource, { mine }: Sent, edit: Edit): boolean {
  const typed = parseFields(resource, edit.raw());
  if (typed.kind === 'invalid') return true;
  const now = { ...edit.whole(), ...typed.value };
  return Object.entries(mine).some(([name, value]) => !equal(value, now[name]));
}

export const send = async (persistent: Persistent, sent: Sent, trying: Trying = {}): Promise<Sending> =>
  read(await persistent.ask(sent.ask, trying), sent);

function read(answer: Answer, { lost }: Sent): Sending {
  if (answer.kind === 'unreachable' || isPassing(answer)) return { kind: 'unknown', problem: passed(answer) };
  if (answer.kind === 'ok') {
    const record = answer.body as StetRecord & { receipt?: Receipt };
    return { kind: 'saved', record, receipt: record.receipt ?? null };
  }
  const { problem: refusal } = answer;
  if (problemName(refusal) === 'stale-version') return { kind: 'stale', stale: refusal as unknown as Stale };
  if (problemName(refusal) === 'gone') return { kind: 'gone' };
  return { kind: isUnknown(answer) || (lost && !isFinal(refusal)) ? 'unknown' : 'refused', problem: refusal };
}

const passed = (answer: Answer): Problem =>
  problem('unavailable', `${passingWords[whyPassing(answer)]} What you typed is here; save again.`);
