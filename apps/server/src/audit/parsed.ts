import { type Body, howSchema, type LedgerEntry, type LedgerRow } from '@stet/protocol';
import type { RecordRow, VersionRow } from '@stet/store';
import * as z from 'zod';

// From rows to what the ledger takes. What is damaged is an answer here.

export type Parsed = { kind: 'entry'; entry: LedgerEntry } | { kind: 'unreadable'; part: string };

const actions: ReadonlySet<string> = new Set<LedgerEntry['action']>(['create', 'update', 'destroy']);
const isAction = (text: string): text is LedgerEntry['action'] => actions.has(text);

const names = z.array(z.string());

export function parsedVersion(row: VersionRow): Parsed {
  const { version, seq, by, at, action } = row;
  if (!isAction(action)) return { kind: 'unreadable', part: 'action' };
  const fields = names.safeParse(json(row.fields));
  if (!fields.success) return { kind: 'unreadable', part: 'list of fields' };
  const body = bodyOf(row.body);
  if (body === undefined) return { kind: 'unreadable', part: 'content' };
  const how = row.how === null ? null : howSchema.safeParse(json(row.how));
  if (how?.success === false) return { kind: 'unreadable', part: 'account of how it came about' };
  return {
    kind: 'entry',
    entry: { version, seq, action, fields: fields.data, by, at, body, how: how?.data ?? null },
  };
}

/** `last`: the version that it should equal, with its text: most often the same, and then not read once more. */
export function parsedRow(row: RecordRow, last: { text: string | null; body: Body | null } | null): LedgerRow {
  const body = last && last.text === row.body ? last.body : bodyOf(row.body);
  // What can't be read differs in all of it.
  return { ...row, body: body ?? null };
}

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** undefined for what is no object of JSON. */
export function bodyOf(text: string | null): Body | null | undefined {
  if (text === null) return null;
  const value = json(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : undefined;
}
