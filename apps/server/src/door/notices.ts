import { type Notice, noticeSchema, problem, resources } from '@stet/protocol';
import type { Entry, Stored } from '@stet/store';
import * as z from 'zod';
import { keptSince, keptUntil } from '../keeping.js';
import { ok, refuse } from './answer.js';
import { wayBack } from './receipt.js';
import type { Route } from './route.js';
import { hearing, readBefore } from './sight.js';
import { type WithinWorkspace, withinWorkspace } from './within.js';

// What somebody is told whose value was knowingly replaced, until they dismiss it (M4).

/** The most that are told at once, the newest of them. */
export const mostNotices = 100;

/** The notice of a write for one of those that it replaced; `seen` holds the values that it did. null: it is not theirs. */
export function toNotice(entry: Entry, seen: Stored, user: string, epoch: string): Notice | null {
  const theirs = entry.how?.over?.whose.find(({ id }) => id === user);
  if (!theirs || !seen.body || entry.action === 'create') return null;
  const { workspace, seq, resource, id, version, action, by, at, left } = entry;
  const { body: was } = seen;
  const fields = theirs.fields.map((name): [string, Notice['fields'][string]] => [
    name,
    { was: was[name] ?? null, ...(left.body ? { now: left.body[name] ?? null } : {}) },
  ]);
  const title = (left.body ?? was)[resources.get(resource)?.title ?? ''];
  return {
    seq,
    workspace,
    resource,
    id,
    title: typeof title === 'string' ? title : id,
    version,
    action,
    by: { id: by.id, name: by.name },
    at,
    fields: Object.fromEntries(fields),
    // A tombstone has no content that single fields could be put into.
    restore: wayBack(entry, epoch, { version: seen.version, ...(left.body ? { fields: theirs.fields } : {}) }),
    until: keptUntil(at),
  };
}

const list: WithinWorkspace = async ({ services, who }, { workspace, role }) => {
  const { store } = services;
  const { id: user } = who.user;
  const open = await store.notices.of(workspace.id, user, keptSince(Date.now()), mostNotices);
  const items: Notice[] = [];
  const entries = open.map(({ entry }) => entry);
  const before = await readBefore(store, entries);
  for (const entry of entries.filter((each) => hearing(role, each, before) === 'whole')) {
    const seen = await store.log.at(workspace.id, entry.resource, entry.id, entry.how?.over?.seen ?? 0);
    const notice = seen && toNotice(entry, seen.left, user, workspace.epoch);
    if (notice) items.push(notice);
  }
  return ok({ items });
};

const dismiss: WithinWorkspace = async ({ services, who, params }, { workspace }) => {
  const seq = params.seq ?? '';
  if (!/^[1-9]\d{0,14}$/.test(seq)) return refuse(problem('not-found'));
  return ok({ dismissed: await services.store.notices.dismiss(workspace.id, who.user.id, Number(seq)) });
};

const collection = '/workspaces/{workspace}/notices';

export const noticeRoutes: Route[] = [
  {
    method: 'GET',
    path: collection,
    summary: 'Whose value was knowingly replaced is told here, newest first',
    ok: { status: 200, schema: z.object({ items: z.array(noticeSchema) }) },
    answer: withinWorkspace(list),
  },
  {
    method: 'DELETE',
    path: `${collection}/{seq}`,
    summary: 'Dismiss a notice of one’s own',
    ok: { status: 200, schema: z.object({ dismissed: z.boolean() }) },
    answer: withinWorkspace(dismiss),
  },
];
