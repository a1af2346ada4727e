import Database from 'better-sqlite3';

// One process at a time: a lock that the system itself takes back when its holder dies, however it dies.

/** Locks the file, making it where it is missing; answers with the release, or null where somebody else holds it. */
export function lockFile(file: string): (() => void) | null {
  const database = new Database(file, { timeout: 0 });
  try {
    // Nothing is written: SQLite is merely what gives Node the system's file locks.
    database.exec('begin exclusive');
  } catch (error) {
    database.close();
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_BUSY') return null;
    throw error;
  }
  return () => database.close();
}
