// A real server with nothing on it but the guarded transport, and a client that speaks bare bytes: for the tests.

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { createSocketTransport, type SocketOptions, type SocketTransport } from './transport.js';

export const ownOrigin = 'http://stet.test';
export const maxFrame = 65_536;

export interface TestServer {
  port: number;
  url: string;
  transport: SocketTransport;
  stop(): Promise<void>;
}

/** Unless told otherwise, every wire says back what it hears. */
export async function startTestServer(options: Partial<SocketOptions> = {}): Promise<TestServer> {
  const transport = createSocketTransport({
    origins: [ownOrigin],
    prefix: '/rt',
    maxFrame,
    maxConnections: 100,
    credentialOf: ({ cookie }) => cookie ?? '',
    log: pino({ level: 'silent' }),
    onWire: (wire) => ({ message: (text) => wire.send(`heard ${text}`), closed() {} }),
    ...options,
  });
  const server = createServer((asked, answer) => {
    if (!transport.request(asked, answer)) answer.writeHead(418).end('next handler');
  });
  server.on('upgrade', (asked, socket, head) => {
    if (!transport.upgrade(asked, socket, head)) socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/rt`,
    transport,
    async stop() {
      await transport.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Ask {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** One HTTP request on a connection of its own; an upgrade that is refused is answered like any other request. */
export async function ask(port: number, { method = 'GET', path, headers = {}, body }: Ask): Promise<Answer> {
  const asked = request({ host: '127.0.0.1', port, method, path, headers, agent: false });
  asked.end(body);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: text };
}

export const handshake = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

/** A TCP connection whose bytes the test writes itself. */
export interface Raw {
  socket: Socket;
  write(bytes: string | Buffer): void;
  /** Resolves once what has come in contains the text. */
  until(text: string): Promise<string>;
  /** Resolves when the server has ended its side; ours stays open until `socket` is destroyed. */
  gone: Promise<void>;
}

export function openRaw(port: number): Raw {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  let seen = '';
  // The server may cut it at any time: that is what the tests are about.
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    seen += chunk.toString('latin1');
  });
  const gone = new Promise<void>((done) => socket.once('end', done).once('close', () => done()));
  const isGone = () => socket.readableEnded || socket.closed;
  return {
    socket,
    gone,
    write: (bytes) => void socket.write(bytes),
    until: (text) =>
      new Promise((done, fail) => {
        const look = () => {
          if (!seen.includes(text) && !isGone()) return;
          socket.off('data', look).off('end', look).off('close', look);
          if (seen.includes(text)) done(seen);
          else fail(new Error(`closed after: ${seen}`));
        };
        socket.on('data', look).on('end', look).on('close', look);
        look();
      }),
  };
}

export function upgradeRequest(headers: Record<string, string> = handshake, path = '/rt/0/abcdefgh/websocket'): string {
  const lines = Object.entries({ host: 'stet.test', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** An open WebSocket whose frames the test makes itself. */
export async function openRawWebSocket(port: number): Promise<Raw> {
  const raw = openRaw(port);
  raw.write(upgradeRequest());
  await raw.until('\x81\x01o');
  return raw;
}

const opcodes = { continuation: 0, text: 1, close: 8, ping: 9 };

/** A frame as a client sends it, masked with zeros: RFC 6455, section 5.2. */
export function clientFrame(kind: keyof typeof opcodes, payload: string | Buffer, final = true): Buffer {
  const data = Buffer.from(payload as string);
  const head = Buffer.alloc(data.length < 126 ? 2 : data.length < 65_536 ? 4 : 10);
  head[0] = (final ? 0x80 : 0) | opcodes[kind];
  head[1] = 0x80 | (head.length === 2 ? data.length : head.length === 4 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(data.length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(data.length), 2);
  return Buffer.concat([head, Buffer.alloc(4), data]);
}
