// What is kept.

export type { Entry, Member, Outcome, Page, Store, Stored, Workspace, Write } from './store.js';
export { openSqliteStore, type SqliteStore } from './sqlite/sqlite-store.js';
