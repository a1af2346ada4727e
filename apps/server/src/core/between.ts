import type { Logger } from 'pino';
import type { Bus, Wake } from '../bus/bus.js';
import { createMemoryBus } from '../bus/memory-bus.js';

// The bus between nodes that are in one process: each hears itself at once, and the others as long as what is between
// them is there. What is lost they find in the log (H3).

export type BusState = 'up' | 'lost' | 'paused';

export interface Between {
  /** The bus of one node; it is closed when the node ends. */
  join(): Bus;
  /** What was said while it was paused is told when it is up again; what is said while it is lost, never. */
  become(state: BusState): void;
}

export function createBetween(log: Logger): Between {
  const joined = new Set<Bus>();
  let state: BusState = 'up';
  let held: Array<{ wake: Wake; from: Bus }> = [];

  function tellOthers(wake: Wake, from: Bus): void {
    for (const other of joined) if (other !== from) other.publish(wake);
  }

  return {
    join() {
      const own = createMemoryBus(log);
      joined.add(own);
      return {
        subscribe: own.subscribe,
        publish(wake) {
          if (!joined.has(own)) return;
          own.publish(wake);
          if (state === 'up') tellOthers(wake, own);
          else if (state === 'paused') held.push({ wake, from: own });
        },
        state: () => (state === 'up' ? 'up' : 'down'),
        async close() {
          joined.delete(own);
          await own.close();
        },
      };
    },
    become(next) {
      state = next;
      if (state === 'paused') return;
      const waiting = held;
      held = [];
      if (state === 'up') for (const { wake, from } of waiting) tellOthers(wake, from);
    },
  };
}
