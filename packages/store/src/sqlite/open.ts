import Database from 'better-sqlite3';

// Opens the file so that an acknowledged commit survives power loss (V6).

// Older versions can corrupt a WAL that several connections reset.
const oldest = [3, 51, 3];

const isOlder = (version: string): boolean => {
  const parts = version.split('.').map(Number);
  for (const [index, least] of oldest.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
};

export function openDatabase(file: string): Database.Database {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  // A second open of a WAL file falls back to NORMAL by itself, which may lose acknowledged commits at power loss.
  database.pragma('synchronous = FULL');
  database.pragma('busy_timeout = 1000');
  database.pragma('foreign_keys = ON');
  const synchronous = database.pragma('synchronous', { simple: true });
  if (synchronous !== 2) throw new Error(`SQLite refuses synchronous=FULL: it says ${String(synchronous)}`);
  const version = String(database.prepare('select sqlite_version()').pluck().get());
  if (isOlder(version)) throw new Error(`SQLite ${version} is too old: at least ${oldest.join('.')} is needed`);
  return database;
}
