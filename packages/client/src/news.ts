import {
  type Author,
  type Change,
  changedFields,
  emptyBody,
  type How,
  type Resource,
  type StetRecord,
  type Tombstone,
  type Value,
} from '@stet/protocol';

// What a record can hear, from whichever side: the log's change, a list or a read, the answer to an own save, and the
// refusal of a stale one. All of it goes through the record's one method `meet`.

export type News =
  | { kind: 'change'; change: Change; whose: Whose }
  | { kind: 'read'; record: StetRecord }
  | { kind: 'saved'; record: StetRecord }
  | { kind: 'stale'; current: StetRecord | Tombstone; last: { by: Author; at: string } | null; whose: Whose }
  | { kind: 'destroyed'; tombstone: Tombstone; whose: Whose }
  /** The server tells this reader of no such record. */
  | { kind: 'missing' };

/** This page's own, the same person's other tab, or somebody else's. */
export type Whose = 'own' | 'own-elsewhere' | 'other';

/** One field's way from one version to a later one. */
export interface FieldChange {
  name: string;
  before: Value;
  after: Value;
}

/** What a record tells those who look at it, once it has met news that moved it on. */
export interface Met {
  from: number;
  to: number;
  by: Author | null;
  at: string;
  whose: Whose;
  fields: FieldChange[];
  destroyed: boolean;
  /** It is of another log: what was known before proves nothing, and its versions can't be compared with these. */
  anew: boolean;
  /** The Idempotency-Key of the write that this tells of. */
  key: string | null;
  how: How | null;
}

type Fields = Record<string, Value>;

export function fieldChanges(resource: Resource, before: Fields | null, after: Fields | null): FieldChange[] {
  const empty = emptyBody(resource);
  const [old, now] = [before ?? empty, after ?? empty];
  return changedFields(resource, old, now).map((name) => ({
    name,
    before: old[name] ?? null,
    after: now[name] ?? null,
  }));
}

export const isTombstone = (current: StetRecord | Tombstone): current is Tombstone => 'deleted' in current;
