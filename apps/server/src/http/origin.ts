import type { IncomingHttpHeaders } from 'node:http';
import { type Problem, problem } from '@stet/protocol';

/**
 * Whether another site's page sent this (S2). Browsers name the origin with every write and every cross-origin
 * request, and say with Sec-Fetch-Site where it comes from; programs name neither.
 */
export function foreignOrigin(
  method: string,
  headers: IncomingHttpHeaders,
  origins: readonly string[],
): Problem | null {
  const { origin } = headers;
  if (origin !== undefined) {
    return origins.includes(origin) ? null : problem('foreign-origin');
  }
  const site = headers['sec-fetch-site'];
  const isSafe = method === 'GET' || method === 'HEAD';
  return isSafe || site === undefined || site === 'same-origin' || site === 'none' ? null : problem('foreign-origin');
}
