// The one thing that can go wrong with a sound request: the database is not there, or has too much to do.

const defaultRetryAfter = 1;

/**
 * The database can't be reached, is overloaded, took too long, gave up on a lock, or was lost half-way. What was read is
 * not known; a write may or may not have come to pass: its repeat with the same key is told.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  /** Seconds. */
  readonly retryAfter: number;

  constructor(message: string, options: { cause?: unknown; retryAfter?: number } = {}) {
    super(message, { cause: options.cause });
    this.retryAfter = options.retryAfter ?? defaultRetryAfter;
  }
}
