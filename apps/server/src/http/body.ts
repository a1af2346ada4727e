import { type Problem, problem } from '@stet/protocol';
import express, { type Request } from 'express';

// A body is bounded bytes, then UTF-8, then JSON; each step refuses on its own and nothing is altered on the way.

export const mostBytes = 256 * 1024;
const types = ['application/json', 'application/merge-patch+json'];

// RFC 8259 knows no other; bytes that say they are something else are not guessed at.
const otherThanUtf8 = (contentType: string): boolean =>
  [...contentType.matchAll(/;\s*charset\s*=\s*"?([^";]*)/gi)].some(([, name = '']) => !/^utf-?8$/i.test(name.trim()));

const utf8 = new TextDecoder('utf-8', { fatal: true });

export type ReadBody = { kind: 'body'; body: unknown } | { kind: 'refused'; problem: Problem };

export const bytesOfBody = express.raw({ type: types, limit: mostBytes });

/** What `bytesOfBody` has read; undefined for a request without a body. */
export function jsonOf(request: Request): ReadBody {
  const hasBody = request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;
  if (!hasBody || request.headers['content-length'] === '0') return { kind: 'body', body: undefined };
  if (!request.is(types)) return { kind: 'refused', problem: problem('unsupported-media-type') };
  if (otherThanUtf8(request.headers['content-type'] ?? '')) {
    return { kind: 'refused', problem: problem('unsupported-media-type', 'A body is UTF-8: name no other charset.') };
  }
  try {
    return { kind: 'body', body: JSON.parse(utf8.decode(request.body as Buffer)) };
  } catch (error) {
    const detail = error instanceof SyntaxError ? `The body is not JSON: ${error.message}.` : 'The body is not UTF-8.';
    return { kind: 'refused', problem: problem('malformed', detail) };
  }
}

/** What the body parser refuses, as an answer of the table; null for what it did not plan for. */
export function refusalOf(error: unknown): Problem | null {
  const { type, status } = (error ?? {}) as { type?: unknown; status?: unknown };
  if (type === 'entity.too.large') return problem('too-large', `A body has at most ${mostBytes} bytes.`);
  if (type === 'encoding.unsupported')
    return problem('unsupported-media-type', 'This content encoding is not understood.');
  if (typeof status === 'number' && status >= 400 && status < 500) return problem('malformed');
  return null;
}
