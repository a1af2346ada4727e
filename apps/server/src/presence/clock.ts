// The time by which presence is told and forgotten; handed in, so that tests need not wait for it.

export interface Clock {
  /** Milliseconds, of a clock that never goes back. */
  now(): number;
  /** Does the work again and again; it never fails. Returns its undo. */
  every(milliseconds: number, work: () => Promise<void>): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  every(milliseconds, work) {
    const timer = setInterval(() => void work(), milliseconds).unref();
    return () => clearInterval(timer);
  },
};
