import type { Author, Body, Resource, Value } from '@stet/protocol';
import { fieldChanges, type Met, type Whose } from '../news.js';
import type { Between } from './choice.js';

// What came in from others while a person edits, gathered for the one banner (C3).

export interface Overtaken {
  version: number;
  changes: Array<{ by: Author | null; at: string; whose: Whose; version: number; fields: string[] }>;
  /** From what each field was when the first of them came, to what it is now; `touched`: the person changed it too. */
  fields: Array<{ name: string; before: Value; after: Value; touched: boolean; by: Author | null }>;
}

/** Adds one more change to what was gathered so far. */
export function overtake(
  before: Overtaken | null,
  { by, at, whose, to, fields }: Met,
  isTouched: (name: string) => boolean,
): Overtaken {
  const known = new Map(before?.fields.map((field) => [field.name, field]));
  for (const { name, before: old, after } of fields) {
    // What it was may have been nothing at all.
    const first = known.get(name);
    known.set(name, { name, before: first ? first.before : old, after, by, touched: isTouched(name) });
  }
  const names = fields.map(({ name }) => name);
  const changes = [...(before?.changes ?? []), { by, at, whose, version: to, fields: names }];
  return { version: to, changes, fields: [...known.values()] };
}

export interface Absence {
  resource: Resource;
  /** What the edit started from, and what the record holds now. */
  base: Body;
  now: Body;
  /** What was saved in between, oldest first; as far back as it was asked for. */
  between: readonly Between[];
  whose(by: Author): Whose;
  isTouched(name: string): boolean;
}

/** The same, of all that was saved while the person was away. */
export function overtakenWhileAway({ resource, base, now, between, whose, isTouched }: Absence): Overtaken | null {
  const last = between.at(-1);
  if (!last) return null;
  const fields = fieldChanges(resource, base, now).map(({ name, before, after }) => {
    const by = between.findLast((change) => change.fields.includes(name))?.by ?? null;
    return { name, before, after, by, touched: isTouched(name) };
  });
  const changes = between.map((change) => ({ ...change, whose: whose(change.by) }));
  return { version: last.version, changes, fields };
}

/** Who saved what, where the person has to choose. */
export const betweenOf = (overtaken: Overtaken | null): Between[] =>
  (overtaken?.changes ?? []).flatMap(({ by, at, version, fields }) => (by ? [{ by, at, version, fields }] : []));
