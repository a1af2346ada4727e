import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { problem } from '@stet/protocol';
import { localOrigins } from './config.js';
import { createMiddle } from './core/middle.js';
import { createDoor } from './door/door.js';
import { routes } from './door/routes.js';
import type { Engine } from './engine.js';
import { heldDoor } from './holds/held-door.js';
import { Holds } from './holds/holds.js';
import { createApp } from './http/app.js';
import { closingOf } from './http/closing.js';
import { createHttp } from './http/listener.js';
import { createStreams } from './http/stream/streams.js';
import { pathOf } from './http/target.js';
import { limitsWith, type SomeLimits } from './limits.js';
import { createReadiness } from './readiness.js';
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

export async function serve(engine: Engine, origins: readonly string[], own: SomeLimits = {}): Promise<Running> {
  const limits = limitsWith(own);
  const { store, bus, auth, redis, config, log } = engine;
  const { watch } = auth;
  const holds = config.testMode ? new Holds() : null;
  const { door, hub, sessions, ...middle } = createMiddle({
    store,
    bus,
    redis,
    watch,
    limits,
    floors: own.floors ?? {},
    log,
    doorOf: (services) => (holds ? heldDoor(services, routes, holds) : createDoor(services, routes)),
  });
  const streams = createStreams({ hub, watch, log, limits });
  let stopping = false;

  const http = createHttp(limits.http);
  const closing = closingOf(http, limits.http);
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
    onWire: sessions.open,
  });
  const app = createApp({
    auth,
    door,
    streams,
    origins: allowed,
    log,
    ready: createReadiness({ store, bus, isStopping: () => stopping }),
  });
  http.on('request', (request, response) => {
    const path = pathOf(request.url ?? '');
    if (path === null) return void response.writeHead(400, problemType).end(JSON.stringify(problem('malformed')));
    request.url = path;
    return transport.request(request, response) || app(request, response);
  });
  http.on('upgrade', (request, socket, head) => transport.upgrade(request, socket, head) || socket.destroy());
  const forget = auth.onSessionEnded(middle.endSession);
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
      holds?.stop();
      streams.stop();
      await closing.begin();
      // What hangs has no more time here than anything else.
      await Promise.race([sessions.stop(), pause(limits.http.stopping, undefined, { ref: false })]);
      hub.stop();
      await transport.close();
      await closing.end();
      forget();
      await stopTidying();
      await middle.close();
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
