import {
  atLeast,
  type Change,
  changeSchema,
  cursorOf,
  etagOf,
  problem,
  type Role,
  readCursor,
  resources,
  type VersionInfo,
} from '@stet/protocol';
import type { Entry, Workspace } from '@stet/store';
import * as z from 'zod';
import { type Answer, ok, refuse, toRecord } from './answer.js';
import { readQuery, wholeNumber } from './query.js';
import type { Asked, Route } from './route.js';
import { workspaceScope } from './scope.js';

// The log, read by a cursor: exactly what was accepted after it, or `reset` where that can't be proven (L2, L3).

/** Whether this role may know of a change at all. */
export const mayHear = (role: Role, entry: Entry): boolean => {
  const resource = resources.get(entry.resource);
  return resource !== undefined && atLeast(role, resource.access.read);
};

/** A row of a record's history as it travels: what happened, without the content. */
export const toVersion = (entry: Entry, epoch: string): VersionInfo => ({
  version: entry.version,
  etag: etagOf(entry.version, epoch),
  action: entry.action,
  fields: entry.fields,
  by: entry.by,
  at: entry.at,
  ...(entry.key === null ? {} : { key: entry.key }),
  ...(entry.how === null ? {} : { how: entry.how }),
});

/** A log entry as it travels, the same for every reader. */
export const toChange = (entry: Entry, epoch: string): Change => ({
  workspace: entry.workspace,
  seq: entry.seq,
  cursor: cursorOf({ epoch, seq: entry.seq }),
  resource: entry.resource,
  id: entry.id,
  ...toVersion(entry, epoch),
  ...(entry.left.body === null ? {} : { obj: toRecord(entry.left, epoch) }),
});

export type From =
  | { kind: 'from'; seq: number }
  | { kind: 'reset'; reason: 'epoch' | 'pruned' | 'ahead' | 'malformed' };

/** Where reading goes on for a cursor, if the log can prove that it is complete from there. */
export function readingFrom(cursor: string, workspace: Workspace): From {
  const position = readCursor(cursor);
  if (!position) return { kind: 'reset', reason: 'malformed' };
  if (position.epoch !== workspace.epoch) return { kind: 'reset', reason: 'epoch' };
  if (position.seq < workspace.floor) return { kind: 'reset', reason: 'pruned' };
  if (position.seq > workspace.seq) return { kind: 'reset', reason: 'ahead' };
  return { kind: 'from', seq: position.seq };
}

const query = z.strictObject({
  since: z.string().max(100).optional().describe('The cursor of a list, a change or an answer before'),
  limit: wholeNumber(1, 500, 100),
});

async function changes(asked: Asked): Promise<Answer> {
  const scoped = await workspaceScope(asked);
  if (scoped.kind === 'out') return scoped.answer;
  const read = readQuery(query, asked.request.query);
  if (read.kind === 'refused') return read.answer;
  const { workspace, role } = scoped.scope;
  const from = readingFrom(read.value.since ?? cursorOf({ epoch: workspace.epoch, seq: 0 }), workspace);
  if (from.kind === 'reset') {
    const head = cursorOf(workspace);
    return refuse(problem('reset', undefined, { reason: from.reason, cursor: head }));
  }
  const entries = await asked.services.store.log.after(workspace.id, from.seq, read.value.limit + 1);
  const page = entries.slice(0, read.value.limit);
  return ok({
    changes: page.filter((entry) => mayHear(role, entry)).map((entry) => toChange(entry, workspace.epoch)),
    cursor: cursorOf({ epoch: workspace.epoch, seq: page.at(-1)?.seq ?? from.seq }),
    more: entries.length > page.length,
  });
}

export const changeRoutes: Route[] = [
  {
    method: 'GET',
    path: '/workspaces/{workspace}/changes',
    summary: 'What was accepted after a cursor, in order',
    query,
    ok: { status: 200, schema: z.object({ changes: z.array(changeSchema), cursor: z.string(), more: z.boolean() }) },
    answer: changes,
  },
];
