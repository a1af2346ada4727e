import pg from 'pg';
import { StoreUnavailable } from '../unavailable.js';

// What of Postgres's and its driver's errors means that the database is not there or has too much to do. All else is a defect.

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const classes = [
  '08', // the connection
  '53', // no room: connections, memory, disk
];
const codes = new Set([
  '25006', // it only reads: a standby, during a failover
  '25P03', // idle in a transaction for too long
  '40001', // asked for another try, also after several
  '40P01', // a deadlock, likewise
  '55P03', // a lock was not to be had in time
  '57014', // the statement took too long
  '57P01', // it shuts down
  '57P02', // it crashed
  '57P03', // it starts
  '57P05', // the session was idle for too long
]);

const again = new Set(['40001', '40P01']);

const codeOf = (error: unknown): string => (error instanceof pg.DatabaseError ? (error.code ?? '') : '');

/** Nothing of it was done, and it may be tried again at once. */
export const wantsAgain = (error: unknown): boolean => again.has(codeOf(error));

/** The session is over or can't be waited for, whatever the pool believes. */
export const isFatal = (error: unknown): boolean =>
  error instanceof pg.DatabaseError
    ? error.severity === 'FATAL' || error.severity === 'PANIC'
    : // The driver has no code for it.
      error instanceof Error && error.message === 'Query read timeout';

/** Of a statement, on a connection that is there. */
export const isUnavailable = (error: unknown): boolean =>
  codes.has(codeOf(error)) || classes.includes(codeOf(error).slice(0, 2));

/** A password or a name that is wrong stays so: whoever starts this is to be told, and nobody need try again. */
const isMisconfigured = (error: unknown): boolean => ['28', '3D'].includes(codeOf(error).slice(0, 2));

/** Of an attempt to connect, or to get a connection from the pool: it fails for no other reason. */
export const whileConnecting = (error: unknown): unknown =>
  isMisconfigured(error) ? error : unavailable('The database can’t be reached, or has no connection to spare', error);

export const unavailable = (what: string, cause: unknown): StoreUnavailable =>
  new StoreUnavailable(`${what}: ${cause instanceof Error ? cause.message || cause.name : String(cause)}`, {
    cause,
    isHeld: codeOf(cause) === '55P03',
  });
