import type { Logger } from 'pino';
import type { RedisLink } from '../../redis/redis.js';

// Every step that needs Redis: it may fail, and nobody waits for it who would mind. Said in the log when that begins and
// when it ends; that Redis is away at all is said by the link.

/** Answers with null where it was not to be had. */
export type Attempt = <T extends object>(work: () => Promise<T>) => Promise<T | null>;

export function createAttempt(link: Pick<RedisLink, 'isUp'>, log: Logger): Attempt {
  let isFailing = false;
  return async (work) => {
    if (!link.isUp()) return null;
    try {
      const done = await work();
      if (isFailing) log.info('presence is shared with other nodes again');
      isFailing = false;
      return done;
    } catch (error) {
      if (!isFailing && link.isUp()) {
        isFailing = true;
        log.warn({ err: error }, 'presence can’t be shared with other nodes, trying again');
      }
      return null;
    }
  };
}
