import { RateLimiterMemory } from 'rate-limiter-flexible';

// How often a password may be guessed: ten failures a minute for one address and one name. Attempts that succeed
// never count, so many tabs and machines may sign in as one user at the same time.

export interface SignInLimit {
  /** Runs the attempt, or answers how many seconds to wait first. */
  attempt<T>(key: string, run: () => Promise<T>, failed: (result: T) => boolean): Promise<Attempted<T>>;
}

export type Attempted<T> = { kind: 'ran'; result: T } | { kind: 'wait'; seconds: number };

const failuresAllowed = 10;
const windowSeconds = 60;

export function createSignInLimit(): SignInLimit {
  const failures = new RateLimiterMemory({ points: failuresAllowed, duration: windowSeconds });
  const running = new Map<string, Set<Promise<unknown>>>();

  async function spent(key: string): Promise<{ count: number; seconds: number }> {
    const state = await failures.get(key);
    return { count: state?.consumedPoints ?? 0, seconds: Math.max(1, Math.ceil((state?.msBeforeNext ?? 0) / 1000)) };
  }

  return {
    async attempt(key, run, failed) {
      for (;;) {
        const { count, seconds } = await spent(key);
        if (count >= failuresAllowed) return { kind: 'wait', seconds };
        const others = running.get(key) ?? new Set();
        // Any of those that run now may fail: only as many run at once as failures are left, else a hundred guesses
        // sent together would all be let in before the first has failed.
        if (count + others.size >= failuresAllowed) {
          await Promise.race(others);
          continue;
        }
        const mine = settle(key, run, failed);
        const settled = mine.then(
          () => {},
          () => {},
        );
        others.add(settled);
        running.set(key, others);
        try {
          return { kind: 'ran', result: await mine };
        } finally {
          others.delete(settled);
          if (others.size === 0) running.delete(key);
        }
      }
    },
  };

  async function settle<T>(key: string, run: () => Promise<T>, failed: (result: T) => boolean): Promise<T> {
    const result = await run();
    if (failed(result)) await failures.penalty(key);
    return result;
  }
}
