import { problem } from '@stet/protocol';
import * as z from 'zod';
import { ok, refuse, toRecord } from './answer.js';
import { toVersion } from './changes.js';
import { readQuery, wholeNumber } from './query.js';
import { hearing, inSight, readBefore } from './sight.js';
import type { Within } from './within.js';

// Reading a record's history: what happened to it, and one version whole.

export const historyQuery = z.strictObject({
  limit: wholeNumber(1, 200, 50),
  after: z
    .string()
    .regex(/^[1-9]\d{0,15}$/, 'is not the `next` of a page')
    .optional(),
});

export const versions: Within = async ({ services, request, params }, { workspace, role, resource }) => {
  const query = readQuery(historyQuery, request.query);
  if (query.kind === 'refused') return query.answer;
  const { limit, after } = query.value;
  const below = after === undefined ? Number.MAX_SAFE_INTEGER : Number(after);
  const { store } = services;
  const stored = await store.records.get(workspace.id, resource.name, params.id ?? '');
  if (!(await inSight(store, resource, role, stored))) return refuse(problem('not-found'));
  const entries = await store.log.history(workspace.id, resource.name, params.id ?? '', below, limit + 1);
  const page = entries.slice(0, limit);
  const before = await readBefore(store, page);
  const seen = page.filter((entry) => hearing(role, entry, before) === 'whole');
  return ok({
    items: seen.map((entry) => toVersion(entry, workspace.epoch)),
    next: entries.length > limit ? String(page.at(-1)?.version) : null,
  });
};

export const version: Within = async ({ services, params }, { workspace, role, resource }) => {
  const { store } = services;
  const stored = await store.records.get(workspace.id, resource.name, params.id ?? '');
  if (!(await inSight(store, resource, role, stored))) return refuse(problem('not-found'));
  const wanted = /^[1-9]\d{0,15}$/.test(params.version ?? '') ? Number(params.version) : 0;
  const entry = await store.log.at(workspace.id, resource.name, params.id ?? '', wanted);
  if (!entry || hearing(role, entry, await readBefore(store, [entry])) !== 'whole') return refuse(problem('not-found'));
  const { body } = entry.left;
  return ok({
    ...toVersion(entry, workspace.epoch),
    obj: body === null ? null : toRecord(entry.left, workspace.epoch),
  });
};
