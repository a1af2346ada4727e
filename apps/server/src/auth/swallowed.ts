import { AsyncLocalStorage } from 'node:async_hooks';
import { StoreUnavailable } from '@stet/store';

// The library catches some of what its database throws, and answers as if nobody were signed in, or, to a sign-out, that it
// is done. A store that is away says neither of these: what was caught on the way is thrown after all.

const asking = new AsyncLocalStorage<{ away: StoreUnavailable | null }>();

/** Asks the library; throws `StoreUnavailable` where it has met one, whatever it made of it. */
export async function ask<T>(library: () => Promise<T>): Promise<T> {
  const met: { away: StoreUnavailable | null } = { away: null };
  const asked = await asking.run(met, library).then(
    (result) => ({ kind: 'answered' as const, result }),
    (error: unknown) => ({ kind: 'failed' as const, error }),
  );
  if (met.away) throw met.away;
  if (asked.kind === 'failed') throw asked.error;
  return asked.result;
}

/** Has what the library asks its database by notice when the store is away. */
export function listenTo(adapter: object): void {
  for (const [name, method] of Object.entries(adapter)) {
    if (typeof method !== 'function') continue;
    const noticing = async (...given: unknown[]): Promise<unknown> => {
      try {
        return await Reflect.apply(method, adapter, given);
      } catch (error) {
        isTold(error);
        throw error;
      }
    };
    Reflect.set(adapter, name, noticing);
  }
}

/** Whether this is what somebody who asks will be told, and so need not be logged. */
export function isTold(error: unknown): boolean {
  const met = asking.getStore();
  if (!met || !(error instanceof StoreUnavailable)) return false;
  met.away = error;
  return true;
}
