import type { Kysely } from 'kysely';
import { toEntry } from '../rows.js';
import type { Store } from '../store.js';
import type { Tables } from '../tables.js';
import { entries } from './log.js';

// Whose values a write replaced knowingly is told of it (M4): kept with the write, and only by its place in the log.

export function noticesOf(db: Kysely<Tables>): Store['notices'] {
  return {
    async of(workspace, user, after, limit) {
      const rows = await entries(db)
        .innerJoin('notices', (join) =>
          join.onRef('notices.workspace', '=', 'changes.workspace').onRef('notices.seq', '=', 'changes.seq'),
        )
        .where('notices.workspace', '=', workspace)
        .where('notices.user', '=', user)
        .where('notices.dismissed', '=', 0)
        .where('notices.at', '>', after)
        .orderBy('notices.seq', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ user, entry: toEntry(row) }));
    },
    async dismiss(workspace, user, seq) {
      const { numUpdatedRows } = await db
        .updateTable('notices')
        .set({ dismissed: 1 })
        .where('workspace', '=', workspace)
        .where('user', '=', user)
        .where('seq', '=', seq)
        .where('dismissed', '=', 0)
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },
  };
}
