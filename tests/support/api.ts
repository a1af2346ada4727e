// People who speak HTTP: `api.as('ana').patch(path, { title }, match(book))`.
import { quoted } from '@stet/protocol';
import type { Check } from './described.js';
import type { Bytes, Headers, Http } from './http.js';

export interface Answer<T> extends Bytes {
  /** undefined where there is none. */
  body: T;
}

/** A body of which a test says no more. */
export type Json = Record<string, unknown>;

export interface Person {
  get<T = Json>(path: string, headers?: Headers): Promise<Answer<T>>;
  post<T = Json>(path: string, body?: unknown, headers?: Headers): Promise<Answer<T>>;
  put<T = Json>(path: string, body: unknown, headers?: Headers): Promise<Answer<T>>;
  patch<T = Json>(path: string, body: unknown, headers?: Headers): Promise<Answer<T>>;
  delete<T = Json>(path: string, headers?: Headers): Promise<Answer<T>>;
  ask<T = Json>(method: string, path: string, headers?: Headers, body?: string | Buffer): Promise<Answer<T>>;
}

/** The header of a write that is based on this. */
export const match = ({ etag }: { etag: string }): Headers => ({ 'if-match': quoted(etag) });

const asJson = (body: unknown): string | undefined => (body === undefined ? undefined : JSON.stringify(body));
const jsonHeaders = (body: unknown): Headers => (body === undefined ? {} : { 'content-type': 'application/json' });

/** Somebody who shows these headers with each request; each answer is held against the description. */
export function personAt(http: Http, shown: Headers, check?: Check): Person {
  async function ask<T>(method: string, path: string, headers: Headers = {}, body?: string | Buffer) {
    const told = await http.ask({ method, path, headers: { ...shown, ...headers }, body });
    const isJson = /json/.test(told.headers['content-type'] ?? '') && told.text !== '';
    const answer = { ...told, body: (isJson ? JSON.parse(told.text) : undefined) as T };
    check?.(method, path, answer);
    return answer;
  }
  const send =
    (method: string) =>
    <T>(path: string, body?: unknown, headers: Headers = {}) =>
      ask<T>(method, path, { ...jsonHeaders(body), ...headers }, asJson(body));
  return {
    ask,
    get: (path, headers) => ask('GET', path, headers),
    post: send('POST'),
    put: send('PUT'),
    patch: send('PATCH'),
    delete: (path, headers) => ask('DELETE', path, headers),
  };
}
