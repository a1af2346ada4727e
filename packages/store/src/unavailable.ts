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
  /** Somebody else held what it wanted for too long: nothing of it was done, and whoever wants something else can have it. */
  readonly isHeld: boolean;

  constructor(message: string, options: { cause?: unknown; retryAfter?: number; isHeld?: boolean } = {}) {
    super(message, { cause: options.cause });
    this.isHeld = options.isHeld ?? false;
    this.retryAfter = options.retryAfter ?? defaultRetryAfter;
  }
}
