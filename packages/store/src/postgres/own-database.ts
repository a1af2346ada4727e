// A database of one's own, for as long as something lasts, on a Postgres that is there.

export interface OwnDatabase {
  /** As the one given, with the name of the new one. */
  url: string;
  /** With whoever is connected still. */
  drop(): Promise<void>;
}

/** Rejects where nobody answers, or the user of this URL may not make any. The driver is loaded only now. */
export async function makeOwnDatabase(url: string, name: string): Promise<OwnDatabase> {
  const { default: pg } = await import('pg');
  const { connectionOptions, defaultTimeouts } = await import('./pool.js');

  async function tell(words: string): Promise<void> {
    const client = new pg.Client(connectionOptions(url, defaultTimeouts));
    // Should it be lost, what is asked fails by itself.
    client.on('error', () => {});
    await client.connect();
    try {
      await client.query(words);
    } finally {
      await client.end();
    }
  }

  const quoted = pg.escapeIdentifier(name);
  await tell(`CREATE DATABASE ${quoted}`);
  const own = new URL(url);
  own.pathname = `/${encodeURIComponent(name)}`;
  return { url: own.href, drop: () => tell(`DROP DATABASE IF EXISTS ${quoted} WITH (FORCE)`) };
}
