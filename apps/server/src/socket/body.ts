// Reads request bodies under the socket's prefix within a bound. sockjs would read without one, and join its
// buffers quadratically, so it never gets to see a body.

import type { IncomingMessage } from 'node:http';
import { type Refusal, refusal } from './guard.js';

/** Calls `done` with the whole body; a body that runs past `max` bytes costs the sender its connection. */
export function readBody(request: IncomingMessage, max: number, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > max) request.destroy();
    else chunks.push(chunk);
  });
  request.on('end', () => done(Buffer.concat(chunks)));
}

/** For requests whose body means nothing: it may run out within the bound, so that the answer can still be read. */
export function ignoreBody(request: IncomingMessage, max: number): void {
  readBody(request, max, () => {});
}

export type Sent = { kind: 'messages'; messages: string[] } | Refusal;

const mediaTypes = ['', 'text/plain', 'application/json'];

/** The body of an xhr_send: a JSON array of strings. */
export function readMessages(contentType: string | undefined, body: Buffer): Sent {
  const mediaType = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!mediaTypes.includes(mediaType)) return refusal('unsupported-media-type', 'Send text/plain or application/json.');
  const messages = parse(body);
  return Array.isArray(messages) && messages.every((message) => typeof message === 'string')
    ? { kind: 'messages', messages }
    : refusal('malformed', 'The body must be a JSON array of strings.');
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
