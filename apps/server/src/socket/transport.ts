// The socket's way in: requests and upgrades pass the guard, sockjs carries what passes, and each connection comes
// out as a wire. sockjs itself sees no body, and of the URL only a key of ours.

import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import sockjs, { type Connection } from 'sockjs';
import { ignoreBody, readBody, readMessages } from './body.js';
import { closings } from './closings.js';
import { createEncoder } from './frame.js';
import { judge, methodsOf, type Refusal, type Route, routeOf } from './guard.js';
import { createHolding } from './holding.js';
import { webSocketLine, type XhrLine, xhrLine } from './line.js';
import { refuseRequest, refuseUpgrade } from './refuse.js';
import { createWire, type OpenWire, type Wire, type WireHandlers } from './wire.js';

export type { Wire, WireHandlers } from './wire.js';

export interface SocketOptions {
  /** Origins, such as `https://stet.example`, whose pages may connect. */
  origins: readonly string[];
  /** The path that all of this stands under, such as `/rt`. */
  prefix: string;
  /** Bytes of a WebSocket message and of a request's body. */
  maxFrame: number;
  maxConnections: number;
  /** What tells the credential that a request shows from any other, and gives nothing of it away. */
  credentialOf(headers: IncomingHttpHeaders): string;
  /** Milliseconds between the heartbeats that keep proxies from ending a quiet connection. */
  heartbeatMs?: number;
  log: Logger;
  onWire(wire: Wire): WireHandlers;
}

export interface SocketTransport {
  /** True when it took the request; otherwise it belongs to the next handler. */
  request(request: IncomingMessage, response: ServerResponse): boolean;
  /** True when it took the upgrade; otherwise the socket is still the caller's. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Takes no new connection, closes every wire as `stopping`, and resolves when nothing is held any more. */
  close(): Promise<void>;
  /** Wires that are open. */
  count(): number;
  /** Bytes that wait on all that is held, the wires that have ended but are not gone yet among it. */
  waiting(): number;
}

export function createSocketTransport(options: SocketOptions): SocketTransport {
  const { prefix, maxFrame, log } = options;
  const encode = createEncoder();
  const holding = createHolding();
  const wires = new Map<string, OpenWire>();
  /** XHR sessions by the id that the client chose: it stays in here, and is good only with the credential it came with. */
  const sessions = new Map<string, { key: string; line: XhrLine; credential: string }>();
  let stopping = false;

  const server = sockjs.createServer({
    disable_cors: true,
    jsessionid: false,
    faye_server_options: { maxLength: maxFrame },
    // Named only in the iframe page, which the guard does not give out; the default is a public CDN.
    sockjs_url: `${prefix}/none`,
    log: (severity, line) => (severity === 'error' ? log.error(line) : log.debug(line)),
    ...(options.heartbeatMs === undefined ? {} : { heartbeat_delay: options.heartbeatMs }),
  });
  const carry = server.middleware({ prefix });

  server.on('connection', (connection: Connection | null) => {
    // It comes a tick late, and is null when the client was gone by then (sockjs-node issue 121).
    const key = connection?.pathname.split('/').at(-2) ?? '';
    const line = holding.get(key);
    if (!connection || !line) return;
    const onOver = () => {
      wires.delete(key);
      holding.part(key);
    };
    const wire = createWire(connection, line, { log, onWire: options.onWire, onOver });
    wires.set(key, wire);
    line.attach(connection);
    connection.on('data', (data: unknown) => wire.receive(data));
    connection.on('close', () => wire.lost());
    if (stopping) wire.close(closings.stopping.code, closings.stopping.reason);
    else wire.open();
  });

  const verdictOn = (request: IncomingMessage, route: Route, upgrade: boolean) => {
    const session = route.kind === 'session' ? sessions.get(route.session) : undefined;
    return judge(
      {
        upgrade,
        route,
        method: request.method ?? '',
        headers: request.headers,
        known: session !== undefined,
        foreign: session !== undefined && session.credential !== options.credentialOf(request.headers),
        full: stopping || holding.size >= options.maxConnections,
      },
      options,
    );
  };

  const noteRefusal = (request: IncomingMessage, { problem }: Refusal) => {
    const origin = request.headers.origin?.slice(0, 200);
    log.info({ type: problem.type, origin, remoteAddress: request.socket.remoteAddress }, 'socket request refused');
  };

  function sessionOf(id: string, request: IncomingMessage) {
    const open = sessions.get(id);
    if (open) return open;
    const key = randomUUID();
    const line = xhrLine(() => {
      // sockjs may say late that a session is gone whose id is in use again.
      if (sessions.get(id)?.key === key) sessions.delete(id);
      holding.release(key);
    });
    const session = { key, line, credential: options.credentialOf(request.headers) };
    sessions.set(id, session);
    holding.add(key, line);
    return session;
  }

  /** A poll, a stream or a send of an XHR session. */
  function requestOn(route: Route & { kind: 'session' }, request: IncomingMessage, response: ServerResponse): void {
    const { key, line } = sessionOf(route.session, request);
    if (route.door === 'xhr_send') {
      readBody(request, maxFrame, (body) => {
        const sent = readMessages(request.headers['content-type'], body);
        if (sent.kind === 'refuse') return refuseRequest(response, sent);
        for (const message of sent.messages) wires.get(key)?.receive(message);
        response.writeHead(204, { 'cache-control': 'no-store' }).end();
      });
      return;
    }
    ignoreBody(request, maxFrame);
    // Proxies would hold a stream back until it ends.
    response.setHeader('x-accel-buffering', 'no');
    request.url = `${prefix}/0/${key}/${route.door}`;
    line.begin(response);
    carry(request, response);
  }

  return {
    request(request, response) {
      const route = routeOf(request.url ?? '', prefix);
      if (!route) return false;
      const verdict = verdictOn(request, route, false);
      if (verdict.kind === 'refuse') {
        noteRefusal(request, verdict);
        ignoreBody(request, maxFrame);
        refuseRequest(response, verdict);
      } else if (request.method === 'OPTIONS') {
        ignoreBody(request, maxFrame);
        response.writeHead(204, { allow: methodsOf(route).join(', ') }).end();
      } else if (route.kind === 'session') {
        requestOn(route, request, response);
      } else {
        ignoreBody(request, maxFrame);
        request.url = route.kind === 'info' ? `${prefix}/info` : prefix;
        carry(request, response);
      }
      return true;
    },

    upgrade(request, socket, head) {
      const route = routeOf(request.url ?? '', prefix);
      if (!route) return false;
      // The HTTP server has let go of the socket: without a listener, a reset by the client ends the process.
      socket.on('error', (error) => log.debug({ err: error }, 'socket broken'));
      const verdict = verdictOn(request, route, true);
      if (verdict.kind === 'refuse') {
        noteRefusal(request, verdict);
        refuseUpgrade(socket, verdict);
        return true;
      }
      const key = randomUUID();
      const line = webSocketLine(socket, encode, 2 * maxFrame, () => holding.release(key));
      holding.add(key, line);
      request.url = `${prefix}/0/${key}/websocket`;
      // None is offered here, so the parser that once had a ReDoS (CVE-2020-7662) need not see what is asked for.
      delete request.headers['sec-websocket-extensions'];
      carry(request, socket, head);
      return true;
    },

    async close() {
      stopping = true;
      for (const wire of wires.values()) wire.close(closings.stopping.code, closings.stopping.reason);
      holding.partAll();
      await holding.empty();
    },

    count: () => wires.size,
    waiting: () => holding.waiting(),
  };
}
