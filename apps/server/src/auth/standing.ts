import { type Kysely, sql } from 'kysely';
import { isTokenSession, tokenIdOf, tokenSession } from './tokens.js';

// Which of the remembered sessions and tokens still stand. Asked twice a second about all of them, so it reads the
// library's tables directly, with all ids in one parameter: by its adapter each row costs many times as much.

/** Answers until when each one that stands does; who is missing has ended. */
export type Standing = (sessions: readonly string[]) => Promise<ReadonlyMap<string, Date>>;

interface Row {
  id: string;
  /** SQLite keeps text, Postgres hands out a Date. */
  expiresAt: Date | string;
}

export function createStanding<Schema>(db: Kysely<Schema>, dialect: 'sqlite' | 'postgres'): Standing {
  const among = (ids: readonly string[]) =>
    dialect === 'sqlite' ? sql`id in (select value from json_each(${JSON.stringify(ids)}))` : sql`id = any(${ids})`;

  async function pages(ids: readonly string[]): Promise<Row[]> {
    if (ids.length === 0) return [];
    return (await sql<Row>`select id, "expiresAt" from sessions where ${among(ids)}`.execute(db)).rows;
  }

  async function machines(ids: readonly string[]): Promise<Row[]> {
    if (ids.length === 0) return [];
    const query = sql<Row>`select id, "expiresAt" from api_tokens where "revokedAt" is null and ${among(ids)}`;
    return (await query.execute(db)).rows;
  }

  return async (sessions) => {
    const standing = new Map<string, Date>();
    for (const row of await pages(sessions.filter((session) => !isTokenSession(session)))) {
      standing.set(row.id, new Date(row.expiresAt));
    }
    for (const row of await machines(sessions.filter(isTokenSession).map(tokenIdOf))) {
      standing.set(tokenSession(row.id), new Date(row.expiresAt));
    }
    return standing;
  };
}
