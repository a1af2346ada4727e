// What is kept.

export { openSqliteStore, type SqliteStore } from './sqlite/sqlite-store.js';
export type { Entry, Member, Outcome, Page, Store, Stored, Workspace, Write } from './store.js';
