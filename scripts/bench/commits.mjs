// The limit of the machine: how often one row can be made durable.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** @param {number} seconds */
export async function commits(seconds) {
  const folder = mkdtempSync(join(tmpdir(), 'stet-bench-'));
  const database = new Database(join(folder, 'limit.db'));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('create table kept (id integer primary key, body text)');
  const insert = database.prepare('insert into kept (body) values (?)');
  const until = performance.now() + seconds * 1000;
  let count = 0;
  for (; performance.now() < until; count += 1) insert.run('x'.repeat(700));
  database.close();
  rmSync(folder, { recursive: true, force: true });
  return count / seconds;
}
