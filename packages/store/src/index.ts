// What is kept.

export { openPostgresStore, type PostgresOptions } from './postgres/open.js';
export { makeOwnDatabase, type OwnDatabase } from './postgres/own-database.js';
export { openPostgresSnapshot, openSqliteSnapshot } from './snapshot/open.js';
export type { OpenSnapshot, RecordRow, Snapshot, VersionRow } from './snapshot/snapshot.js';
export { lockFile } from './sqlite/lock.js';
export { openSqliteStore } from './sqlite/sqlite-store.js';
export type {
  Entry,
  Kept,
  Member,
  Outcome,
  Page,
  SqlStore,
  Store,
  Stored,
  StoredNotice,
  StoredTicket,
  Workspace,
  Write,
  WriteKey,
} from './store.js';
export { StoreUnavailable } from './unavailable.js';
