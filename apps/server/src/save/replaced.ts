import { type Author, type Body, changedFields, equal, type How, type Resource, type Value } from '@stet/protocol';
import { holds } from './holds.js';

// Whose values an author saw and replaced all the same (M4). Pure: three contents, and who wrote which field.

/** Fields that others changed from `base` to `theirs`, and that have another value in `mine` with no trace of that. */
export function replacedFields(resource: Resource, base: Body, mine: Body, theirs: Body): string[] {
  const at = (body: Body, name: string): Value => body[name] ?? null;
  return changedFields(resource, base, theirs).filter((name) => {
    const sides = { base: at(base, name), mine: at(mine, name), theirs: at(theirs, name) };
    return !equal(sides.mine, sides.theirs) && !holds(resource, name, sides);
  });
}

/** Each field is its last writer's, and nobody is told of replacing their own. */
export function overOf(
  seen: number,
  fields: readonly string[],
  writers: ReadonlyMap<string, readonly Author[]>,
  by: Author,
): How['over'] {
  const whose = new Map<string, { id: string; name: string; fields: string[] }>();
  for (const field of fields) {
    const last = writers.get(field)?.[0];
    if (!last || last.id === by.id) continue;
    const theirs = whose.get(last.id) ?? { id: last.id, name: last.name, fields: [] };
    theirs.fields.push(field);
    whose.set(last.id, theirs);
  }
  return whose.size === 0 ? undefined : { seen, whose: [...whose.values()] };
}
