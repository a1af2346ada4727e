import { fieldsSchema, type Resource, receiptSchema, recordSchema, resources, versionSchema } from '@stet/protocol';
import * as z from 'zod';
import { listQuerySchema, writeQuery } from './query.js';
import { list, read } from './reading.js';
import type { Route } from './route.js';
import { historyQuery, version, versions } from './versions.js';
import { type Within, within } from './within.js';
import { change, create, destroy, restore, restoreSchema } from './writes.js';

// The routes of every resource: the same for each, drawn from the resource's file.

const pageOf = (item: z.ZodType) => z.object({ items: z.array(item), next: z.string().nullable() });

function routesOf(resource: Resource): Route[] {
  const record = recordSchema.extend(z.object(fieldShape(resource)).shape);
  const collection = `/workspaces/{workspace}/${resource.name}`;
  const reading = (answer: Within) => within(resource, 'read', answer);
  const writing = (answer: Within) => within(resource, 'write', answer);
  const { one, many } = resource.label;
  const item = `${collection}/{id}`;
  const fields = fieldsSchema(resource);
  const query = listQuerySchema(resource);
  const saved = { status: 200, schema: record.extend({ receipt: receiptSchema.optional() }) } as const;
  const versionInfo = versionSchema.extend({ obj: record.nullable() });
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
    { method: 'GET', path: item, summary: `One ${one}`, ok: { status: 200, schema: record }, answer: reading(read) },
    {
      method: 'PUT',
      path: item,
      summary: `Replace a ${one}`,
      query: writeQuery,
      body: fields,
      guarded: true,
      ok: saved,
      answer: writing(change('replace')),
    },
    {
      method: 'PATCH',
      path: item,
      summary: `Change fields of a ${one} (RFC 7396)`,
      query: writeQuery,
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
      query: writeQuery,
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
