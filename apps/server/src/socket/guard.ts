// The guard before SockJS: decides from the plain facts of a request whether sockjs may see it at all.
// As shipped, sockjs lets every web site in and serves transports that nobody needs; what is not named here is refused.

import type { IncomingHttpHeaders } from 'node:http';
import { type Problem, type ProblemName, problem } from '@stet/protocol';

/** The last part of a session's path: `/{prefix}/{server}/{session}/{door}`. */
export type Door = 'websocket' | 'xhr' | 'xhr_streaming' | 'xhr_send';

/** What a path under the prefix leads to; jsonp, htmlfile, eventsource, iframes and the raw WebSocket lead to nothing. */
export type Route =
  | { kind: 'greeting' }
  | { kind: 'info' }
  | { kind: 'session'; session: string; door: Door }
  | { kind: 'nothing' };

export interface Facts {
  /** Came as an HTTP upgrade, not as an ordinary request. */
  upgrade: boolean;
  method: string;
  route: Route;
  headers: IncomingHttpHeaders;
  /** The session in the route is open on this server. */
  known: boolean;
  /** It was opened by who showed another credential, or none. */
  foreign: boolean;
  /** No further connection is taken at the moment. */
  full: boolean;
}

export interface Rules {
  /** Origins, such as `https://stet.example`, whose pages may talk to this server. */
  origins: readonly string[];
  /** Bytes. */
  maxFrame: number;
}

export type Refusal = { kind: 'refuse'; problem: Problem; headers: Record<string, string> };
export type Verdict = { kind: 'pass' } | Refusal;

/** Seconds after which a client that found the server full may try again. */
const retryAfter = 5;

/** Where the path of `url` leads; null when it is not under the prefix. */
export function routeOf(url: string, prefix: string): Route | null {
  const path = url.split('?', 1)[0] ?? '';
  if (path !== prefix && !path.startsWith(`${prefix}/`)) return null;
  const rest = path.slice(prefix.length);
  if (rest === '' || rest === '/') return { kind: 'greeting' };
  if (rest === '/info') return { kind: 'info' };
  const [, session, door] = /^\/[\w-]{1,64}\/([\w-]{1,128})\/(websocket|xhr|xhr_streaming|xhr_send)$/.exec(rest) ?? [];
  return session && door ? { kind: 'session', session, door: door as Door } : { kind: 'nothing' };
}

export function judge(facts: Facts, rules: Rules): Verdict {
  return (
    foreignOrigin(facts, rules) ??
    nothingHere(facts) ??
    wrongMethod(facts) ??
    wrongHandshake(facts) ??
    tooLarge(facts, rules) ??
    noSuchSession(facts) ??
    noRoom(facts) ?? { kind: 'pass' }
  );
}

export function refusal(name: ProblemName, detail: string, headers: Record<string, string> = {}): Refusal {
  return { kind: 'refuse', problem: problem(name, detail), headers };
}

export function methodsOf(route: Route): readonly string[] {
  if (route.kind === 'info') return ['GET', 'OPTIONS'];
  if (route.kind === 'session' && route.door !== 'websocket') return ['POST', 'OPTIONS'];
  return ['GET'];
}

/** Browsers name the page's origin; programs name none, and say nothing of `Sec-Fetch-Site` either. */
function foreignOrigin({ headers }: Facts, { origins }: Rules): Refusal | null {
  const origin = headers.origin;
  const site = headers['sec-fetch-site'];
  const own =
    origin === undefined ? site === undefined || site === 'same-origin' || site === 'none' : origins.includes(origin);
  return own ? null : refusal('foreign-origin', 'Pages of this origin may not use the socket.');
}

function nothingHere({ route }: Facts): Refusal | null {
  return route.kind === 'nothing'
    ? refusal('not-found', 'The socket offers websocket, xhr-streaming and xhr-polling.')
    : null;
}

function wrongMethod({ route, method }: Facts): Refusal | null {
  const methods = methodsOf(route);
  if (methods.includes(method)) return null;
  const allow = methods.join(', ');
  return refusal('method-not-allowed', `This path knows ${allow}.`, { allow });
}

/** RFC 6455, section 4.2.1: whatever passes can't fail in the WebSocket library, and no older draft comes through. */
function wrongHandshake({ upgrade, route, headers }: Facts): Refusal | null {
  const websocket = route.kind === 'session' && route.door === 'websocket';
  if (!upgrade && !websocket) return null;
  if (!websocket) return refusal('malformed', 'This path cannot be upgraded.');
  if (!upgrade || headers.upgrade?.toLowerCase() !== 'websocket') {
    return refusal('malformed', 'This path takes only an upgrade to websocket.', { upgrade: 'websocket' });
  }
  if (headers['sec-websocket-version'] !== '13') {
    return refusal('malformed', 'Only version 13 of the WebSocket protocol is spoken here.', {
      'sec-websocket-version': '13',
    });
  }
  const key = headers['sec-websocket-key'];
  return key !== undefined && /^[A-Za-z0-9+/]{22}==$/.test(key)
    ? null
    : refusal('malformed', 'Sec-WebSocket-Key must be 16 bytes in base64.');
}

/** Only what is announced; what streams in unannounced is cut in body.ts. */
function tooLarge({ headers }: Facts, { maxFrame }: Rules): Refusal | null {
  return Number(headers['content-length'] ?? 0) > maxFrame
    ? refusal('too-large', `A body may hold ${maxFrame} bytes.`)
    : null;
}

/** A session's id alone opens nothing: who comes with another credential than it was opened with finds none. */
function noSuchSession({ route, method, known, foreign }: Facts): Refusal | null {
  if (route.kind !== 'session' || route.door === 'websocket' || method !== 'POST') return null;
  const missing = known ? foreign : route.door === 'xhr_send';
  return missing ? refusal('not-found', 'This session is not open here: open a new one.') : null;
}

function noRoom({ route, method, known, full }: Facts): Refusal | null {
  const opens = route.kind === 'session' && (route.door === 'websocket' || (method === 'POST' && !known));
  return opens && full
    ? refusal('unavailable', 'No further connection is taken at the moment.', { 'retry-after': String(retryAfter) })
    : null;
}
