import { problem } from '@stet/protocol';
import * as z from 'zod';
import { ok, refuse, toRecord } from './answer.js';
import { toVersion } from './changes.js';
import { readQuery, wholeNumber } from './query.js';
import type { Within } from './within.js';

// Reading a record's history: what happened to it, and one version whole.

export const historyQuery = z.strictObject({
  limit: wholeNumber(1, 200, 50),
  after: z
    .string()
    .regex(/^[1-9]\d{0,15}$/, 'is not the `next` of a page')
    .optional(),
});

export const versions: Within = async ({ services, request, params }, { workspace, resource }) => {
  const query = readQuery(historyQuery, request.query);
  if (query.kind === 'refused') return query.answer;
  const { limit, after } = query.value;
  const below = after === undefined ? Number.MAX_SAFE_INTEGER : Number(after);
  const entries = await services.store.log.history(workspace.id, resource.name, params.id ?? '', below, limit + 1);
  if (entries.length === 0 && after === undefined) return refuse(problem('not-found'));
  const items = entries.slice(0, limit).map((entry) => toVersion(entry, workspace.epoch));
  return ok({ items, next: entries.length > limit ? String(items.at(-1)?.version) : null });
};

export const version: Within = async ({ services, params }, { workspace, resource }) => {
  const wanted = /^[1-9]\d{0,15}$/.test(params.version ?? '') ? Number(params.version) : 0;
  const entry = await services.store.log.at(workspace.id, resource.name, params.id ?? '', wanted);
  if (!entry) return refuse(problem('not-found'));
  const { body } = entry.left;
  return ok({
    ...toVersion(entry, workspace.epoch),
    obj: body === null ? null : toRecord(entry.left, workspace.epoch),
  });
};
