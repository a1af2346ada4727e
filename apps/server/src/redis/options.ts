import type { RedisOptions } from 'ioredis';
import type { RedisAddress } from './address.js';

// How every connection to Redis behaves: nothing waits for one that is away, and one that is silent counts as gone.

export interface Patience {
  /** How often each connection is asked whether it is still there (ms). */
  askEvery: number;
  /** A connection that owes an answer for so long is given up, and made anew (ms). */
  answerWithin: number;
}

export const patience: Patience = { askEvery: 1_000, answerWithin: 2_000 };

const longestWait = 2_000;

/** Bounded, for ever, and not everybody at once. */
const retryStrategy = (times: number): number =>
  Math.min(longestWait, 50 * 2 ** Math.min(times, 6)) * (0.5 + Math.random() / 2);

/** What every connection is opened with, and where to. */
export type ConnectionOptions = ReturnType<typeof optionsFor> & { host?: string; port?: number };

export function optionsFor(address: RedisAddress, name: string, { answerWithin }: Patience) {
  const { username, password, database, tls } = address;
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { db: database }),
    ...(tls ? { tls: {} } : {}),
    connectionName: `stet:${name}`,
    connectTimeout: answerWithin,
    commandTimeout: answerWithin,
    // TCP notices a peer that is cut off or stopped after minutes, if at all.
    socketTimeout: answerWithin,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    retryStrategy,
  } satisfies RedisOptions;
}
