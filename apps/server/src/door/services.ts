import type { Store } from '@stet/store';
import type { Bus } from '../bus/bus.js';
import type { Presence } from '../presence/presence.js';
import type { Tickets } from '../socket/tickets.js';

// What the routes stand on.

export interface Services {
  store: Store;
  bus: Bus;
  tickets: Tickets;
  presence: Presence;
}
