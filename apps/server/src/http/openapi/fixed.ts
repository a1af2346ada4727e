import type { ProblemName } from '@stet/protocol';
import { pathParameters } from './parameters.js';
import { refused } from './refusals.js';
import type { JsonSchema } from './schemas.js';
import type { Content, DescribedAnswer, Placed } from './types.js';

// What is served beside the door, described by hand: sign-in, the probes, and this description itself.

interface Row {
  tag: 'sign-in' | 'service';
  name: string;
  method: 'GET' | 'POST';
  path: string;
  summary: string;
  /** Fields of the JSON body, all of them text and all wanted. */
  body?: readonly string[];
  ok: DescribedAnswer;
  refusals: readonly ProblemName[];
  needsSession?: true;
}

const content = (type: string, schema: JsonSchema = { type: 'string' }): Record<string, Content> => ({
  [type]: { schema },
});
const json = (description: string, schema: JsonSchema = { type: 'object' }): DescribedAnswer => ({
  description,
  content: content('application/json', schema),
});
const text = (description: string): DescribedAnswer => ({ description, content: content('text/plain') });
const page = (description: string): DescribedAnswer => ({ description, content: content('text/html') });
const cookie: DescribedAnswer = {
  ...json('Signed in'),
  headers: { 'Set-Cookie': { description: 'The session', schema: { type: 'string' } } },
};

const input: readonly ProblemName[] = ['foreign-origin', 'malformed', 'too-large', 'unsupported-media-type', 'invalid'];
const broken: readonly ProblemName[] = ['internal', 'unavailable'];
const credentials: readonly ProblemName[] = ['wrong-credentials', ...input, 'too-many-requests', ...broken];
const session: readonly ProblemName[] = ['unauthenticated', ...input, ...broken];
const signedIn = { tag: 'sign-in', needsSession: true } as const;
const open = { tag: 'sign-in' } as const;
const service = { tag: 'service' } as const;

const table: readonly Row[] = [
  {
    ...open,
    name: 'signIn',
    method: 'POST',
    path: '/api/auth/sign-in/username',
    summary: 'Sign in with a user name and a password',
    body: ['username', 'password'],
    ok: cookie,
    refusals: credentials,
  },
  {
    ...open,
    name: 'signInByMail',
    method: 'POST',
    path: '/api/auth/sign-in/email',
    summary: 'Sign in with a mail address and a password',
    body: ['email', 'password'],
    ok: cookie,
    refusals: credentials,
  },
  {
    ...open,
    name: 'signOut',
    method: 'POST',
    path: '/api/auth/sign-out',
    summary: 'End this session and the sockets that it opened',
    ok: json('Signed out'),
    refusals: [...input, ...broken],
  },
  {
    ...open,
    name: 'getSession',
    method: 'GET',
    path: '/api/auth/get-session',
    summary: 'The session of the cookie, or null; prolongs it once a day',
    ok: json('The session', { type: ['object', 'null'] }),
    refusals: ['foreign-origin', ...broken],
  },
  {
    ...signedIn,
    name: 'listSessions',
    method: 'GET',
    path: '/api/auth/list-sessions',
    summary: 'All of one’s own sessions',
    ok: json('The sessions', { type: 'array', items: { type: 'object' } }),
    refusals: ['foreign-origin', 'unauthenticated', ...broken],
  },
  {
    ...signedIn,
    name: 'revokeSession',
    method: 'POST',
    path: '/api/auth/revoke-session',
    summary: 'End one of one’s own sessions',
    body: ['token'],
    ok: json('Ended'),
    refusals: session,
  },
  {
    ...signedIn,
    name: 'revokeSessions',
    method: 'POST',
    path: '/api/auth/revoke-sessions',
    summary: 'End all of one’s own sessions',
    ok: json('Ended'),
    refusals: session,
  },
  {
    ...signedIn,
    name: 'revokeOtherSessions',
    method: 'POST',
    path: '/api/auth/revoke-other-sessions',
    summary: 'End all of one’s own sessions but this',
    ok: json('Ended'),
    refusals: session,
  },
  {
    ...signedIn,
    name: 'changePassword',
    method: 'POST',
    path: '/api/auth/change-password',
    summary: 'Set another password, and end all other sessions',
    body: ['currentPassword', 'newPassword'],
    ok: cookie,
    refusals: [...session, 'wrong-credentials', 'too-many-requests'],
  },
  {
    ...service,
    name: 'isAlive',
    method: 'GET',
    path: '/livez',
    summary: 'Whether the process answers',
    ok: text('It does'),
    refusals: [],
  },
  {
    ...service,
    name: 'isReady',
    method: 'GET',
    path: '/readyz',
    summary: 'Whether it can do its work: the store answers, and it is not stopping',
    ok: text('It can: `ready`; or `degraded:` and why, while other nodes are heard of only a little later'),
    refusals: ['unavailable'],
  },
  {
    ...service,
    name: 'getDescription',
    method: 'GET',
    path: '/api/openapi.json',
    summary: 'This description',
    ok: json('OpenAPI 3.1'),
    refusals: ['foreign-origin'],
  },
  {
    ...service,
    name: 'getDocs',
    method: 'GET',
    path: '/api/docs',
    summary: 'This description as a page',
    ok: page('HTML'),
    refusals: ['foreign-origin'],
  },
  {
    ...service,
    name: 'getProblem',
    method: 'GET',
    path: '/problems/{name}',
    summary: 'What a type of problem means, for people, or as JSON for who asks for that',
    ok: { description: 'The problem', content: { ...content('text/html'), ...content('application/json', {}) } },
    refusals: ['malformed', 'not-found'],
  },
];

export const fixedOperations = (): Placed[] => table.map((row) => ({ ...row, operation: operationOf(row) }));

function operationOf(row: Row) {
  const parameters = pathParameters(row.path);
  return {
    operationId: row.name,
    tags: [row.tag],
    summary: row.summary,
    ...(row.needsSession ? { security: [{ session: [] }] } : { security: [] }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(row.body ? { requestBody: { required: true, content: content('application/json', textsOf(row.body)) } } : {}),
    responses: { 200: row.ok, ...refused(row.refusals) },
  };
}

const textsOf = (names: readonly string[]): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
  required: [...names],
});
