import { type Body, equal, type Merge, merge, type Resource, type Value } from '@stet/protocol';

// A person's edit against what the record holds by now: the same merge that the server makes, before anything is sent.

export interface Parts {
  /** What the edit started from; null for a record that does not exist yet. */
  base: Body | null;
  /** Fields that showed another value when the person began on them: it counts in the base's stead. */
  origins: Readonly<Record<string, Value>>;
  /** What the person has typed, in stored form. */
  typed: Readonly<Record<string, Value>>;
}

/** What each field started from. */
export const startOf = ({ base, origins }: Parts): Body | null => base && { ...base, ...origins };

/** The whole record as the person would have it, had nobody else touched it. */
export const mineOf = (parts: Parts): Body => ({ ...startOf(parts), ...parts.typed });

export const judge = (resource: Resource, parts: Parts, theirs: Body): Merge =>
  merge(resource, startOf(parts), mineOf(parts), theirs);

export type Rebased =
  /** What to write on top of theirs: only what the person touched, and only where it differs. */
  { kind: 'combined'; fields: Body } | { kind: 'conflict' };

export function rebase(resource: Resource, parts: Parts, theirs: Body): Rebased {
  const { merged } = judge(resource, parts, theirs);
  if (!merged) return { kind: 'conflict' };
  const names = Object.keys(parts.typed).filter((name) => !equal(merged[name], theirs[name]));
  return { kind: 'combined', fields: Object.fromEntries(names.map((name) => [name, merged[name] ?? null])) };
}
