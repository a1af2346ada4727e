import type { Route } from '../door/route.js';
import { fixedOperations } from './openapi/fixed.js';
import { operationOf } from './openapi/operation.js';
import { describeSchemas } from './openapi/schemas.js';
import type { OpenApi, Placed } from './openapi/types.js';

// The description of the HTTP interface (OpenAPI 3.1), drawn from the routes that serve it.

const about = [
  'Many people edit the same records at once, and nobody’s work is overwritten without them knowing.',
  'A write names the version that it is based on, in If-Match: the etag that came with the record. Without it the ' +
    'answer is 428, and there is no force. If the record has moved on, nothing is written, and the 412 holds all ' +
    'that is needed to decide.',
  'With `onConflict=merge` a stale save whose fields all combine is written, and its answer has a receipt with the way ' +
    'back. Whose value is replaced by somebody who had seen it gets a notice.',
  'Whoever shares a cookie with others, such as a page with several tabs, may say in `Stet-User` as whom it asks: where ' +
    'the cookie has become somebody else’s, the answer is 401.',
  'Every refusal is application/problem+json (RFC 9457), and its type is the path of a page that explains it. ' +
    'A body has at most 256 KiB of JSON, all headers together 16 KiB. Names that are not known here are refused.',
];

export function openApi(routes: readonly Route[], version: string): OpenApi {
  const schemas = describeSchemas(routes);
  const ofRoutes = routes.map((route): Placed => {
    return { method: route.method, path: `/api${route.path}`, operation: operationOf(route, schemas) };
  });
  const all = [...ofRoutes, ...fixedOperations()];
  const paths: OpenApi['paths'] = {};
  for (const { method, path, operation } of all) {
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Stet', version, description: about.join('\n\n'), license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    security: [{ session: [] }, { token: [] }],
    tags: [...new Set(all.flatMap(({ operation }) => operation.tags))].map((name) => ({ name })),
    paths,
    components: {
      schemas: schemas.named,
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'stet.session_token', description: 'From a sign-in, for pages' },
        token: { type: 'http', scheme: 'bearer', description: 'From `stet token create`, for machines' },
      },
    },
  };
}
