/**
 * Milliseconds to wait before attempt `n` (from 1): full jitter, so that many who were cut off together do not come
 * back together (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 */
export const backoff = (attempt: number, random: () => number = Math.random): number =>
  Math.round(random() * Math.min(20_000, 250 * 2 ** Math.min(attempt, 10)));
