import { randomUUID } from 'node:crypto';
import {
  type Author,
  cursorOf,
  etagOf,
  fieldsSchema,
  idSchema,
  issuesOf,
  parseFields,
  problem,
  type Resource,
  readPrecondition,
  recordSchema,
  resources,
  versionSchema,
} from '@stet/protocol';
import * as z from 'zod';
import { type Edit, save } from '../save.js';
import { type Answer, etagHeader, ok, refuse, toRecord } from './answer.js';
import { answerOf } from './outcome.js';
import { listQueryOf, listQuerySchema, readPlace, readQuery, wholeNumber, writePlace } from './query.js';
import type { Asked, Route } from './route.js';
import { type ResourceScope, resourceScope } from './scope.js';

// Records of every resource: the same routes, drawn from the resource's file.

type Within = (asked: Asked, scope: ResourceScope) => Promise<Answer>;

/** Asks who may, then the answer itself. */
const within = (resource: Resource, need: 'read' | 'write', answer: Within) => async (asked: Asked) => {
  const scoped = await resourceScope(asked, resource, need);
  return scoped.kind === 'in' ? answer(asked, scoped.scope) : scoped.answer;
};

const list: Within = async ({ services, request }, { workspace, resource }) => {
  const read = readQuery(listQuerySchema(resource), request.query);
  if (read.kind === 'refused') return read.answer;
  const query = listQueryOf(resource, read.value);
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

const read: Within = async ({ services, request, params }, { workspace, resource }) => {
  const stored = await services.store.records.get(workspace.id, resource.name, params.id ?? '');
  if (!stored) return refuse(problem('not-found'));
  const headers = etagHeader(stored.version, workspace.epoch);
  if (stored.body === null) return answerOf({ kind: 'gone', tombstone: stored }, workspace.epoch, resource);
  const seen = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  if (seen.includes(headers.etag ?? '') || seen.includes('*')) return { status: 304, headers };
  return ok(toRecord(stored, workspace.epoch), headers);
};

const author = ({ who, request }: Asked): Author => {
  const connection = request.headers['stet-connection'];
  return { id: who.user.id, name: who.user.name, ...(connection ? { connection } : {}) };
};

const shortHeader = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7e]+$/);

/** The headers of a write, in the order in which they are judged: malformed, missing. */
function writeHeaders(
  asked: Asked,
  epoch: string,
): { kind: 'ok'; base: number | null; key?: string } | { kind: 'refused'; answer: Answer } {
  const { headers } = asked.request;
  const malformed = (detail: string) => ({ kind: 'refused' as const, answer: refuse(problem('malformed', detail)) });
  const bad = ['stet-connection', 'idempotency-key'].find(
    (name) => headers[name] !== undefined && !shortHeader.safeParse(headers[name]).success,
  );
  if (bad) return malformed(`${bad} holds 1 to 200 printable characters without blanks.`);
  const key = headers['idempotency-key'];
  const base = readPrecondition(headers['if-match'], epoch);
  if (base.kind === 'malformed') return malformed(base.detail);
  return { kind: 'ok', base: base.kind === 'based' ? base.version : 0, ...(key ? { key } : {}) };
}

const edit = async (
  asked: Asked,
  { workspace, resource }: ResourceScope,
  id: string,
  change: Edit,
): Promise<Answer> => {
  const headers = writeHeaders(asked, workspace.epoch);
  if (headers.kind === 'refused') return headers.answer;
  if (headers.base === 0 && change.kind !== 'create') return refuse(problem('version-missing'));
  const outcome = await save(asked.services.store, {
    workspace: workspace.id,
    resource,
    id,
    edit: change,
    base: headers.base,
    by: author(asked),
    ...(headers.key ? { key: headers.key } : {}),
  });
  if (outcome.kind === 'saved') asked.services.bus.publish({ kind: 'log', workspace: workspace.id });
  const answer = answerOf(outcome, workspace.epoch, resource);
  if (answer.status !== 201) return answer;
  return {
    ...answer,
    headers: { ...answer.headers, location: `/api/workspaces/${workspace.id}/${resource.name}/${id}` },
  };
};

const invalid = (errors: Array<{ path: string; message: string }>): Answer =>
  refuse(problem('invalid', undefined, { errors }));

const create: Within = async (asked, scope) => {
  const body = asked.request.body;
  const wanted = typeof body === 'object' && body !== null && 'id' in body ? body.id : undefined;
  const id = idSchema.safeParse(wanted ?? randomUUID());
  if (!id.success) return invalid(issuesOf(id.error).map((issue) => ({ ...issue, path: 'id' })));
  const fields = parseFields(scope.resource, body);
  if (fields.kind === 'invalid') return invalid(fields.issues);
  return edit(asked, scope, id.data, { kind: 'create', fields: fields.value });
};

const change =
  (kind: 'replace' | 'patch'): Within =>
  async (asked, scope) => {
    const fields = parseFields(scope.resource, asked.request.body);
    if (fields.kind === 'invalid') return invalid(fields.issues);
    return edit(asked, scope, asked.params.id ?? '', { kind, fields: fields.value });
  };

