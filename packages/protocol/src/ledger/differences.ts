import { type Body, emptyBody, equal, type Resource } from '../resource.js';

// Which fields a version changed, judged by its content and the one before, against which it says that it did.

export interface Differences {
  unsaid: string[];
  untrue: string[];
}

const none: Differences = { unsaid: [], untrue: [] };

/** Fields whose values are not the same; a name that only one side has counts as such. */
function differing(before: Body, after: Body): string[] {
  const names: string[] = [];
  for (const name in after) if (!equal(before[name], after[name])) names.push(name);
  for (const name in before) if (!(name in after)) names.push(name);
  return names;
}

const empties = new WeakMap<Resource, Body>();

function emptyOf(resource: Resource): Body {
  const known = empties.get(resource) ?? emptyBody(resource);
  empties.set(resource, known);
  return known;
}

/**
 * `stood`: null where nothing did. `resource` is undefined for one that is not known here. A field may have come or gone
 * since with a resource's declaration: that a name is missing on one side is no change by itself. One that is not known
 * here changed where it came, or got another value: who knew it then would have said so.
 */
export function differences(
  resource: Resource | undefined,
  stood: Body | null,
  after: Body,
  said: readonly string[],
): Differences {
  const before = stood ?? (resource ? emptyOf(resource) : {});
  const changed = differing(before, after);
  if (changed.length === said.length && changed.every((name) => said.includes(name))) return none;
  const value = (body: Body, name: string) => body[name] ?? resource?.fields[name]?.empty ?? null;
  const isKnown = (name: string) => resource === undefined || Object.hasOwn(resource.fields, name);
  return {
    unsaid: changed.filter(
      (name) =>
        !said.includes(name) &&
        (isKnown(name) || (stood !== null && name in after)) &&
        !equal(value(before, name), value(after, name)),
    ),
    untrue: said.filter((name) => !changed.includes(name)),
  };
}
