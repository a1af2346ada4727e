// A backup taken while the server runs, and put back while it does not.
import { randomBytes } from 'node:crypto';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

export interface Backup {
  /** `epoch`: as it has to be done, so that tags and cursors from before fit nothing. `ahead`: by a mere copy. */
  putBack(reason: 'epoch' | 'ahead'): void;
}

export function backUp(data: string): Backup {
  const file = join(data, 'stet.db');
  const copy = join(data, `backup-${randomBytes(4).toString('hex')}.db`);
  const taking = new Database(file);
  taking.prepare('vacuum into ?').run(copy);
  taking.close();
  return {
    putBack(reason) {
      for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
      copyFileSync(copy, file);
      if (reason === 'ahead') return;
      const database = new Database(file);
      database.prepare('update workspaces set epoch = ?').run(randomBytes(6).toString('hex'));
      database.close();
    },
  };
}