const destroy: Within = (asked, scope) => edit(asked, scope, asked.params.id ?? '', { kind: 'destroy' });

const restoreSchema = z.strictObject({
  version: z.int().min(1),
  fields: z.array(z.string().max(100)).min(1).max(100).optional(),
});

const restore: Within = async (asked, scope) => {
  const parsed = restoreSchema.safeParse(asked.request.body);
  if (!parsed.success) return invalid(issuesOf(parsed.error));
  const unknown = parsed.data.fields?.find((name) => !Object.hasOwn(scope.resource.fields, name));
  if (unknown !== undefined)
    return invalid([{ path: 'fields', message: `${unknown} is not a field of this resource` }]);
  const only = parsed.data.fields ?? null;
  return edit(asked, scope, asked.params.id ?? '', { kind: 'restore', version: parsed.data.version, only });
};

const historyQuery = z.strictObject({
  limit: wholeNumber(1, 200, 50),
  after: z
    .string()
    .regex(/^[1-9]\d{0,15}$/, 'is not the `next` of a page')
    .optional(),
});

const versions: Within = async ({ services, request, params }, { workspace, resource }) => {
  const query = readQuery(historyQuery, request.query);
  if (query.kind === 'refused') return query.answer;
  const { limit, after } = query.value;
  const below = after === undefined ? Number.MAX_SAFE_INTEGER : Number(after);
  const entries = await services.store.log.history(workspace.id, resource.name, params.id ?? '', below, limit + 1);
  if (entries.length === 0 && after === undefined) return refuse(problem('not-found'));
  const items = entries.slice(0, limit).map((entry) => versionSchema.parse(entry));
  return ok({ items, next: entries.length > limit ? String(items.at(-1)?.version) : null });
};

const version: Within = async ({ services, params }, { workspace, resource }) => {
  const wanted = /^[1-9]\d{0,15}$/.test(params.version ?? '') ? Number(params.version) : 0;
  const entry = await services.store.log.at(workspace.id, resource.name, params.id ?? '', wanted);
  if (!entry) return refuse(problem('not-found'));
  const info = versionSchema.parse(entry);
  const etag = etagOf(entry.version, workspace.epoch);
  return ok({ ...info, etag, obj: entry.left.body === null ? null : toRecord(entry.left, workspace.epoch) });
};

const pageOf = (item: z.ZodType) => z.object({ items: z.array(item), next: z.string().nullable() });

/** The routes of one resource, described by its own fields. */
function routesOf(resource: Resource): Route[] {
  const record = recordSchema.extend(z.object(fieldShape(resource)).shape);
  const collection = `/workspaces/{workspace}/${resource.name}`;
  const reading = (answer: Within) => within(resource, 'read', answer);
  const writing = (answer: Within) => within(resource, 'write', answer);
  const { one, many } = resource.label;
  const item = `${collection}/{id}`;
  const fields = fieldsSchema(resource);
  const query = listQuerySchema(resource);
  const saved = { status: 200, schema: record } as const;
  const versionInfo = versionSchema.extend({ etag: z.string(), obj: record.nullable() });
  const tombstone = z.object({ id: z.string(), version: z.int(), etag: z.string() });
  return [
    {
      method: 'GET',
      path: collection,
      summary: `A page of ${many}`,
      query,
      ok: { status: 200, schema: pageOf(record).extend({ cursor: z.string() }) },
      answer: reading(list),
    },
    {
      method: 'POST',
      path: collection,
      summary: `Create a ${one}`,
      body: fields,
      ok: { status: 201, schema: record },
      answer: writing(create),
    },
    { method: 'GET', path: item, summary: `One ${one}`, ok: saved, answer: reading(read) },
    {
      method: 'PUT',
      path: item,
      summary: `Replace a ${one}`,
      body: fields,
      guarded: true,
      ok: saved,
      answer: writing(change('replace')),
    },
    {
      method: 'PATCH',
      path: item,
      summary: `Change fields of a ${one} (RFC 7396)`,
      body: fields,
      guarded: true,
      ok: saved,
      answer: writing(change('patch')),
    },
    {
      method: 'DELETE',
      path: item,
      summary: `Destroy a ${one}`,
      guarded: true,
      ok: { status: 200, schema: tombstone },
      answer: writing(destroy),
    },
    {
      method: 'GET',
      path: `${item}/versions`,
      summary: `The history of a ${one}, newest first`,
      query: historyQuery,
      ok: { status: 200, schema: pageOf(versionSchema) },
      answer: reading(versions),
    },
    {
      method: 'GET',
      path: `${item}/versions/{version}`,
      summary: `One version of a ${one}, whole`,
      ok: { status: 200, schema: versionInfo },
      answer: reading(version),
    },
    {
      method: 'POST',
      path: `${item}/restore`,
      summary: `An older content of a ${one} as a new version`,
      body: restoreSchema,
      guarded: true,
      ok: saved,
      answer: writing(restore),
    },
  ];
}

const fieldShape = (resource: Resource) =>
  Object.fromEntries(Object.entries(resource.fields).map(([name, field]) => [name, field.schema]));

export const recordRoutes = (): Route[] => [...resources.values()].flatMap(routesOf);
