import { cursorOf, outOfSight, problem } from '@stet/protocol';
import { etagHeader, ok, refuse, toRecord } from './answer.js';
import { answerOf } from './outcome.js';
import { listQueryOf, listQuerySchema, readPlace, readQuery, writePlace } from './query.js';
import { inSight } from './sight.js';
import type { Within } from './within.js';

// Reading records as they are now: a page of them, or one.

export const list: Within = async ({ services, request }, { workspace, role, resource }) => {
  const read = readQuery(listQuerySchema(resource), request.query);
  if (read.kind === 'refused') return read.answer;
  const query = { ...listQueryOf(resource, read.value), without: outOfSight(resource, role) };
  const { after, limit } = read.value;
  const place = after === undefined ? null : readPlace(query.sort, after);
  if (after !== undefined && !place) {
    return refuse(problem('malformed', '`after` is not the `next` of a page in this order.'));
  }
  // The scope read the log's place before this reads the records: reading on from there misses nothing.
  const page = await services.store.records.list(workspace.id, resource, query, place, limit);
  return ok({
    items: page.items.map((item) => toRecord(item, workspace.epoch)),
    next: page.next && writePlace(query.sort, page.next),
    cursor: cursorOf(workspace),
  });
};

export const read: Within = async ({ services, request, params }, { workspace, role, resource }) => {
  const stored = await services.store.records.get(workspace.id, resource.name, params.id ?? '');
  if (!stored || !(await inSight(services.store, resource, role, stored))) return refuse(problem('not-found'));
  const headers = etagHeader(stored.version, workspace.epoch);
  if (stored.body === null) return answerOf({ kind: 'gone', tombstone: stored }, workspace.epoch, resource);
  const seen = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  if (seen.includes(headers.etag ?? '') || seen.includes('*')) return { status: 304, headers };
  return ok(toRecord(stored, workspace.epoch), headers);
};
