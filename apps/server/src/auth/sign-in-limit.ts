import { createHash } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';

// How often a password may be guessed: ten failures a minute for one address and one name. Attempts that succeed
// never count, so many tabs and machines may sign in as one user at the same time.
//
// With several nodes the failures are counted in Redis. What runs at once is known to each node alone, so that guesses
// that come together at all of them may be ten on each; and while Redis is away, each counts for itself.

export interface SignInLimit {
  /** Runs the attempt, or answers how many seconds to wait first. */
  attempt<T>(key: string, run: () => Promise<T>, failed: (result: T) => boolean): Promise<Attempted<T>>;
}

export type Attempted<T> = { kind: 'ran'; result: T } | { kind: 'wait'; seconds: number };

const failuresAllowed = 10;
const windowSeconds = 60;

function failuresIn(redis: Redis | Cluster | null): Pick<RateLimiterMemory, 'get' | 'penalty'> {
  const window = { points: failuresAllowed, duration: windowSeconds };
  const memory = new RateLimiterMemory(window);
  if (!redis) return memory;
  return new RateLimiterRedis({
    ...window,
    storeClient: redis,
    keyPrefix: 'stet:sign-in',
    rejectIfRedisNotReady: true,
    insuranceLimiter: memory,
  });
}

/** What somebody has typed for a name may be a password, which nobody is to find in Redis. */
const digest = (key: string): string => createHash('sha256').update(key).digest('base64url');

/** The attempts for one key that this node knows of. */
interface Attempts {
  /** All of them, those that wait as well. */
  size: number;
  readonly running: Set<Promise<void>>;
  /** How many were ever let in. */
  begun: number;
}

/** `redis` where several nodes count together. */
export function createSignInLimit(redis: Redis | Cluster | null): SignInLimit {
  const failures = failuresIn(redis);
  const byKey = new Map<string, Attempts>();

  /** Any attempt that runs now may fail: when it settles, its failure has been counted. */
  async function counted<T>(
    key: string,
    { running }: Attempts,
    run: () => Promise<T>,
    failed: (result: T) => boolean,
  ): Promise<T> {
    let settle = (): void => {};
    const settled = new Promise<void>((resolve) => {
      settle = resolve;
    });
    running.add(settled);
    try {
      const result = await run();
      if (failed(result)) await failures.penalty(key);
      return result;
    } finally {
      running.delete(settled);
      settle();
    }
  }

  async function inTurn<T>(
    key: string,
    attempts: Attempts,
    run: () => Promise<T>,
    failed: (result: T) => boolean,
  ): Promise<Attempted<T>> {
    for (;;) {
      const { begun } = attempts;
      const ranBefore = attempts.running.size;
      const state = await failures.get(key);
      // Not a number where Redis holds something else there.
      const count = state?.consumedPoints || 0;
      if (count >= failuresAllowed) {
        return { kind: 'wait', seconds: Math.max(1, Math.ceil((state?.msBeforeNext ?? 0) / 1000)) };
      }
      // Only as many run at once as failures are left: a hundred guesses that come together would otherwise all be let in
      // before the first has failed. Whoever ran when it was asked how many have failed, or has begun since, may have
      // failed without being among them.
      if (count + ranBefore + (attempts.begun - begun) < failuresAllowed) {
        attempts.begun += 1;
        return { kind: 'ran', result: await counted(key, attempts, run, failed) };
      }
      if (attempts.running.size > 0) await Promise.race(attempts.running);
    }
  }

  return {
    async attempt(asked, run, failed) {
      const key = digest(asked);
      const attempts = byKey.get(key) ?? { size: 0, running: new Set(), begun: 0 };
      byKey.set(key, attempts);
      attempts.size += 1;
      try {
        return await inTurn(key, attempts, run, failed);
      } finally {
        attempts.size -= 1;
        if (attempts.size === 0) byKey.delete(key);
      }
    },
  };
}
