import { atLeast, type Role, resources } from '@stet/protocol';
import type { Store } from '@stet/store';
import { inSight, seesAll } from '../door/sight.js';
import { keyOf, type Spot } from './board.js';

// Who may know of the people at a record: whoever may see the record itself (S1). That nobody may know of them at a
// record that does not exist tells no more of one that is out of sight.

/** Whether what this role sees of the resource's records depends on the record. */
export const seesSome = (role: Role, { resource: name }: Spot): boolean => {
  const resource = resources.get(name);
  return resource !== undefined && atLeast(role, resource.access.read) && !seesAll(resource, role);
};

export type Sight = (role: Role, spot: Spot) => Promise<boolean>;

/** Looks at each record once; made anew for each time that something is told. */
export function sightIn(store: Store, workspace: string): Sight {
  const looked = new Map<string, Promise<boolean>>();
  return async (role, spot) => {
    const resource = resources.get(spot.resource);
    if (!resource || !atLeast(role, resource.access.read)) return false;
    if (seesAll(resource, role)) return true;
    const known = `${role} ${keyOf(spot)}`;
    const sees =
      looked.get(known) ??
      store.records.get(workspace, spot.resource, spot.id).then((stored) => inSight(store, resource, role, stored));
    looked.set(known, sees);
    return sees;
  };
}
