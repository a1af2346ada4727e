import pg from 'pg';
import { isUnavailable, unavailable, whileConnecting } from './errors.js';
import { connectionOptions, type Timeouts } from './pool.js';

// One process at a time: a lock that the database takes back when its holder is gone. On a connection of its own, so that
// the work has the whole pool.

// A number of our own; others who share the database have theirs.
const lock = 7_383_841_526;
/** Somebody brings a large database to a new form: whoever waits longer gives up, and is started again. */
const patience = 5 * 60_000;

export async function exclusively<T>(url: string, timeouts: Timeouts, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client({
    ...connectionOptions(url, timeouts),
    lock_timeout: patience,
    query_timeout: patience + timeouts.connect,
  });
  // Should it be lost, the work goes on, and what it asks for fails by itself.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw whileConnecting(error);
  }
  try {
    await client.query('select pg_advisory_lock($1::bigint)', [lock]).catch((error: unknown) => {
      const isRefused = error instanceof pg.DatabaseError && !isUnavailable(error);
      throw isRefused ? error : unavailable('Somebody else is at it for too long', error);
    });
    return await work();
  } finally {
    await client.end();
  }
}
