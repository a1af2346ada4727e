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
  const running = new Map<string, Set<Promise<void>>>();
  const runningAt = (key: string): Set<Promise<void>> => running.get(key) ?? new Set();

  /** Any attempt that runs now may fail: when it settles, its failure has been counted. */
  async function counted<T>(key: string, run: () => Promise<T>, failed: (result: T) => boolean): Promise<T> {
    let settle = (): void => {};
    const settled = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const mine = runningAt(key).add(settled);
    running.set(key, mine);
    try {
      const result = await run();
      if (failed(result)) await failures.penalty(key);
      return result;
    } finally {
      mine.delete(settled);
      if (mine.size === 0) running.delete(key);
      settle();
    }
  }

  return {
    async attempt(key, run, failed) {
      for (;;) {
        const ranBefore = runningAt(key).size;
        const state = await failures.get(key);
        const count = state?.consumedPoints ?? 0;
        if (count >= failuresAllowed) {
          return { kind: 'wait', seconds: Math.max(1, Math.ceil((state?.msBeforeNext ?? 0) / 1000)) };
        }
        // Only as many run at once as failures are left: a hundred guesses that come together would otherwise all be
        // let in before the first has failed. The larger of both sizes, since one may have failed during the await.
        const others = runningAt(key);
        if (count + Math.max(ranBefore, others.size) < failuresAllowed) {
          return { kind: 'ran', result: await counted(key, run, failed) };
        }
        if (others.size > 0) await Promise.race(others);
      }
    },
  };
}
