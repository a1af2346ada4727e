import { type Author, type Body, changedFields, equal, type How, merge, type Resource } from '@stet/protocol';

// Whose values an author saw and replaced all the same (M4). Pure: three contents, and who wrote which field.

/** Fields that others changed from `base` to `theirs`, and that have another value in `mine` with no trace of that. */
export function replacedFields(resource: Resource, base: Body, mine: Body, theirs: Body): string[] {
  return changedFields(resource, base, theirs).filter(
    (name) => !equal(mine[name], theirs[name]) && !holds(resource, name, { base, mine, theirs }),
  );
}

/** Whether theirs is in mine already: whoever combined the two by hand has replaced nobody's. */
function holds(resource: Resource, name: string, sides: { base: Body; mine: Body; theirs: Body }): boolean {
  const field = resource.fields[name];
  if (!field) return false;
  // By the field's own rule alone: what the other fields come to says nothing of this one.
  const alone: Resource = { ...resource, fields: { [name]: field }, together: [], check: () => [] };
  const { combined } = merge(alone, sides.base, sides.mine, sides.theirs);
  return Object.hasOwn(combined, name) && equal(combined[name], sides.mine[name]);
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
