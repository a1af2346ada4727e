import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import pg from 'pg';
import { isFatal, isUnavailable, unavailable, wantsAgain, whileConnecting } from './errors.js';

// The one way to the database, for whoever asks: what it can't do at present becomes StoreUnavailable here, what it wants
// tried again is tried again, and a connection that is not sound any more goes to nobody else.

/** Milliseconds. */
export interface Timeouts {
  /** For a connection: a free one of the pool, or a new one. */
  connect: number;
  /** For a row or table that somebody else holds. */
  lock: number;
  /** For a statement, as the database counts. */
  statement: number;
  /** For its answer, as we count: the link itself may be dead. Longer than `statement`, which says more. */
  answer: number;
  /** For what a transaction does next. */
  idle: number;
}

export const defaultTimeouts: Timeouts = {
  connect: 5_000,
  lock: 2_000,
  statement: 10_000,
  answer: 15_000,
  idle: 15_000,
};

const mostTries = 5;
const longestPause = 50;
/** For the end of connections that nobody uses any more. */
const patience = 1_000;

/** Versions, places and counts are far below 2^53: as numbers, and on these connections only. */
const int8 = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === int8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format as 'text'),
};

export const connectionOptions = (url: string, { connect }: Pick<Timeouts, 'connect'>): pg.ClientConfig => ({
  connectionString: url,
  application_name: 'stet',
  types,
  connectionTimeoutMillis: connect,
  // So that a link that died while nobody spoke is noticed.
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
});

// Postgres takes no U+0000 in any text, and nothing that we keep holds the one that stands in for it: such a text is
// found nowhere, as in SQLite.
const passable = (value: unknown): unknown =>
  typeof value === 'string' && value.includes('\u0000') ? value.replaceAll('\u0000', '\u0001') : value;

export function openPool(url: string, most: number, timeouts: Timeouts): PostgresPool {
  const sockets = new Set<Socket>();
  const pool = new pg.Pool({
    ...connectionOptions(url, timeouts),
    stream() {
      const socket = new Socket();
      sockets.add(socket);
      return socket.once('close', () => sockets.delete(socket));
    },
    max: most,
    lock_timeout: timeouts.lock,
    statement_timeout: timeouts.statement,
    query_timeout: timeouts.answer,
    idle_in_transaction_session_timeout: timeouts.idle,
  });
  // An idle connection was lost, and is out of the pool already: whoever needs one gets another.
  pool.on('error', () => {});
  const lost = new WeakSet<pg.ClientBase>();
  // While it is lent, the pool does not listen, and an error that nobody hears ends the process.
  pool.on('connect', (client) => client.on('error', () => lost.add(client)));
  return {
    async connect() {
      try {
        const client = await pool.connect();
        return new Lent(client, () => lost.has(client));
      } catch (error) {
        throw whileConnecting(error);
      }
    },
    async end() {
      // Whoever is at the other end of a dead link says no good-bye.
      const leave = setTimeout(() => sockets.forEach((socket) => void socket.destroy()), patience);
      await pool.end();
      clearTimeout(leave);
    },
  };
}

class Lent implements PostgresPoolClient {
  readonly #client: pg.PoolClient;
  readonly #isLost: () => boolean;
  #broken: unknown = null;

  constructor(client: pg.PoolClient, isLost: () => boolean) {
    this.#client = client;
    this.#isLost = isLost;
  }

  query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query(cursor: never): never;
  async query<R>(sql: string, parameters: readonly unknown[] = []): Promise<PostgresQueryResult<R>> {
    // A transaction is tried again as a whole or not at all.
    const tries = this.#client.getTransactionStatus() === 'I' ? mostTries : 1;
    for (let left = tries; ; left -= 1) {
      try {
        if (this.#broken !== null) throw this.#broken;
        const result: pg.QueryResult = await this.#client.query(sql, parameters.map(passable));
        return result as PostgresQueryResult<R>;
      } catch (error) {
        if (left === 1 || !wantsAgain(error)) throw this.#judged(error);
        // Whom it collided with does the same: at another time.
        await pause(Math.random() * longestPause);
      }
    }
  }

  #judged(error: unknown): unknown {
    const isOver = this.#isLost() || isFatal(error);
    if (isOver) this.#broken = error;
    return isOver || isUnavailable(error) ? unavailable('The database did not do it', error) : error;
  }

  release(): void {
    const isClean = this.#broken === null && !this.#isLost() && this.#client.getTransactionStatus() === 'I';
    this.#client.release(!isClean);
  }
}
