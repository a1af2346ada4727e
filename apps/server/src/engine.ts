import { join } from 'node:path';
import { openSqliteStore, type SqliteStore } from '@stet/store';
import type { Logger } from 'pino';
import { type Auth, createAuth } from './auth/auth.js';
import type { Bus } from './bus/bus.js';
import { createMemoryBus } from './bus/memory-bus.js';
import type { Config } from './config.js';

// What the server and the command line both stand on: the store, who is who, and the bus.

export interface Engine {
  config: Config;
  store: SqliteStore;
  auth: Auth;
  bus: Bus;
  log: Logger;
  close(): Promise<void>;
}

export async function openEngine(config: Config, log: Logger, origins: string[]): Promise<Engine> {
  const store = await openSqliteStore(join(config.data, 'stet.db'));
  const auth = await createAuth({
    db: store.db,
    dialect: 'sqlite',
    secret: config.secret,
    origins,
    baseURL: origins[0] ?? `http://localhost:${config.port}`,
    log,
  });
  const bus = createMemoryBus();
  return {
    config,
    store,
    auth,
    bus,
    log,
    async close() {
      auth.close();
      await bus.close();
      await store.close();
    },
  };
}
