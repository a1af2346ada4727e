import type { Bus, Wake } from './bus.js';

/** The bus inside one process. */
export function createMemoryBus(): Bus {
  const listeners = new Set<(wake: Wake) => void>();
  return {
    publish(wake) {
      // Later, not now: whoever publishes has answered first, and no listener's failure is the publisher's.
      for (const listener of listeners) setImmediate(() => listeners.has(listener) && listener(wake));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      listeners.clear();
    },
  };
}
