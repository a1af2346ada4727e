import type * as z from 'zod';
import type { Route } from '../../door/route.js';
import { isItem, isStreaming, isWrite } from './kinds.js';
import type { Schemas } from './schemas.js';
import type { Parameter } from './types.js';

// What stands in the path, behind the question mark and in the headers.

export const parametersOf = (route: Route, schemas: Schemas): Parameter[] => [
  ...pathParameters(route.path),
  ...queryParameters(route, schemas),
  ...headerParameters(route),
];

export const pathParameters = (path: string): Parameter[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

function queryParameters(route: Route, schemas: Schemas): Parameter[] {
  const shape: Readonly<Record<string, z.ZodType>> = route.query?.shape ?? {};
  return Object.entries(shape).map(([name, schema]) => {
    const { description, ...described } = schemas.input(schema);
    // It travels as digits, and so does what stands for it.
    if (described.type === 'integer') described.default = Number(described.default);
    return { name, in: 'query', required: false, ...(description ? { description } : {}), schema: described };
  });
}

const header = (name: string, required: boolean, description: string): Parameter => ({
  name,
  in: 'header',
  required,
  description,
  schema: { type: 'string' },
});

function headerParameters(route: Route): Parameter[] {
  const parameters: Parameter[] = [];
  if (route.guarded) {
    parameters.push(
      header(
        'If-Match',
        true,
        'The etag of the newest version that was seen, on which this write is based; `*` names none',
      ),
      header(
        'Stet-Base',
        false,
        'The etag of the version that the edit started from, where that is older: who was overwritten knowingly is told',
      ),
    );
  }
  if (isWrite(route)) {
    parameters.push(
      header(
        'Idempotency-Key',
        false,
        'A name for this write, 1 to 200 characters: sent again, it gets its first answer; it comes back in the change',
      ),
      header('Stet-Connection', false, 'The socket that is not to be told of its own write as news'),
    );
  }
  if (route.method === 'GET' && isItem(route)) {
    parameters.push(header('If-None-Match', false, 'An etag that is known already: answered with 304'));
  }
  if (isStreaming(route)) {
    parameters.push(
      header('Last-Event-ID', false, 'Of a stream: the cursor that was heard last, which comes before `since`'),
    );
  }
  return parameters;
}
