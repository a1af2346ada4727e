import type { ProblemName } from '@stet/protocol';
import type * as z from 'zod';
import type { Identity } from '../auth/auth.js';
import type { Answer, Streamed } from './answer.js';
import type { Services } from './services.js';

// One row of the HTTP interface: how it is recognised, how it is described (OpenAPI), and who answers.

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A request as both transports hand it in. Header names are in lower case. */
export interface Ask {
  method: string;
  /** Below `/api`, without the query. */
  path: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string | undefined>>;
  body: unknown;
}

export interface Asked {
  services: Services;
  who: Identity;
  request: Ask;
  params: Readonly<Record<string, string>>;
}

export interface Route {
  method: Method;
  /** Segments, of which `{name}` takes any one. */
  path: string;
  summary: string;
  /** What the query may hold. */
  query?: z.ZodObject;
  body?: z.ZodType;
  ok: { status: 200 | 201; schema: z.ZodType };
  /** Whether the write names its base in If-Match. */
  guarded?: boolean;
  /** What it may refuse besides what follows from its kind. */
  refuses?: readonly ProblemName[];
  answer(asked: Asked): Promise<Answer>;
  /** The same as an event stream, for who asks for one over a transport that can carry it. */
  stream?(asked: Asked): Promise<Answer | Streamed>;
}

export type Match =
  | { kind: 'route'; route: Route; params: Record<string, string> }
  | { kind: 'method'; allow: string[] }
  | { kind: 'unknown' };

const decode = (segment: string): string | null => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
};

function fit(pattern: readonly string[], segments: readonly string[]): Record<string, string> | null {
  if (pattern.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [place, wanted] of pattern.entries()) {
    const segment = decode(segments[place] ?? '');
    if (segment === null || segment === '') return null;
    if (wanted.startsWith('{')) params[wanted.slice(1, -1)] = segment;
    else if (wanted !== segment) return null;
  }
  return params;
}

export function matchRoute(routes: readonly Route[], request: { method: string; path: string }): Match {
  const segments = request.path.replace(/^\//, '').split('/');
  const allow: string[] = [];
  for (const route of routes) {
    const params = fit(route.path.replace(/^\//, '').split('/'), segments);
    if (!params) continue;
    if (route.method === request.method) return { kind: 'route', route, params };
    allow.push(route.method);
  }
  return allow.length > 0 ? { kind: 'method', allow } : { kind: 'unknown' };
}
