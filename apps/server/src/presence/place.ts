import {
  atLeast,
  type InputIssue,
  type PresencePlace,
  type Problem,
  problem,
  type Role,
  resources,
} from '@stet/protocol';

// Where somebody says to be, judged by the resource: what is kept is short, and names nothing that is not known.

// An answer must not be many times what was sent.
const mostIssues = 50;

export type Read = { kind: 'places'; places: PresencePlace[] } | { kind: 'refused'; problem: Problem };

/** `pathOf` says where in the input the place with this number stands, up to its members. */
export function readPlaces(places: readonly PresencePlace[], role: Role, pathOf: (at: number) => string): Read {
  const errors = places.flatMap((place, at) =>
    faultsOf(place).map(({ path, message }): InputIssue => ({ path: `${pathOf(at)}${path}`, message })),
  );
  if (errors.length > 0) {
    return { kind: 'refused', problem: problem('invalid', undefined, { errors: errors.slice(0, mostIssues) }) };
  }
  const isReadable = ({ resource }: PresencePlace) => atLeast(role, resources.get(resource)?.access.read ?? 'manager');
  if (!places.every(isReadable)) return { kind: 'refused', problem: problem('not-found') };
  return { kind: 'places', places: places.map((place) => ({ ...place, dirty: [...new Set(place.dirty)].sort() })) };
}

/** Whether it names nothing but what there is. */
export const isKnown = (place: PresencePlace): boolean => faultsOf(place).length === 0;

function faultsOf({ resource: name, dirty, focus }: PresencePlace): InputIssue[] {
  const resource = resources.get(name);
  if (!resource) return [{ path: 'resource', message: 'is not a resource' }];
  const message = 'is not a field of this resource';
  const isUnknown = (field: string) => !Object.hasOwn(resource.fields, field);
  const faults = dirty.flatMap((field, at) => (isUnknown(field) ? [{ path: `dirty.${at}`, message }] : []));
  return focus !== undefined && isUnknown(focus) ? [...faults, { path: 'focus', message }] : faults;
}
