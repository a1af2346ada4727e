import { setTimeout as pause } from 'node:timers/promises';
import type { Store } from '@stet/store';
import type { Bus } from './bus/bus.js';

// Whether this node can do its work, for whoever sends it some. Redis is not needed for that: without it the others are
// only heard a little later.

export type Readiness = { kind: 'ready' } | { kind: 'degraded'; why: string } | { kind: 'waiting'; why: string };

/** Who asks has little patience, and a store that hangs says nothing for long. */
const answersWithin = 2_000;

export interface ReadinessOptions {
  store: Pick<Store, 'ready'>;
  bus: Pick<Bus, 'state'>;
  isStopping(): boolean;
  /** Milliseconds that the store has to answer. */
  within?: number;
}

export function createReadiness({ store, bus, isStopping, within = answersWithin }: ReadinessOptions) {
  let asked: Promise<boolean> | null = null;

  /** One question at a time: those that pile up would take the connections that the work needs. */
  function isThere(): Promise<boolean> {
    asked ??= store
      .ready()
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        asked = null;
      });
    return asked;
  }

  return async function ready(): Promise<Readiness> {
    if (isStopping()) return { kind: 'waiting', why: 'The server is stopping.' };
    const waited = new AbortController();
    const answers = await Promise.race([
      isThere(),
      pause(within, false, { signal: waited.signal, ref: false }),
    ]).finally(() => waited.abort());
    if (!answers) return { kind: 'waiting', why: 'The store does not answer.' };
    if (bus.state() === 'up') return { kind: 'ready' };
    return {
      kind: 'degraded',
      why: 'Redis cannot be reached, or does not let this node in (its log says which); what other nodes do is heard of a little later.',
    };
  };
}
