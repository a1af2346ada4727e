import { filterAsKey, type ListQuery, type Place, queryWords, type Resource } from '@stet/protocol';
import { type ExpressionBuilder, type Kysely, type RawBuilder, sql } from 'kysely';
import { toStored } from '../rows.js';
import type { Page, Store, Stored } from '../store.js';
import type { Tables } from '../tables.js';

// Reading records: one by its id, or a page of a list by its keys.

const columns = [
  'records.workspace',
  'records.resource',
  'records.id',
  'records.version',
  'records.body',
  'records.created_at',
  'records.created_by',
  'records.updated_at',
  'records.updated_by',
] as const;

/** Whether the record of a key `k` holds words that begin with each of these. */
export type Search = (workspace: string, resource: string, words: readonly string[]) => RawBuilder<boolean>;

export function recordsOf(db: Kysely<Tables>, search: Search): Store['records'] {
  return {
    async get(workspace, resource, id): Promise<Stored | null> {
      const row = await db
        .selectFrom('records')
        .select(columns)
        .where('workspace', '=', workspace)
        .where('resource', '=', resource)
        .where('id', '=', id)
        .executeTakeFirst();
      return row ? toStored(row) : null;
    },

    async list(workspace, resource: Resource, query: ListQuery, after: Place | null, limit): Promise<Page> {
      const down = query.sort.startsWith('-');
      const order = down ? 'desc' : 'asc';
      let select = db
        .selectFrom('keys as k')
        .innerJoin('records', (join) =>
          join
            .onRef('records.workspace', '=', 'k.workspace')
            .onRef('records.resource', '=', 'k.resource')
            .onRef('records.id', '=', 'k.id'),
        )
        .select([...columns, 'k.key'])
        .where('k.workspace', '=', workspace)
        .where('k.resource', '=', resource.name)
        .where('k.field', '=', query.sort.replace(/^-/, ''))
        .orderBy('k.key', order)
        .orderBy('k.id', order)
        .limit(limit + 1);
      if (after) {
        const beyond = sql.raw(down ? '<' : '>');
        select = select.where(sql<boolean>`(k.key, k.id) ${beyond} (${after.key}, ${after.id})`);
      }
      const having = ([name, value]: [string, string]) => {
        const { field, key } = filterAsKey(name, value);
        return ({ exists, selectFrom }: ExpressionBuilder<Tables & { k: Tables['keys'] }, 'k' | 'records'>) =>
          exists(
            selectFrom('keys as f')
              .select('f.id')
              .whereRef('f.workspace', '=', 'k.workspace')
              .whereRef('f.resource', '=', 'k.resource')
              .where('f.field', '=', field)
              .where('f.key', '=', key)
              .whereRef('f.id', '=', 'k.id'),
          );
      };
      for (const wanted of Object.entries(query.filters)) select = select.where(having(wanted));
      for (const unwanted of Object.entries(query.without ?? {})) {
        select = select.where((eb) => eb.not(having(unwanted)(eb)));
      }
      const words = queryWords(query.q);
      if (words.length > 0) select = select.where(search(workspace, resource.name, words));
      const rows = await select.execute();
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return { items: rows.slice(0, limit).map(toStored), next: last ? { key: last.key, id: last.id } : null };
    },
  };
}
