import { type How, type Key, keysOf, wordsOf } from '@stet/protocol';
import type { Entry, Stored, Write } from '../store.js';

// What a write comes to, before any database is asked: the record as it leaves it, its entry in the log, the keys and
// words that change, and who is told.

/** A write on its way, and the record as it leaves it. */
export interface Step {
  write: Write;
  after: Stored;
}

export const stepOf = (write: Write): Step => ({
  write,
  after: {
    workspace: write.workspace,
    resource: write.resource.name,
    id: write.id,
    version: (write.before?.version ?? 0) + 1,
    body: write.body,
    createdAt: write.before?.createdAt ?? write.at,
    createdBy: write.before?.createdBy ?? write.by.id,
    updatedAt: write.at,
    updatedBy: write.by.id,
  },
});

export const entryOf = ({ write, after }: Step, seq: number): Entry => ({
  workspace: after.workspace,
  seq,
  resource: after.resource,
  id: after.id,
  version: after.version,
  action: write.action,
  fields: write.fields,
  by: write.by,
  at: write.at,
  key: write.key?.key ?? null,
  how: write.how ?? null,
  left: after,
});

const keyName = ({ field, key }: Key): string => `${field}\u0000${key}`;

/** Which keys the write takes away and which it adds; most writes touch few. */
export function keysMoved({ resource, before, body, at }: Write): { gone: Key[]; come: Key[] } {
  const old = before?.body ? keysOf(resource, before.body, before.updatedAt) : [];
  const now = body ? keysOf(resource, body, at) : [];
  const had = new Set(old.map(keyName));
  const has = new Set(now.map(keyName));
  return { gone: old.filter((key) => !has.has(keyName(key))), come: now.filter((key) => !had.has(keyName(key))) };
}

/** The words by which the record is found from now on, null for none; undefined where they stay as they are. */
export function wordsMoved({ resource, before, body }: Write): string | null | undefined {
  const words = body ? wordsOf(resource, body) : null;
  return words === (before?.body ? wordsOf(resource, before.body) : null) ? undefined : words;
}

/** Whose values a write replaced knowingly (M4): each is told once. */
export const peopleOver = (how: How | null | undefined): string[] => [
  ...new Set(how?.over?.whose.map(({ id }) => id) ?? []),
];
