import type { Action, Author, Body, How } from '@stet/protocol';
import type { Selectable } from 'kysely';
import type { Entry, Kept, Stored } from './store.js';
import type { Tables } from './tables.js';

// From rows to what the store speaks of, and back.

const body = (text: string | null): Body | null => (text === null ? null : (JSON.parse(text) as Body));

export const toStored = (row: Selectable<Tables['records']>): Stored => ({
  workspace: row.workspace,
  resource: row.resource,
  id: row.id,
  version: row.version,
  body: body(row.body),
  createdAt: row.created_at,
  createdBy: row.created_by,
  updatedAt: row.updated_at,
  updatedBy: row.updated_by,
});

type ChangeRow = Selectable<Tables['changes']>;

const author = (row: ChangeRow): Author => ({
  id: row.by_id,
  name: row.by_name,
  ...(row.connection === null ? {} : { connection: row.connection }),
  ...(row.via === null ? {} : { via: row.via }),
});

/** `created` comes from the record's row: it never changes, so the log does not repeat it. */
export const toEntry = (row: ChangeRow & { created_at: string; created_by: string }): Entry => ({
  workspace: row.workspace,
  seq: row.seq,
  resource: row.resource,
  id: row.id,
  version: row.version,
  action: row.action as Action,
  fields: JSON.parse(row.fields) as string[],
  by: author(row),
  at: row.at,
  key: row.key,
  how: row.how === null ? null : (JSON.parse(row.how) as How),
  left: {
    workspace: row.workspace,
    resource: row.resource,
    id: row.id,
    version: row.version,
    body: body(row.body),
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.at,
    updatedBy: row.by_id,
  },
});

export const fromEntry = (entry: Entry): ChangeRow => ({
  workspace: entry.workspace,
  seq: entry.seq,
  resource: entry.resource,
  id: entry.id,
  version: entry.version,
  action: entry.action,
  fields: JSON.stringify(entry.fields),
  body: entry.left.body === null ? null : JSON.stringify(entry.left.body),
  by_id: entry.by.id,
  by_name: entry.by.name,
  connection: entry.by.connection ?? null,
  via: entry.by.via ?? null,
  key: entry.key,
  at: entry.at,
  how: entry.how === null ? null : JSON.stringify(entry.how),
});

export const toKept = ({ content, kind, resource, id, version }: Selectable<Tables['write_keys']>): Kept => ({
  content,
  kind: kind as Kept['kind'],
  resource,
  id,
  version,
});
