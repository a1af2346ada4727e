import { randomUUID } from 'node:crypto';
import { problem } from '@stet/protocol';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import type { Auth } from '../auth/auth.js';
import { type Answer, isStreamed, refuse } from '../door/answer.js';
import type { Door } from '../door/door.js';
import { unavailable } from '../door/unavailable.js';
import { noteFailure } from '../failure.js';
import type { Readiness } from '../readiness.js';
import { bytesOfBody, jsonOf, refusalOf } from './body.js';
import { docsRouter } from './docs.js';
import { foreignOrigin } from './origin.js';
import { pages } from './pages.js';
import { type Streams, streamHeaders } from './stream/streams.js';

// Express, as thin as it can be: what concerns bytes and headers is settled here, everything else at the door.

export interface HttpOptions {
  auth: Auth;
  door: Door;
  streams: Streams;
  origins: readonly string[];
  ready(): Promise<Readiness>;
  log: Logger;
}

export function createApp(options: HttpOptions): Express {
  const { auth, door, streams, origins, log } = options;
  const app = express();
  app.set('etag', false);
  app.disable('x-powered-by');
  app.set('query parser', false);
  app.use(headers());
  app.use(observe(log));

  app.get('/livez', (_request, response) => void response.type('text').send('alive\n'));
  app.get('/readyz', async (_request, response) => {
    const state = await options.ready();
    if (state.kind === 'ready') return void response.type('text').send('ready\n');
    if (state.kind === 'degraded') return void response.type('text').send(`degraded: ${state.why}\n`);
    send(response, refuse(problem('unavailable', state.why), { 'retry-after': '2' }));
  });

  app.use('/api', (request, response, next) => {
    const foreign = foreignOrigin(request.method, request.headers, origins);
    if (foreign) return send(response, refuse(foreign));
    response.set('cache-control', 'private, no-cache');
    next();
  });
  app.all('/api/auth/*splat', (request, response) => auth.handler(request, response));
  app.use(docsRouter(door.routes));
  app.use('/api', bytesOfBody, async (request, response) => {
    const body = jsonOf(request);
    if (body.kind === 'refused') return send(response, refuse(body.problem));
    const url = new URL(request.originalUrl, 'http://server');
    const ask = {
      method: request.method === 'HEAD' ? 'GET' : request.method,
      path: url.pathname.replace(/^\/api/, ''),
      query: url.searchParams,
      headers: plainHeaders(request),
      body: body.body,
    };
    const answer = await door.open(ask, await auth.identify(request.headers));
    if (!isStreamed(answer)) return send(response, answer);
    if (request.method === 'HEAD') return void response.writeHead(200, streamHeaders).end();
    const refused = streams.open(response, answer);
    if (refused) send(response, refused);
  });
  app.use(pages());
  app.use((request: Request, response: Response) =>
    send(response, refuse(problem('not-found', `Nothing at ${request.path}`))),
  );
  app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    const refusal = refusalOf(error);
    if (refusal) return send(response, refuse(refusal));
    const requestId = response.get('x-request-id');
    const away = unavailable(error);
    if (away) {
      noteFailure(log, error, 'a request', { requestId });
      return send(response, refuse(problem('unavailable', away.detail), away.headers));
    }
    log.error({ err: error, requestId, method: request.method, path: request.path }, 'a request failed');
    send(response, refuse(problem('internal', undefined, { requestId })));
  });
  return app;
}

const plainHeaders = (request: Request): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );

function send(response: Response, { status, headers, body }: Answer): void {
  response.status(status);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (body === undefined) return void response.end();
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(body));
}

/** What every answer carries for the browser's protection. */
const headers = () =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Whether the way here is HTTPS is known to the proxy in front, not to us.
    strictTransportSecurity: false,
  });

/** A line in the log for each request, findable by the id that the answer carries. */
function observe(log: Logger) {
  return (request: Request, response: Response, next: NextFunction) => {
    const requestId = randomUUID();
    const began = performance.now();
    response.set('x-request-id', requestId);
    response.on('finish', () => {
      const ms = Math.round((performance.now() - began) * 10) / 10;
      log.info({ requestId, method: request.method, path: request.path, status: response.statusCode, ms }, 'request');
    });
    next();
  };
}
