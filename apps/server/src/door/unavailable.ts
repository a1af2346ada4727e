import { StoreUnavailable } from '@stet/store';

// What is said while the store can't be reached, to whoever asks for whatever.

export interface Unavailable {
  detail: string;
  headers: Record<string, string>;
}

const detail =
  'The database cannot be reached, or is too busy, at the moment. Ask again after Retry-After seconds: a write may or ' +
  'may not have been made, and repeated with the same Idempotency-Key it is made once.';

/** Null for every other error. */
export const unavailable = (error: unknown): Unavailable | null =>
  error instanceof StoreUnavailable ? { detail, headers: { 'retry-after': String(error.retryAfter) } } : null;
