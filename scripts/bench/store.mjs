// The store without a server, in this process.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { books, emptyBody } from '@stet/protocol';
import { openSqliteStore } from '@stet/store';
import Database from 'better-sqlite3';

/** @template T @param {(folder: string) => T} work */
function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'stet-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return work(folder);
}

const cpu = () => process.cpuUsage().user + process.cpuUsage().system;

/** A record's row and a row of a log, so many to a commit. @param {number} seconds @param {number} together */
export const commitGroups = (seconds, together) =>
  inFolder((folder) => {
    const database = new Database(join(folder, 'limit.db'));
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.exec(
      'create table records (id integer primary key, body text); create table log (seq integer primary key, body text)',
    );
    for (let id = 0; id < together; id += 1) database.prepare('insert into records values (?, ?)').run(id, '');
    const update = database.prepare('update records set body = ? where id = ?');
    const insert = database.prepare('insert into log (body) values (?)');
    const body = 'x'.repeat(400);
    const group = database.transaction(() => {
      for (let id = 0; id < together; id += 1) {
        update.run(body, id);
        insert.run(body);
      }
    });
    const [began, used] = [performance.now(), cpu()];
    let count = 0;
    for (; performance.now() - began < seconds * 1000; count += together) group();
    const cost = { rate: (count / (performance.now() - began)) * 1000, cpu: (cpu() - used) / count };
    database.close();
    return cost;
  });

/** @param {number} seconds @param {number} together */
export const saveToStore = (seconds, together) =>
  inFolder(async (folder) => {
    const store = await openSqliteStore(join(folder, 'stet.db'));
    const workspace = 'bench';
    await store.workspaces.create({ id: workspace, name: 'Bench' });
    const by = { id: 'ana', name: 'Ana' };
    const [began, used] = [performance.now(), cpu()];
    const counts = await Promise.all(
      Array.from({ length: together }, async (_, place) => {
        /** @type {import('@stet/store').Stored | null} */
        let before = null;
        let count = 0;
        for (; performance.now() - began < seconds * 1000; count += 1) {
          const body = { ...emptyBody(books), title: `Book ${place}`, pages: 1 + count };
          const action = before ? /** @type {const} */ ('update') : /** @type {const} */ ('create');
          const write = { workspace, resource: books, id: `b${place}`, before, action, body, fields: ['pages'], by };
          const outcome = await store.write({ ...write, at: new Date().toISOString() });
          if (outcome.kind !== 'saved') throw new Error('A save was not made');
          before = outcome.entry.left;
        }
        return count;
      }),
    );
    const count = counts.reduce((sum, each) => sum + each, 0);
    const cost = { rate: (count / (performance.now() - began)) * 1000, cpu: (cpu() - used) / count };
    await store.close();
    return cost;
  });
