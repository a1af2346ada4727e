import { AsyncLocalStorage } from 'node:async_hooks';
import type { Store } from '@stet/store';
import type { Identity } from '../auth/identity.js';
import { createDoor, type Door } from '../door/door.js';
import type { Ask, Route } from '../door/route.js';
import type { Services } from '../door/services.js';
import type { Point } from './hold.js';
import type { Holds, Passing } from './holds.js';
import { holdRoutes } from './routes.js';

// The door of a server in test mode: the same one, in front of a store that pauses before and after a write, and with a
// pause before each answer. No other door knows of any of this.

export function heldDoor(services: Services, routes: readonly Route[], holds: Holds): Door {
  const current = new AsyncLocalStorage<Passing>();
  const reach = async (point: Point): Promise<void> => {
    const passing = current.getStore();
    if (passing) await holds.reach(point, passing);
  };
  const store = heldStore(services.store, reach);
  const door = createDoor({ ...services, store }, [...routes, ...holdRoutes(holds)]);
  const held =
    <T>(ask: (request: Ask, who: Identity | null) => Promise<T>) =>
    (request: Ask, who: Identity | null): Promise<T> => {
      if (!who) return ask(request, who);
      return current.run(passingOf(request, who), async () => {
        const answer = await ask(request, who);
        await reach('answer');
        return answer;
      });
    };
  return { routes: door.routes, ask: held(door.ask), open: held(door.open) };
}

/** What becomes of a write is decided by the store alone: the pauses change when, and nothing else. */
const heldStore = (store: Store, reach: (point: Point) => Promise<void>): Store => ({
  ...store,
  async write(write) {
    await reach('commit');
    const outcome = await store.write(write);
    if (outcome.kind === 'saved') await reach('publish');
    return outcome;
  },
});

const passingOf = ({ method, path, headers }: Ask, { user }: Identity): Passing => {
  const key = headers['idempotency-key'];
  return { method, path, user, ...(key === undefined ? {} : { key }) };
};
