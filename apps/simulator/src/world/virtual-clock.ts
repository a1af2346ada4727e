import { AsyncResource } from 'node:async_hooks';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { createClock } from '@sinonjs/fake-timers';
import { replace } from './replaced.js';

// A clock that goes on when it is told to: from one timer to the next, with nothing in between. Everything that asks for
// the time, or to be woken, asks this one; what is done in the same turn (promises, nextTick) stays Node's own.

/** 5 January 2026, 09:00 UTC: every run begins there. */
export const beginning = Date.UTC(2026, 0, 5, 9);

export interface VirtualClock {
  /** Milliseconds since it began. */
  now(): number;
  /** Whether no timer is set. */
  isIdle(): boolean;
  /** Goes on to the timer that is due next, and fires it; its work may throw. */
  next(): void;
  /** Puts the real clock back. What is still set never fires. */
  uninstall(): void;
}

type Work = (...args: unknown[]) => unknown;

/** As Node sets it: at least a millisecond, so that who waits for nothing again and again does not stop the clock. */
const longest = 2 ** 31 - 1;
const delayOf = (ms: unknown): number => {
  const wanted = Number(ms);
  return wanted >= 1 && wanted <= longest ? Math.trunc(wanted) : 1;
};

export function installClock(): VirtualClock {
  const clock = createClock(beginning);
  const real = { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate };
  const ours = new WeakSet<object>();
  let due: (() => void) | null = null;
  /**
   * A timer's work belongs to who set it, as Node has it: AsyncLocalStorage tells it the same. It is done when the clock
   * has come to rest: what it sets for at once would be a millisecond late otherwise.
   */
  const bound = (work: Work, args: unknown[]) => {
    const resource = new AsyncResource('VirtualTimer', { requireManualDestroy: true });
    return () => {
      due = () => resource.runInAsyncScope(work, null, ...args);
    };
  };
  const own = <T extends object | number>(timer: T): T => {
    if (typeof timer === 'object') ours.add(timer);
    return timer;
  };
  /** One that was set before the world began is Node's. */
  const clearing = (virtual: (timer: never) => void, node: (timer: never) => void) => (timer: unknown) => {
    if (typeof timer === 'object' && timer !== null && !ours.has(timer)) node(timer as never);
    else virtual(timer as never);
  };
  const waiting = {
    setTimeout: (work: Work, ms?: unknown, ...args: unknown[]) => own(clock.setTimeout(bound(work, args), delayOf(ms))),
    setInterval: (work: Work, ms?: unknown, ...args: unknown[]) =>
      own(clock.setInterval(bound(work, args), delayOf(ms))),
    setImmediate: (work: Work, ...args: unknown[]) => own(clock.setImmediate(bound(work, args))),
    clearTimeout: clearing(clock.clearTimeout, real.clearTimeout),
    clearInterval: clearing(clock.clearInterval, real.clearInterval),
    clearImmediate: clearing(clock.clearImmediate, real.clearImmediate),
  };
  const undo = [
    replace(globalThis, { ...waiting, Date: clock.Date }),
    replace(performance, { now: () => clock.now - beginning }),
    replace(timers, waiting),
    replace(timersPromises, promising),
  ];
  return {
    now: () => clock.now - beginning,
    isIdle: () => clock.countTimers() === 0,
    next() {
      clock.next();
      const work = due;
      due = null;
      work?.();
    },
    uninstall() {
      for (const each of undo.reverse()) each();
    },
  };
}

interface Abortable {
  signal?: AbortSignal;
}

/** `node:timers/promises`, made of whatever timers there are. */
const promising = {
  setTimeout: (ms?: number, value?: unknown, options?: Abortable) =>
    waited(options?.signal, (done) => {
      const timer = setTimeout(done, ms, value);
      return () => clearTimeout(timer);
    }),
  setImmediate: (value?: unknown, options?: Abortable) =>
    waited(options?.signal, (done) => {
      const timer = setImmediate(done, value);
      return () => clearImmediate(timer);
    }),
};

function waited(signal: AbortSignal | undefined, begin: (done: (value: unknown) => void) => () => void) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      end();
      reject(signal?.reason);
    };
    const end = begin((value) => {
      signal?.removeEventListener('abort', abort);
      resolve(value);
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}
