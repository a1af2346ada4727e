import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { unavailable } from '../door/unavailable.js';
import { noteFailure } from '../failure.js';
import { foreignOrigin } from '../http/origin.js';
import { type Flat, readFlatBody } from './body.js';
import type { Identity } from './identity.js';
import { basePath, peerHeader } from './library.js';
import { peerOf } from './peer.js';
import { type Answer, answerOf, refuse } from './problem-response.js';
import type { SignInLimit } from './sign-in-limit.js';
import { accountOf } from './users.js';

// The HTTP door of /api/auth: what the library offers over HTTP is named here, the rest of it (sign-up, renaming,
// whether a username exists …) is not to be had.

export interface HandlerOptions {
  library(request: Request): Promise<Response>;
  identify(headers: IncomingHttpHeaders): Promise<Identity | null>;
  origins: readonly string[];
  baseURL: string;
  log: Logger;
  proxies: number;
  limit: SignInLimit;
}

interface Route {
  method: 'GET' | 'POST';
  /** Where a password is checked: the account that failures are counted for. */
  account?: (body: Flat, identity: () => Promise<Identity | null>) => Promise<string | null>;
  signsIn?: true;
  /** Added to what was sent. */
  always?: Flat;
}

const named = (field: string) => async (body: Flat) => {
  const value = body[field];
  return typeof value === 'string' ? accountOf(value).slice(0, 64) : null;
};

const routes = new Map<string, Route>([
  ['/sign-in/username', { method: 'POST', signsIn: true, account: named('username') }],
  ['/sign-in/email', { method: 'POST', signsIn: true, account: named('email') }],
  ['/sign-out', { method: 'POST' }],
  ['/get-session', { method: 'GET' }],
  ['/list-sessions', { method: 'GET' }],
  ['/revoke-session', { method: 'POST' }],
  ['/revoke-sessions', { method: 'POST' }],
  ['/revoke-other-sessions', { method: 'POST' }],
  [
    '/change-password',
    {
      method: 'POST',
      account: async (_body, identity) => (await identity())?.user.username ?? null,
      // Whoever knew the old password must not stay signed in.
      always: { revokeOtherSessions: true },
    },
  ],
]);

// Not `authorization`: machines have Stet's own tokens, and the library is not asked about them.
const passedOn = ['cookie', 'user-agent'];

export function createHandler(options: HandlerOptions) {
  const { library, identify, origins, baseURL, log, proxies, limit } = options;
  const trusted = [baseURL, ...origins].map((origin) => new URL(origin).origin);

  async function answer(req: IncomingMessage): Promise<Answer> {
    const target = targetOf(req, baseURL);
    const route = target && routes.get(target.pathname.slice(basePath.length));
    if (!target || !route) return refuse('not-found');
    if (req.method !== route.method) return refuse('method-not-allowed', { headers: { allow: route.method } });
    if (foreignOrigin(route.method, req.headers, trusted)) return refuse('foreign-origin');

    const body = route.method === 'POST' ? await readFlatBody(req) : ({ kind: 'none' } as const);
    if (body.kind === 'refused') return refuse(body.refusal);
    const sent = body.kind === 'flat' ? { ...body.value, ...route.always } : undefined;
    const ip = peerOf(req, proxies);
    const ask = async () => answerOf(await library(requestOf(req, target, ip, sent)), route.signsIn ?? false);

    const account = await route.account?.(sent ?? {}, () => identify(req.headers));
    if (!account) return ask();
    const failed = ({ refusal }: Answer) => refusal === 'wrong-credentials';
    const attempted = await limit.attempt(`${ip} ${account}`, ask, failed);
    if (attempted.kind === 'wait') {
      log.warn({ ip, account }, 'too many failed sign-ins');
      return refuse('too-many-requests', { headers: { 'retry-after': String(attempted.seconds) } });
    }
    if (failed(attempted.result)) log.info({ ip, account }, 'sign-in failed');
    return attempted.result;
  }

  return async function handler(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { response } = await answer(req).catch((err: unknown) => {
      noteFailure(log, err, 'sign-in broke down');
      const away = unavailable(err);
      return away ? refuse('unavailable', away) : refuse('internal');
    });
    await send(res, response);
  };
}

/** Below our own base, whatever host an absolute target names. */
function targetOf(req: IncomingMessage, baseURL: string): URL | null {
  const path = req.url ?? '';
  return path.startsWith(`${basePath}/`) && URL.canParse(path, baseURL) ? new URL(path, baseURL) : null;
}

function requestOf(req: IncomingMessage, target: URL, peer: string, body: Flat | undefined): Request {
  const headers = new Headers({ [peerHeader]: peer });
  for (const name of passedOn) {
    const value = req.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  if (!body) return new Request(target, { method: req.method ?? 'GET', headers });
  headers.set('content-type', 'application/json');
  return new Request(target, { method: req.method ?? 'POST', headers, body: JSON.stringify(body) });
}

async function send(res: ServerResponse, response: Response): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer());
  for (const [name, value] of response.headers) if (name !== 'set-cookie') res.setHeader(name, value);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) res.setHeader('set-cookie', cookies);
  res.setHeader('cache-control', 'no-store');
  res.statusCode = response.status;
  res.end(body);
}
