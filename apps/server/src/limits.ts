import { pingEvery, pongWithin } from '@stet/protocol';
import type { HubFloors } from './hub/hub.js';

// What one process lets its clients hold and ask for: rules H4 and S3 in figures. Times are milliseconds, sizes bytes.

export interface HttpLimits {
  /** TCP connections, sockets and streams among them. */
  connections: number;
  /** How long a request's headers may take, and all of it with its body. */
  headersWithin: number;
  requestWithin: number;
  /** How often it is looked for requests that take longer. */
  lookEvery: number;
  /** How long a connection waits for its next request: longer than proxies keep theirs, so that none is shut in their face. */
  idle: number;
  /** How long a connection with a request under way may move no byte either way. */
  stalled: number;
  /** How long connections on which nothing is asked stay open when the server stops. */
  lastIdle: number;
  /** How long what is under way may take when the server stops; then it is cut off. */
  stopping: number;
}

/** What may wait for one reader who does not read. */
export interface WaitingLimits {
  /** From here on it is full: nothing more is begun for it, and what is live waits in the log. */
  full: number;
  /** Whoever holds more is cut off at once. */
  most: number;
  /** How long a full one may take nothing. */
  stalled: number;
}

/** How much one connection may say. What a message costs grows with its size. */
export interface TalkLimits {
  perSecond: number;
  burst: number;
  /** How far beyond it may go before it is closed. */
  beyond: number;
}

export interface SocketLimits {
  all: number;
  perUser: number;
  /** Connections that have not said who they are; the oldest makes room. */
  silent: number;
  helloWithin: number;
  pingEvery: number;
  pongWithin: number;
  /** A WebSocket message, or the body of an XHR send. */
  frame: number;
  /** The largest answer to a request on a socket: what is longer is asked for over HTTP. */
  reply: number;
  /** Requests under way on one socket. */
  atOnce: number;
  /** Frames in a row that are not understood. */
  nonsense: number;
}

export interface StreamLimits {
  all: number;
  perUser: number;
  /** Between heartbeats. */
  heartbeat: number;
}

export interface Limits {
  http: HttpLimits;
  waiting: WaitingLimits;
  talk: TalkLimits;
  sockets: SocketLimits;
  streams: StreamLimits;
}

/** Some of them, and how often is looked for what the bus should have told. */
export type SomeLimits = { [Part in keyof Limits]?: Partial<Limits[Part]> } & { floors?: HubFloors };

const kib = 1024;

export const usualLimits: Limits = {
  http: {
    connections: 10_000,
    headersWithin: 15_000,
    requestWithin: 60_000,
    lookEvery: 5_000,
    idle: 65_000,
    stalled: 60_000,
    lastIdle: 250,
    stopping: 5_000,
  },
  waiting: { full: 256 * kib, most: 2_048 * kib, stalled: 30_000 },
  talk: { perSecond: 100, burst: 300, beyond: 300 },
  sockets: {
    all: 5_000,
    perUser: 500,
    silent: 1_000,
    helloWithin: 5_000,
    pingEvery,
    pongWithin,
    frame: 64 * kib,
    reply: 1_024 * kib,
    atOnce: 32,
    nonsense: 3,
  },
  streams: { all: 2_000, perUser: 20, heartbeat: 15_000 },
};

/** The usual limits with some others in their place. */
export const limitsWith = (own: SomeLimits): Limits => ({
  http: { ...usualLimits.http, ...own.http },
  waiting: { ...usualLimits.waiting, ...own.waiting },
  talk: { ...usualLimits.talk, ...own.talk },
  sockets: { ...usualLimits.sockets, ...own.sockets },
  streams: { ...usualLimits.streams, ...own.streams },
});
