// What is kept.

export { openPostgresStore, type PostgresOptions } from './postgres/open.js';
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
