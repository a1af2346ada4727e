import type { Store } from '@stet/store';
import type { Logger } from 'pino';
import type { Auth } from '../auth/auth.js';
import type { Bus } from '../bus/bus.js';
import type { Door } from '../door/door.js';
import type { Services } from '../door/services.js';
import { Hub, type HubFloors } from '../hub/hub.js';
import type { Limits } from '../limits.js';
import { createPresence } from '../presence/create-presence.js';
import type { RedisLink } from '../redis/redis.js';
import { createSessions, type Sessions } from '../socket/session.js';
import { createTickets } from '../socket/tickets.js';

// What a server is between its network and its store, put together in one place: for the process that serves, and for
// the simulator's, which has no network.

export interface MiddleOptions {
  store: Store;
  bus: Bus;
  redis: RedisLink | null;
  /** Whether those who have a socket open still may. */
  watch: Auth['watch'];
  limits: Limits;
  floors: HubFloors;
  log: Logger;
  doorOf(services: Services): Door;
}

export interface Middle {
  door: Door;
  hub: Hub;
  sessions: Sessions;
  /** Closes what a session or token had opened, and forgets what it said (S4). */
  endSession(session: string): void;
  close(): Promise<void>;
}

export function createMiddle(options: MiddleOptions): Middle {
  const { store, bus, redis, watch, limits, floors, log } = options;
  const hub = new Hub(store, bus, log, floors);
  const presence = createPresence({ store, bus, hub, log, redis });
  const services = { store, bus, tickets: createTickets(store), presence };
  const door = options.doorOf(services);
  return {
    door,
    hub,
    sessions: createSessions({ door, hub, services, watch, limits, log }),
    endSession(session) {
      hub.endSession(session);
      presence.endSession(session);
    },
    async close() {
      await presence.close();
      await hub.close();
    },
  };
}
