import { StoreUnavailable } from '@stet/store';
import type { Logger } from 'pino';

// How what went wrong stands in the log. A store that can't be reached is nobody's defect, and everybody who asks it
// finds out: it is said once in a while. Everything else is a defect, each time.

const saidEvery = 5_000;
let saidAt = Number.NEGATIVE_INFINITY;

export function noteFailure(log: Logger, error: unknown, what: string, more: object = {}): void {
  if (!(error instanceof StoreUnavailable)) return log.error({ err: error, ...more }, what);
  if (performance.now() - saidAt < saidEvery) return;
  saidAt = performance.now();
  log.warn({ reason: error.message, ...more }, `the store is unavailable: ${what}`);
}
