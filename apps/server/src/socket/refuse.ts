// Says the guard's refusals: as an HTTP answer, or on the bare socket of an upgrade.

import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Refusal } from './guard.js';

export function refuseRequest(response: ServerResponse, refusal: Refusal): void {
  const { head, body } = answer(refusal);
  response.writeHead(refusal.problem.status, head);
  response.end(body);
}

export function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  const { status } = refusal.problem;
  const { head, body } = answer(refusal);
  const lines = Object.entries({ ...head, connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`);
  // The HTTP server keeps sockets half-open: without the destroy, the client would decide when this one goes.
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`, () => socket.destroy());
}

function answer({ problem, headers }: Refusal) {
  const body = JSON.stringify(problem);
  const head = {
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    ...headers,
  };
  return { head, body };
}
