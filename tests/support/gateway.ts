// What stands between people and their server in offices, hotels and trains: a gateway that understands HTTP, and lets
// through what it sees fit. Each of its connections carries one request.
import { type ClientRequest, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export type Block =
  /** The upgrade is refused. */
  | 'websocket'
  /** The upgrade is swallowed: no answer, ever. */
  | 'websocket-hang'
  /** The upgrade passes, and SockJS's word that it is open, and then no more. */
  | 'websocket-mute'
  /** An answer that streams is held back until it ends. */
  | 'streaming-buffered'
  /** All of SockJS is answered with 502. */
  | 'sockjs'
  /** Whoever comes is cut off. */
  | 'everything';

/** How SockJS calls what carries messages down. */
export type Way = 'websocket' | 'xhr_streaming' | 'xhr';

export interface Gateway {
  url: string;
  /** Where it leads from now on. */
  lead(url: string): void;
  /** What it keeps from passing from now on, and nothing else. */
  block(...blocks: Block[]): void;
  /** The last one on which something came down. */
  readonly way: Way | null;
  /** All that came down on sockets, as it went by. */
  readonly told: string;
  /** Cuts all that passes through it. */
  cut(): void;
  /** Whatever is open stays open, and nothing passes on it any more, not even its end. What is opened anew passes. */
  abandon(): void;
  stop(): Promise<void>;
}

interface Link {
  near: Duplex;
  onward: ClientRequest | null;
  far: Duplex | null;
  isAbandoned: boolean;
}

const wayOf = (url = ''): Way | null =>
  (/^\/rt\/[^/]+\/[^/]+\/(websocket|xhr_streaming|xhr)(\?|$)/.exec(url)?.[1] as Way | undefined) ?? null;

const isSockjs = (url = ''): boolean => url.startsWith('/rt/');

/** It leads nowhere yet: a server has to know first at which origin its pages will stand. */
export async function openGateway(): Promise<Gateway> {
  const links = new Set<Link>();
  let blocks: readonly Block[] = [];
  let target = { hostname: '', port: '' };
  let way: Way | null = null;
  let told = '';

  function linkOf(near: Duplex): Link {
    const link: Link = { near, onward: null, far: null, isAbandoned: false };
    links.add(link);
    near.on('error', () => {});
    near.once('close', () => {
      if (link.isAbandoned) return;
      links.delete(link);
      end(link);
    });
    return link;
  }

  function end({ near, onward, far }: Link): void {
    for (const each of [near, onward, far]) each?.destroy();
  }

  function ask(link: Link, { method, url, headers }: IncomingMessage): ClientRequest {
    const onward = request({ ...target, method, path: url, headers, agent: false });
    link.onward = onward;
    return onward.on('error', () => link.isAbandoned || end(link));
  }

  function hear(by: Way | null, bytes: Buffer): void {
    if (!by) return;
    way = by;
    told += bytes.toString('utf8');
  }

  const server = createServer((asked, answer) => {
    if (blocks.includes('everything')) return void asked.socket.destroy();
    if (blocks.includes('sockjs') && isSockjs(asked.url)) return void answer.writeHead(502).end();
    const link = linkOf(asked.socket);
    const onward = ask(link, asked);
    asked.on('data', (bytes) => link.isAbandoned || onward.write(bytes));
    asked.on('end', () => link.isAbandoned || onward.end());
    onward.on('response', (given) => carry(link, given, answer, wayOf(asked.url)));
  });

  function carry(link: Link, given: IncomingMessage, answer: ServerResponse, by: Way | null): void {
    const held: Buffer[] | null = by === 'xhr_streaming' && blocks.includes('streaming-buffered') ? [] : null;
    const begin = () => answer.writeHead(given.statusCode ?? 502, { ...given.headers, connection: 'close' });
    const pass = (bytes: Buffer) => {
      hear(by, bytes);
      answer.write(bytes);
    };
    if (!held) begin().flushHeaders();
    given.on('data', (bytes: Buffer) => {
      if (held) held.push(bytes);
      else if (!link.isAbandoned) pass(bytes);
    });
    given.on('end', () => {
      if (link.isAbandoned) return;
      if (held) begin();
      for (const bytes of held ?? []) pass(bytes);
      answer.end();
    });
    given.on('error', () => link.isAbandoned || end(link));
  }

  server.on('upgrade', (asked: IncomingMessage, near: Duplex, head: Buffer) => {
    const link = linkOf(near);
    if (blocks.includes('websocket-hang')) return;
    if (blocks.includes('everything')) return void near.destroy();
    if (blocks.includes('websocket') || blocks.includes('sockjs')) return void near.end(headOf(502, []));
    const onward = ask(link, asked);
    onward.on('response', ({ statusCode = 502 }) => near.end(headOf(statusCode, [])));
    onward.on('upgrade', ({ rawHeaders }, far, first) => {
      link.far = far;
      near.write(headOf(101, rawHeaders));
      const down = (bytes: Buffer) => {
        if (link.isAbandoned || bytes.length === 0) return;
        hear('websocket', bytes);
        near.write(bytes);
        link.isAbandoned = blocks.includes('websocket-mute');
      };
      far.write(head);
      down(first);
      far.on('data', down);
      near.on('data', (bytes: Buffer) => link.isAbandoned || far.write(bytes));
      far.on('error', () => {});
      far.once('close', () => link.isAbandoned || end(link));
    });
    onward.end();
  });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const gateway = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lead(url: string) {
      const { hostname, port } = new URL(url);
      target = { hostname, port };
    },
    block(...next: Block[]) {
      blocks = next;
    },
    get way() {
      return way;
    },
    get told() {
      return told;
    },
    cut() {
      for (const link of links) end(link);
    },
    abandon() {
      for (const link of links) link.isAbandoned = true;
    },
    stop() {
      const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
      gateway.cut();
      return stopped;
    },
  };
  return gateway;
}

/** The head of an answer to an upgrade; `headers` are names and values by turns. */
function headOf(status: number, headers: readonly string[]): string {
  const lines = headers.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${headers[at + 1]}`] : []));
  return [`HTTP/1.1 ${status} ${status === 101 ? 'Switching Protocols' : 'Refused'}`, ...lines, '', ''].join('\r\n');
}
