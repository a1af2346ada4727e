import type { Route } from '../../door/route.js';
import { isCreate, isItem, isScoped, isStreaming, withinScope } from './kinds.js';
import { parametersOf } from './parameters.js';
import { refusalsOf, refused } from './refusals.js';
import type { JsonSchema, Schemas } from './schemas.js';
import type { Content, DescribedAnswer, Operation } from './types.js';

// One row of the route table, described.

export function operationOf(route: Route, schemas: Schemas): Operation {
  const parameters = parametersOf(route, schemas);
  const body = route.body && { schema: schemas.input(route.body) };
  const types = route.method === 'PATCH' ? ['application/json', 'application/merge-patch+json'] : ['application/json'];
  return {
    operationId: nameOf(route),
    tags: [withinScope(route).split('/')[1] ?? ''],
    summary: route.summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body && {
      requestBody: { required: true, content: Object.fromEntries(types.map((type) => [type, body])) },
    }),
    responses: { ...accepted(route, schemas), ...refused(refusalsOf(route)) },
  };
}

const text: JsonSchema = { type: 'string' };
const etag = { ETag: { description: 'The version and its epoch, for If-Match', schema: text } };
const place = { Location: { description: 'Where the record is', schema: text } };
const cursor = {
  'Stet-Cursor': { description: 'The write’s place in the log; none where nothing changed', schema: text },
};

const replayed = {
  'Idempotent-Replayed': {
    description: '`true` where this is the first answer to the same write, again',
    schema: text,
  },
};

const events: Record<string, Content> = { 'text/event-stream': { schema: text } };
const streaming =
  'Found. With `Accept: text/event-stream` it goes on: an event for each change, whose id is its cursor and whose data is ' +
  'the change as JSON, without a name, so that a page hears it as `message`; a comment every 15 seconds. An event ' +
  '`reset` with {workspace, reason, cursor?} is the last one: read anew what you show; who comes back then goes on from ' +
  'its id';

function accepted(route: Route, schemas: Schemas): Record<string, DescribedAnswer> {
  const json = { 'application/json': { schema: schemas.output(route.ok.schema) } };
  const content = isStreaming(route) ? { ...json, ...events } : json;
  if (isCreate(route)) {
    return { 201: { description: 'Created', headers: { ...etag, ...cursor, ...place, ...replayed }, content } };
  }
  if (route.guarded) {
    return {
      200: { description: 'Saved, or found to change nothing', headers: { ...etag, ...cursor, ...replayed }, content },
    };
  }
  if (isStreaming(route)) return { 200: { description: streaming, content } };
  if (!isItem(route)) {
    const description = isScoped(route) && route.method === 'GET' ? 'Found' : 'Done';
    return { [route.ok.status]: { description, content } };
  }
  return {
    200: { description: 'Found', headers: etag, content },
    304: { description: 'It is the one that If-None-Match names', headers: etag },
  };
}

/** `getBooksByIdVersions`: stable, since generated clients name their functions by it. */
const nameOf = (route: Route): string =>
  `${route.method.toLowerCase()}${withinScope(route)}`
    .replace(/\/\{(\w+)\}/g, '/by-$1')
    .replace(/[/-](\w)/g, (_, letter: string) => letter.toUpperCase());
