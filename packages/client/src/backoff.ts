// A server that is started anew is missed by nobody for long; one that stays away is asked less often.
const soon = { attempts: 12, most: 4_000 };
const most = 20_000;

/**
 * Milliseconds to wait after attempt `n` (from 1): full jitter, so that many who were cut off together do not come
 * back together (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 */
export const backoff = (attempt: number, random: () => number = Math.random): number =>
  Math.round(random() * Math.min(attempt <= soon.attempts ? soon.most : most, 250 * 2 ** Math.min(attempt, 10)));

/**
 * Milliseconds to wait before connecting anew, after so many attempts that led to no connection that lasted. `asked` is
 * what the server asks for, spread out by the server itself; whoever has failed since then stays away for longer.
 */
export function pause(attempts: number, asked: number | null, random: () => number = Math.random): number {
  if (attempts === 0 && asked !== null) return asked;
  return Math.max(asked ?? 0, backoff(Math.max(1, attempts), random));
}

/** How long a request is repeated by itself that the server can't take, in milliseconds. */
export const patience = 30_000;

/**
 * Milliseconds to wait before such a request goes out again, after `tries` of it within `spent` ms; null where `most`
 * would be over by then. All who were sent away together are asked to wait for the same time: chance is added to it.
 */
export function nextTry(
  tries: number,
  spent: number,
  asked: number | null,
  most: number,
  random: () => number = Math.random,
): number | null {
  const ms = (asked ?? 0) + backoff(tries, random);
  return spent + ms < most ? ms : null;
}
