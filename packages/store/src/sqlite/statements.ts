import type { SqliteDatabase, SqliteStatement } from 'kysely';

// Kysely prepares each query anew; SQLite's own time for that is a good part of a save's. Statements are kept by their
// text, the ones used last at the end, so that batches of odd sizes push out nothing that is needed all the time.

const mostKept = 200;

/** The same database, preparing each text once. */
export function keepStatements(database: SqliteDatabase): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>();
  return {
    prepare(text) {
      const statement = kept.get(text) ?? database.prepare(text);
      kept.delete(text);
      kept.set(text, statement);
      const [oldest] = kept.keys();
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
      return statement;
    },
    close() {
      kept.clear();
      database.close();
    },
  };
}
