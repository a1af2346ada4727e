import {
  type Body,
  type Hearing,
  hearingOf,
  maySee,
  outOfSight,
  type Resource,
  type Role,
  resources,
} from '@stet/protocol';
import type { Entry, Store, Stored } from '@stet/store';

// Who may see a record as it stands, and who hears what of a write. What stood before is read only where it decides.

/** Whether this role sees all records of the resource that there are. */
export const seesAll = (resource: Resource, role: Role): boolean =>
  Object.keys(outOfSight(resource, role)).length === 0;

/** What stood before some writes, each with the content. */
export type Before = Map<Entry, Body | null>;

const before = async (store: Store, { workspace, resource, id, version }: Entry | Stored): Promise<Body | null> =>
  (await store.log.at(workspace, resource, id, version - 1))?.left.body ?? null;

/** A write may have moved the record into or out of somebody's sight. */
const movesSight = ({ resource, action, fields }: Entry): boolean => {
  const withheld = resources.get(resource)?.access.withheld;
  return withheld !== undefined && (action === 'destroy' || (action === 'update' && fields.includes(withheld.field)));
};

/** Adds to `known` what `hearing` has to know of these writes. */
export async function readBefore(store: Store, entries: readonly Entry[], known: Before = new Map()): Promise<Before> {
  for (const entry of entries) if (movesSight(entry) && !known.has(entry)) known.set(entry, await before(store, entry));
  return known;
}

/** What somebody in this role hears of a write. */
export function hearing(role: Role, entry: Entry, known: Before): Hearing {
  const resource = resources.get(entry.resource);
  if (!resource) return 'nothing';
  const { body } = entry.left;
  const stood = entry.action === 'create' ? null : (known.get(entry) ?? body ?? {});
  return hearingOf(resource, role, stood, body);
}

/** Whether this role may see the record; a tombstone, if it could see what was destroyed. */
export async function inSight(store: Store, resource: Resource, role: Role, stored: Stored | null): Promise<boolean> {
  if (!stored) return false;
  if (seesAll(resource, role)) return true;
  return maySee(resource, role, stored.body ?? (await before(store, stored)) ?? {});
}
