// What is kept.

export { lockFile } from './sqlite/lock.js';
export { openSqliteStore, type SqliteStore } from './sqlite/sqlite-store.js';
export type {
  Entry,
  Kept,
  Member,
  Outcome,
  Page,
  Store,
  Stored,
  StoredNotice,
  Workspace,
  Write,
  WriteKey,
} from './store.js';
