import type { Logger } from 'pino';
import type { Bus } from './bus.js';
import { Listeners } from './listeners.js';
import { nameOf, topicOf } from './topics.js';

/** The bus inside one process. */
export function createMemoryBus(log: Logger): Bus {
  const listeners = new Listeners(log);
  return {
    publish: (wake) => listeners.tell(nameOf(topicOf(wake)), wake),
    subscribe: (topic, listener) => listeners.add(nameOf(topic), listener, true),
    state: () => 'up',
    async close() {
      listeners.clear();
    },
  };
}
