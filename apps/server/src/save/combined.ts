import { type Author, type Body, equal, type How, type Resource, type Verdict } from '@stet/protocol';

// Whose parts stand in a version that came from more than one edit (M4). Pure, as its sibling `replaced` is.

type Combined = NonNullable<How['combined']>;

export interface Contents {
  /** What its author had started from. */
  base: Body;
  /** What others had made of that. */
  theirs: Body;
  /** What the version holds. */
  after: Body;
}

/** Whose each field is that either side changed. `replaced`: those of theirs that the author put something else over. */
export function shares(
  resource: Resource,
  { base, theirs, after }: Contents,
  replaced: readonly string[],
): Combined['fields'] {
  const share = (name: string): Verdict | null => {
    const isTheirs = !equal(base[name], theirs[name]);
    if (equal(after[name], theirs[name])) return isTheirs ? 'theirs' : null;
    return isTheirs && !replaced.includes(name) ? 'merged' : 'mine';
  };
  return Object.fromEntries(
    Object.keys(resource.fields).flatMap((name): Array<[string, Verdict]> => {
      const verdict = share(name);
      return verdict ? [[name, verdict]] : [];
    }),
  );
}

/** The fields in which something of theirs stands. */
export const standing = (fields: Combined['fields']): string[] =>
  Object.keys(fields).filter((name) => fields[name] !== 'mine');

/** With whom it was combined: a value that replaces has its last writer, one that was woven all who had a part in it. */
export function combinedWith(
  resource: Resource,
  fields: readonly string[],
  writers: ReadonlyMap<string, readonly Author[]>,
  by: Author,
): Combined['with'] {
  const people = new Map<string, { id: string; name: string }>();
  for (const field of fields) {
    const all = writers.get(field) ?? [];
    for (const { id, name } of resource.fields[field]?.merge === 'replace' ? all.slice(0, 1) : all) {
      if (id !== by.id && !people.has(id)) people.set(id, { id, name });
    }
  }
  return [...people.values()];
}
