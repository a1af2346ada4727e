// People who hear: a SockJS client that keeps all it was told, and waits for what must come.
import { type Down, downSchema, PROTOCOL_VERSION, type Reply, type Up, type Welcome } from '@stet/protocol';
import SockJS from 'sockjs-client';
import type { Json, Person } from './api.js';
import type { Check } from './described.js';
import { until } from './until.js';

type Type = Down['type'];
type Message<T extends Type> = Extract<Down, { type: T }>;

export interface Socket {
  /** All that was said, pings apart, in order. */
  readonly all: readonly Down[];
  /** All of one type. */
  heard<T extends Type>(type: T): Message<T>[];
  /** The first of this type that `next` has not given yet. */
  next<T extends Type>(type: T): Promise<Message<T>>;
  /** Resolves when one of this type fits, whether `next` gave it or not. */
  until<T extends Type>(type: T, fits: (message: Message<T>) => boolean): Promise<Message<T>>;
  say(up: Up): void;
  /** Whatever it is. */
  sayText(text: string): void;
  request(method: string, path: string, headers?: Record<string, string>, body?: unknown): Promise<Reply>;
  /** How it ended. */
  readonly closed: Promise<{ code: number; reason: string }>;
  close(): void;
}

export interface Listener extends Socket {
  readonly welcome: Welcome;
}

/** Opens a socket and says nothing yet. */
export async function openSocket(url: string, transport = 'websocket'): Promise<Socket> {
  const socket = new SockJS(`${url}/rt`, null, { transports: [transport], timeout: 10_000 });
  const all: Down[] = [];
  const given = new Map<Type, number>();
  let broken: unknown = null;
  let refs = 0;
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.onclose = ({ code, reason }) => resolve({ code, reason });
  });
  let isClosed = false;
  void closed.then(() => {
    isClosed = true;
  });
  socket.onmessage = ({ data }) => {
    const read = downSchema.safeParse(JSON.parse(String(data)));
    if (!read.success) broken ??= read.error;
    else if (read.data.type === 'ping') say({ type: 'pong' });
    else all.push(read.data);
  };
  const say = (up: Up) => socket.send(JSON.stringify(up));
  const heard = <T extends Type>(type: T) => all.filter((message): message is Message<T> => message.type === type);
  const wait = <T>(what: string, look: () => T | undefined) =>
    until(what, () => {
      if (broken) throw broken;
      const found = look();
      if (found === undefined && isClosed) throw new Error(`The socket closed before ${what}`);
      return found;
    });
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    void closed.then(({ code, reason }) => reject(new Error(`The socket did not open: ${code} ${reason}`)));
  });
  return {
    all,
    closed,
    heard,
    say,
    sayText: (text) => socket.send(text),
    async next(type) {
      const place = given.get(type) ?? 0;
      given.set(type, place + 1);
      return wait(`${type} number ${place + 1}`, () => heard(type)[place]);
    },
    until: (type, fits) => wait(`such a ${type}`, () => heard(type).find(fits)),
    async request(method, path, headers = {}, body) {
      refs += 1;
      const ref = `ref ${refs}`;
      const up = { type: 'request', ref, method, path, headers, ...(body === undefined ? {} : { body }) };
      socket.send(JSON.stringify(up));
      return wait(`the reply to ${ref}`, () => heard('reply').find((reply) => reply.ref === ref));
    },
    close: () => socket.close(),
  };
}

export async function ticketOf(person: Person): Promise<string> {
  const { body } = await person.post<{ ticket: string }>('/api/rt/ticket');
  return body.ticket;
}

export const hello = (ticket: string, more: Partial<Up & { type: 'hello' }> = {}): Up => ({
  type: 'hello',
  protocol: PROTOCOL_VERSION,
  ticket,
  ...more,
});

export interface Connecting {
  cursors?: Record<string, string>;
  transport?: string;
}

/** Opens a socket as this person, and waits until it is welcome. */
export async function connect(url: string, person: Person, options: Connecting = {}): Promise<Listener> {
  const ticket = await ticketOf(person);
  const socket = await openSocket(url, options.transport);
  const { cursors } = options;
  socket.say(hello(ticket, cursors ? { cursors } : {}));
  const welcome = await socket.next('welcome');
  return { ...socket, welcome };
}

/** The same person over a socket: what is asked over HTTP can be asked here, and is answered alike. */
export function personOn(socket: Socket, check?: Check): Person {
  async function ask<T>(method: string, path: string, headers: Record<string, string | string[]> = {}, body?: unknown) {
    const plain = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    const reply = await socket.request(method, path, plain, body);
    const isEmpty = reply.status === 304;
    // What is no problem needs no content type here: a frame is JSON.
    const told = { ...reply.headers, 'content-type': reply.headers['content-type'] ?? 'application/json' };
    check?.(method, path, { status: reply.status, headers: told, body: isEmpty ? undefined : reply.body });
    const text = isEmpty ? '' : JSON.stringify(reply.body);
    return { status: reply.status, headers: reply.headers, text, body: (isEmpty ? undefined : reply.body) as T };
  }
  return {
    ask: (method, path, headers, body) => ask(method, path, headers, body && (JSON.parse(String(body)) as Json)),
    get: (path, headers) => ask('GET', path, headers),
    post: (path, body, headers) => ask('POST', path, headers, body),
    put: (path, body, headers) => ask('PUT', path, headers, body),
    patch: (path, body, headers) => ask('PATCH', path, headers, body),
    delete: (path, headers) => ask('DELETE', path, headers),
  };
}
