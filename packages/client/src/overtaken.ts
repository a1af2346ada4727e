import type { Author, Value } from '@stet/protocol';
import type { Met, Whose } from './news.js';

// What came in from others while a person edits, gathered for the one banner (C3).

export interface Overtaken {
  version: number;
  changes: Array<{ by: Author | null; at: string; whose: Whose; version: number }>;
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
    const first = known.get(name)?.before ?? old;
    known.set(name, { name, before: first, after, by, touched: isTouched(name) });
  }
  const changes = [...(before?.changes ?? []), { by, at, whose, version: to }];
  return { version: to, changes, fields: [...known.values()] };
}
