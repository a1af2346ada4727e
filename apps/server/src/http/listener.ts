import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ProblemName, problem } from '@stet/protocol';
import type { HttpLimits } from '../limits.js';

// The HTTP server before anybody has asked it anything: how long who asks may take, and what who can't ask is told.

/**
 * None of these ends what goes on for long and is in order: a request counts as come once its body is here, and streams
 * and polls are kept in motion by their heartbeats. Of a socket, once it is upgraded, nothing here knows any more.
 */
export function createHttp(limits: HttpLimits): Server {
  const http = createServer({
    headersTimeout: limits.headersWithin,
    requestTimeout: limits.requestWithin,
    connectionsCheckingInterval: limits.lookEvery,
    keepAliveTimeout: limits.idle,
  });
  http.timeout = limits.stalled;
  http.maxConnections = limits.connections;
  http.on('clientError', answerBroken);
  return http;
}

const known: Readonly<Record<string, ProblemName>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'timed-out',
};

/** What is no HTTP, or too long, or too late, gets an answer too where there is still somebody to answer. */
function answerBroken(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const body = problem(known[error.code ?? ''] ?? 'malformed');
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${body.status} ${body.title}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy());
}
