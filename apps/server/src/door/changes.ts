import {
  type Change,
  type ChangePage,
  changePageSchema,
  cursorOf,
  etagOf,
  problem,
  type VersionInfo,
} from '@stet/protocol';
import type { Entry } from '@stet/store';
import * as z from 'zod';
import { type Answer, ok, refuse, type Streamed, toRecord } from './answer.js';
import { type From, readingFrom } from './from.js';
import { readQuery, wholeNumber } from './query.js';
import type { Asked, Route } from './route.js';
import { type Scope, workspaceScope } from './scope.js';
import { hearing, readBefore } from './sight.js';

// The log, read by a cursor: exactly what was accepted after it, or `reset` where that can't be proven (L2, L3).

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

/** What is told of a record that has moved out of sight: not who did it, nor what they changed. */
export const toGone = (entry: Entry, epoch: string): Change => {
  const { workspace, seq, cursor, resource, id, version, etag, at } = toChange(entry, epoch);
  const by = { id: '', name: '' };
  return { workspace, seq, cursor, resource, id, version, etag, at, by, action: 'destroy', fields: [] };
};

const query = z.strictObject({
  since: z.string().max(100).optional().describe('The cursor of a list, a change or an answer before'),
  limit: wholeNumber(1, 500, 100).describe('How many at most; a stream has no end, and goes on'),
});

type Wanted = { kind: 'wanted'; scope: Scope; from: From; limit: number } | { kind: 'refused'; answer: Answer };

async function wantedBy(asked: Asked, seen?: string): Promise<Wanted> {
  const scoped = await workspaceScope(asked);
  if (scoped.kind === 'out') return { kind: 'refused', answer: scoped.answer };
  const read = readQuery(query, asked.request.query);
  if (read.kind === 'refused') return read;
  const { scope } = scoped;
  const { since, limit } = read.value;
  const from = readingFrom(seen ?? since ?? cursorOf({ epoch: scope.workspace.epoch, seq: 0 }), scope.workspace);
  return { kind: 'wanted', scope, from, limit };
}

/** One path, two forms of one answer: a cache must tell them apart. */
const vary = { vary: 'Accept' };

async function changes(asked: Asked): Promise<Answer> {
  const wanted = await wantedBy(asked);
  if (wanted.kind === 'refused') return wanted.answer;
  const { scope, from, limit } = wanted;
  const { workspace, role } = scope;
  if (from.kind === 'reset') {
    const head = cursorOf(workspace);
    return refuse(problem('reset', undefined, { reason: from.reason, cursor: head }), vary);
  }
  const entries = await asked.services.store.log.after(workspace.id, from.seq, limit + 1);
  const page = entries.slice(0, limit);
  const before = await readBefore(asked.services.store, page);
  const answer: ChangePage = {
    changes: page.flatMap((entry) => {
      const heard = hearing(role, entry, before);
      if (heard === 'nothing') return [];
      return heard === 'gone' ? toGone(entry, workspace.epoch) : toChange(entry, workspace.epoch);
    }),
    cursor: cursorOf({ epoch: workspace.epoch, seq: page.at(-1)?.seq ?? from.seq }),
    more: entries.length > page.length,
  };
  return ok(answer, vary);
}

/** What a browser's EventSource has heard last stands in a header, and is newer than what its URL says. */
async function streamed(asked: Asked): Promise<Answer | Streamed> {
  const wanted = await wantedBy(asked, asked.request.headers['last-event-id'] || undefined);
  if (wanted.kind === 'refused') return wanted.answer;
  return { kind: 'stream', who: asked.who, workspace: wanted.scope.workspace, from: wanted.from };
}

export const changeRoutes: Route[] = [
  {
    method: 'GET',
    path: '/workspaces/{workspace}/changes',
    summary: 'What was accepted after a cursor, in order; as an event stream, what comes after that too',
    query,
    ok: { status: 200, schema: changePageSchema },
    answer: changes,
    stream: streamed,
  },
];
