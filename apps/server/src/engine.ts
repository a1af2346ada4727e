import { join } from 'node:path';
import { openPostgresStore, openSqliteStore, type SqlStore } from '@stet/store';
import type { Logger } from 'pino';
import { type Auth, createAuth } from './auth/auth.js';
import { createSignInLimit } from './auth/sign-in-limit.js';
import type { Bus } from './bus/bus.js';
import { createMemoryBus } from './bus/memory-bus.js';
import type { Config } from './config.js';
import type { RedisLink } from './redis/redis.js';

// What the server and the command line both stand on: the store, who is who, and the bus. One node has SQLite and the
// bus in its memory; of several, each is the same program on Postgres and Redis.

export interface Engine {
  config: Config;
  store: SqlStore;
  auth: Auth;
  bus: Bus;
  /** Where several nodes share what no log has to keep; null where there is but one. */
  redis: RedisLink | null;
  log: Logger;
  close(): Promise<void>;
}

export async function openEngine(config: Config, log: Logger, origins: string[]): Promise<Engine> {
  /** What is open, each with how it is closed. */
  const open: Array<() => unknown> = [];
  const close = async (): Promise<void> => {
    for (let shut = open.pop(); shut; shut = open.pop()) await shut();
  };
  try {
    const store = await openStore(config);
    open.push(() => store.close());
    const { redis, bus } = await openBus(config, log);
    if (redis) open.push(() => redis.close());
    open.push(() => bus.close());
    // The library makes its tables without asking whether another node is just doing so.
    const auth = await store.exclusively(() =>
      createAuth({
        db: store.db,
        dialect: store.dialect,
        secret: config.secret,
        origins,
        baseURL: origins[0] ?? `http://localhost:${config.port}`,
        log,
        proxies: config.proxies,
        signInLimit: createSignInLimit(redis?.commands ?? null),
      }),
    );
    open.push(() => auth.close());
    return { config, store, auth, bus, redis, log, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const openStore = ({ data, database }: Config): Promise<SqlStore> =>
  database ? openPostgresStore(database) : openSqliteStore(join(data, 'stet.db'));

/** What speaks to Redis is loaded only where there is one. */
async function openBus({ redis: url }: Config, log: Logger): Promise<{ redis: RedisLink | null; bus: Bus }> {
  if (url === null) return { redis: null, bus: createMemoryBus(log) };
  const [{ openRedis }, { createRedisBus }] = await Promise.all([
    import('./redis/redis.js'),
    import('./bus/redis-bus.js'),
  ]);
  const redis = openRedis(url, log);
  return { redis, bus: createRedisBus(redis, log) };
}
