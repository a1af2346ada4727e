import type { SqlStore } from '../store.js';
import type { PostgresOptions } from './postgres-store.js';

export type { PostgresOptions };

/**
 * Connects, brings the database to the newest form (one process at a time), and asserts that commits are durable. The
 * driver is loaded only now: who keeps a file takes none of it.
 */
export async function openPostgresStore(options: PostgresOptions): Promise<SqlStore> {
  const store = await import('./postgres-store.js');
  return store.openPostgresStore(options);
}
