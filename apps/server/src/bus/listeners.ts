import type { Logger } from 'pino';
import type { Heard } from './bus.js';

// Those who listen on this node, by the name of their topic.

export type Listener = (heard: Heard) => void;

export class Listeners {
  readonly #byName = new Map<string, Set<Listener>>();
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** `isHeard`: the topic is heard already, so there is nothing to wait for. Returns its undo. */
  add(name: string, listener: Listener, isHeard: boolean): () => void {
    // The same function may be given twice, and each time has its own undo.
    const one: Listener = (heard) => listener(heard);
    const listeners = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, listeners.add(one));
    if (isHeard) this.#later(listeners, one, { kind: 'anew' });
    return () => {
      listeners.delete(one);
      if (listeners.size === 0 && this.#byName.get(name) === listeners) this.#byName.delete(name);
    };
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  tell(name: string, heard: Heard): void {
    const listeners = this.#byName.get(name);
    if (listeners) for (const listener of listeners) this.#later(listeners, listener, heard);
  }

  clear(): void {
    for (const listeners of this.#byName.values()) listeners.clear();
    this.#byName.clear();
  }

  /** Not now: whoever publishes has answered first, and no listener's failure is the publisher's. */
  #later(listeners: Set<Listener>, listener: Listener, heard: Heard): void {
    setImmediate(() => {
      if (!listeners.has(listener)) return;
      try {
        listener(heard);
      } catch (error) {
        this.#log.error({ err: error }, 'a listener of the bus failed');
      }
    });
  }
}
