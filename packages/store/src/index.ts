// What is kept.

export { lockFile } from './sqlite/lock.js';
export { openSqliteStore, type SqliteStore } from './sqlite/sqlite-store.js';
export type { Entry, Member, Outcome, Page, Store, Stored, Workspace, Write } from './store.js';
