import { AsyncLocalStorage } from 'node:async_hooks';
import type { Net } from './net.js';

// Clocks of clients that are off. Whoever acts for a client does so within `withSkew`: what is begun there, timers and
// promises too, reads the client's clock. Only Date is off; durations (`performance`) go on as they are.

const skews = new AsyncLocalStorage<number>();

/** Milliseconds that the clock is ahead for whoever asks. */
export const currentSkew = (): number => skews.getStore() ?? 0;

/** Runs this, and all that it begins, with a clock that is so many milliseconds ahead of the true one. */
export function withSkew<T>(ms: number, run: () => T): T {
  // To keep a context costs every promise something: as long as no clock is off, there is none.
  return ms === currentSkew() ? run() : skews.run(ms, run);
}

/**
 * Has Date tell everybody their own time; over whatever Date is there, a virtual clock's too. Timers of such a clock know
 * of no context: it is kept for them. Returns its undo.
 */
export function installSkew(): () => void {
  const undo = [replace('Date', skewedDate), replace('setTimeout', kept), replace('setInterval', kept)];
  return () => {
    for (const each of undo) each();
  };
}

function skewedDate(there: DateConstructor): DateConstructor {
  const now = (): number => there.now() + currentSkew();
  return new Proxy(there, {
    construct: (target, given, asked) => Reflect.construct(target, given.length === 0 ? [now()] : given, asked),
    apply: () => new there(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
}

type Timing = (run: () => void, ...rest: unknown[]) => unknown;

function kept<T extends typeof setTimeout | typeof setInterval>(there: T): T {
  return new Proxy(there, {
    apply(target, self, [run, ...rest]: Parameters<Timing>) {
      const skew = currentSkew();
      return Reflect.apply(target, self, [(...given: []) => withSkew(skew, () => run(...given)), ...rest]);
    },
  });
}

/** Whoever has put something else in its place meanwhile is left alone. */
function replace<K extends 'Date' | 'setTimeout' | 'setInterval'>(
  name: K,
  by: (there: (typeof globalThis)[K]) => (typeof globalThis)[K],
): () => void {
  const there = globalThis[name];
  const ours = by(there);
  globalThis[name] = ours;
  return () => {
    if (globalThis[name] === ours) globalThis[name] = there;
  };
}

/** A client's way out of its own time: what lies behind it has the true time, and what comes back meets the client's. */
export function atTrueTime({ fetch: fetching, dial }: Net): Net {
  return {
    fetch: (input, init) => withSkew(0, () => fetching(input, init)),
    dial(dialling) {
      const skew = currentSkew();
      const line = withSkew(0, () =>
        dial({
          ...dialling,
          trying: (transport) => withSkew(skew, () => dialling.trying(transport)),
          open: (transport) => withSkew(skew, () => dialling.open(transport)),
          message: (text) => withSkew(skew, () => dialling.message(text)),
          lost: () => withSkew(skew, () => dialling.lost()),
        }),
      );
      return {
        send: (text) => withSkew(0, () => line.send(text)),
        close: () => withSkew(0, () => line.close()),
      };
    },
  };
}
