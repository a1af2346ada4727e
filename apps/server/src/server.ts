import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { problem } from '@stet/protocol';
import { localOrigins } from './config.js';
import { createDoor } from './door/door.js';
import { routes } from './door/routes.js';
import type { Engine } from './engine.js';
import { createApp } from './http/app.js';
import { createStreams } from './http/stream/streams.js';
import { pathOf } from './http/target.js';
import { Hub } from './hub/hub.js';
import { createPresence } from './presence/presence.js';
import { createSessions } from './socket/session.js';
import { createTickets } from './socket/tickets.js';
import { createSocketTransport } from './socket/transport.js';
import { startTidying } from './tidying.js';

// One process that serves: HTTP and sockets on one port, both through the one door.

export interface Running {
  port: number;
  url: string;
  /** Takes no new work, finishes what it has, says `bye`, and closes. */
  stop(): Promise<void>;
}

const problemType = { 'content-type': 'application/problem+json' };
const maxFrame = 64 * 1024;
const maxConnections = 5_000;
// What is still under way after this is cut off.
const mostStopping = 5_000;

export async function serve(engine: Engine, origins: readonly string[]): Promise<Running> {
  const { store, bus, auth, config, log } = engine;
  const hub = new Hub(store, bus, log);
  const services = { store, bus, tickets: createTickets(), presence: createPresence() };
  const door = createDoor(services, routes);
  const streams = createStreams({ hub, log });
  let stopping = false;

  const http = createServer();
  await listen(http, config.port, config.host);
  const { port } = http.address() as AddressInfo;
  const allowed = origins.length > 0 ? origins : localOrigins(port);
  const transport = createSocketTransport({
    origins: allowed,
    prefix: '/rt',
    maxFrame,
    maxConnections,
    log,
    onWire: createSessions({ door, hub, services, log }),
  });
  const app = createApp({
    auth,
    door,
    streams,
    origins: allowed,
    log,
    async ready() {
      if (stopping) return { kind: 'waiting', why: 'The server is stopping.' };
      return store.ready().then(
        () => ({ kind: 'ready' as const }),
        () => ({ kind: 'waiting' as const, why: 'The store does not answer.' }),
      );
    },
  });
  http.on('request', (request, response) => {
    const path = pathOf(request.url ?? '');
    if (path === null) return void response.writeHead(400, problemType).end(JSON.stringify(problem('malformed')));
    request.url = path;
    return transport.request(request, response) || app(request, response);
  });
  http.on('upgrade', (request, socket, head) => transport.upgrade(request, socket, head) || socket.destroy());
  http.on('clientError', answerBroken);
  const forget = auth.onSessionEnded((session) => {
    services.tickets.endSession(session);
    hub.endSession(session);
  });
  const stopTidying = startTidying(store, config.logKeepDays, log);

  return {
    port,
    url: `http://${config.host === '127.0.0.1' || config.host === '0.0.0.0' ? 'localhost' : config.host}:${port}`,
    async stop() {
      if (stopping) return;
      stopping = true;
      streams.stop();
      hub.stop();
      const closed = new Promise((resolve) => http.close(resolve));
      http.closeIdleConnections();
      await transport.close();
      const late = setTimeout(() => http.closeAllConnections(), mostStopping);
      http.closeIdleConnections();
      await closed;
      clearTimeout(late);
      forget();
      await stopTidying();
      await hub.close();
    },
  };
}

const listen = (http: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      resolve();
    });
  });

/** What is no HTTP, or too long a header, gets an answer too where there is still somebody to answer. */
function answerBroken(error: NodeJS.ErrnoException, socket: import('node:stream').Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const body = problem(error.code === 'HPE_HEADER_OVERFLOW' ? 'headers-too-large' : 'malformed');
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${body.status} ${body.title}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`, () => (socket as Socket).destroy());
}
