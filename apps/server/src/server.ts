import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { problem } from '@stet/protocol';
import { localOrigins } from './config.js';
import { createDoor } from './door/door.js';
import { routes } from './door/routes.js';
import type { Engine } from './engine.js';
import { createApp } from './http/app.js';
import { createHttp } from './http/listener.js';
import { createStreams } from './http/stream/streams.js';
import { pathOf } from './http/target.js';
import { Hub } from './hub/hub.js';
import { limitsWith, type SomeLimits } from './limits.js';
import { createMemoryPresence } from './presence/memory-presence.js';
import { createSessions } from './socket/session.js';
import { createTickets } from './socket/tickets.js';
import { createSocketTransport } from './socket/transport.js';
import { startTidying } from './tidying.js';

// One process that serves: HTTP and sockets on one port, both through the one door.

export interface Load {
  sockets: number;
  streams: number;
  /** Bytes that sockets and streams have not taken yet. */
  waiting: number;
}

export interface Running {
  port: number;
  url: string;
  /** What is held for clients now. */
  load(): Load;
  /** Takes no new work, finishes what it has, says `bye`, and closes. */
  stop(): Promise<void>;
}

const problemType = { 'content-type': 'application/problem+json' };
// What is still under way after this is cut off.
const mostStopping = 5_000;

export async function serve(engine: Engine, origins: readonly string[], own: SomeLimits = {}): Promise<Running> {
  const limits = limitsWith(own);
  const { store, bus, auth, config, log } = engine;
  const hub = new Hub(store, bus, log);
  const services = { store, bus, tickets: createTickets(), presence: createMemoryPresence({ store, bus, hub, log }) };
  const door = createDoor(services, routes);
  const streams = createStreams({ hub, log, limits });
  let stopping = false;

  const http = createHttp(limits.http);
  await listen(http, config.port, config.host);
  const { port } = http.address() as AddressInfo;
  const allowed = origins.length > 0 ? origins : localOrigins(port);
  const transport = createSocketTransport({
    origins: allowed,
    prefix: '/rt',
    maxFrame: limits.sockets.frame,
    maxConnections: limits.sockets.all,
    credentialOf: auth.credentialOf,
    log,
    onWire: createSessions({ door, hub, services, limits, log }),
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
  const forget = auth.onSessionEnded((session) => {
    services.tickets.endSession(session);
    hub.endSession(session);
    services.presence.endSession(session);
  });
  const stopTidying = startTidying(store, config.logKeepDays, log);

  return {
    port,
    url: `http://${config.host === '127.0.0.1' || config.host === '0.0.0.0' ? 'localhost' : config.host}:${port}`,
    load: () => ({
      sockets: transport.count(),
      streams: streams.size,
      waiting: transport.waiting() + streams.waiting(),
    }),
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
      services.presence.close();
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
