import type { Store } from '@stet/store';
import type { Logger } from 'pino';
import { noteFailure } from './failure.js';
import { daysBefore, keptSince } from './keeping.js';

// Forgets what is kept no longer, and prunes the logs: at the start, since a server may never run for an hour, and then
// every hour.

const every = 60 * 60 * 1000;

/** Returns its undo, which waits for what is under way. */
export function startTidying(store: Store, logKeepDays: number, log: Logger): () => Promise<void> {
  const tidy = async () => {
    try {
      await store.tidy(keptSince(Date.now()));
      await store.prune(daysBefore(Date.now(), logKeepDays));
    } catch (error) {
      noteFailure(log, error, 'tidying failed');
    }
  };
  let running = tidy();
  const timer = setInterval(() => {
    running = running.then(tidy);
  }, every).unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
