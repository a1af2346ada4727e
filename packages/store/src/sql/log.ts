import type { Kysely } from 'kysely';
import { toEntry } from '../rows.js';
import type { Store } from '../store.js';
import type { Tables } from '../tables.js';

// Reading changes: by place it is the log, by record and version it is the history.

export const entries = (db: Kysely<Tables>) =>
  db
    .selectFrom('changes')
    .innerJoin('records', (join) =>
      join
        .onRef('records.workspace', '=', 'changes.workspace')
        .onRef('records.resource', '=', 'changes.resource')
        .onRef('records.id', '=', 'changes.id'),
    )
    .selectAll('changes')
    .select(['records.created_at', 'records.created_by']);

export function logOf(db: Kysely<Tables>): Store['log'] {
  const ofRecord = (workspace: string, resource: string, id: string) =>
    entries(db)
      .where('changes.workspace', '=', workspace)
      .where('changes.resource', '=', resource)
      .where('changes.id', '=', id);
  return {
    async after(workspace, seq, limit) {
      const rows = await entries(db)
        .where('changes.workspace', '=', workspace)
        .where('changes.seq', '>', seq)
        .orderBy('changes.seq')
        .limit(limit)
        .execute();
      return rows.map(toEntry);
    },
    async history(workspace, resource, id, before, limit) {
      const rows = await ofRecord(workspace, resource, id)
        .where('changes.version', '<', before)
        .orderBy('changes.version', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toEntry);
    },
    async at(workspace, resource, id, version) {
      const row = await ofRecord(workspace, resource, id).where('changes.version', '=', version).executeTakeFirst();
      return row ? toEntry(row) : null;
    },
    async newestVia(workspace, resource, id, via) {
      const row = await ofRecord(workspace, resource, id)
        .where('changes.via', '=', via)
        .orderBy('changes.version', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row ? toEntry(row) : null;
    },
  };
}
