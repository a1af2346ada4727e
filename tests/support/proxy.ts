// A bad network between clients and their server: a TCP proxy that cuts, holds up, slows down and swallows.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Flow, type Pace } from './flow.js';

export type Fault =
  /** Both ends learn of it at once. */
  | { kind: 'cut'; by: 'rst' | 'fin' }
  /** What is sent is taken and never arrives, and neither end is told. */
  | { kind: 'half-open' }
  /** The client is cut off and comes back, while its old link still hangs on the server. */
  | { kind: 'duplicate' }
  | Exclude<Pace, { kind: 'free' }>
  /** Cut, and nobody gets through until it is healed. */
  | { kind: 'away' }
  /** All passes as it should; links that have swallowed something are cut. */
  | { kind: 'heal' };

/** Hears the bytes of one link as they come in, whatever becomes of them. */
export interface Tap {
  up(bytes: Buffer): void;
  down(bytes: Buffer): void;
}

/** One connection through the proxy. */
export interface Link {
  meet(fault: LinkFault): void;
}
type LinkFault = Exclude<Fault, { kind: 'away' | 'delay' | 'slow' }>;

export interface TcpProxy {
  url: string;
  /** Those that are open now, the oldest first. */
  readonly links: ReadonlySet<Link>;
  /** How often each fault was met. */
  readonly did: Readonly<Record<Fault['kind'], number>>;
  /** Meets all links that are open, or these; `delay`, `slow` and `away` meet all, and those to come. */
  meet(fault: Fault, some?: Iterable<Link>): void;
  close(): Promise<void>;
}

export interface ProxyOptions {
  /** One for each link. */
  tap?(): Tap;
  /** Cuts a link on which such a request begins, as proxies do that know no WebSocket. */
  refuses?: RegExp;
}

/** Where it leads is asked for each link, if it is not always the same. */
export async function proxyTo(to: string | (() => string), { tap, refuses }: ProxyOptions = {}): Promise<TcpProxy> {
  const links = new Set<OpenLink>();
  const did = { cut: 0, 'half-open': 0, duplicate: 0, delay: 0, slow: 0, away: 0, heal: 0 };
  let pace: Pace = { kind: 'free' };
  let isAway = false;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    near.on('error', () => {});
    if (isAway) return void near.resetAndDestroy();
    const { hostname, port } = new URL(typeof to === 'string' ? to : to());
    const far = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    const link = new OpenLink(near, far, () => pace, tap?.());
    if (refuses)
      near.on('data', (bytes) => refuses.test(bytes.toString('latin1')) && link.meet({ kind: 'cut', by: 'rst' }));
    links.add(link);
    void link.closed.then(() => links.delete(link));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    links,
    did,
    meet(fault, some = links) {
      did[fault.kind] += 1;
      switch (fault.kind) {
        case 'delay':
        case 'slow':
          pace = fault;
          return;
        case 'away':
          isAway = true;
          for (const link of [...links]) link.meet({ kind: 'cut', by: 'rst' });
          return;
        case 'heal':
          isAway = false;
          pace = { kind: 'free' };
      }
      for (const link of [...some]) link.meet(fault);
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const link of links) link.meet({ kind: 'cut', by: 'rst' });
      return closed;
    },
  };
}

class OpenLink implements Link {
  /** Both ends are gone. */
  readonly closed: Promise<void>;
  readonly #near: Socket;
  readonly #far: Socket;
  #swallows = false;
  readonly #flows: Flow[];

  constructor(near: Socket, far: Socket, pace: () => Pace, tap?: Tap) {
    this.#near = near;
    this.#far = far;
    this.#flows = [new Flow(near, far, pace, tap?.up), new Flow(far, near, pace, tap?.down)];
    const gone = [near, far].map(
      (socket) => new Promise<void>((resolve) => void socket.once('close', () => resolve())),
    );
    this.closed = Promise.all(gone).then(() => {});
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.setNoDelay(true);
      socket.on('error', () => {});
      // Ended well, the other end is told in order, by the flow; broken, at once.
      socket.once('close', (isBroken) => {
        if (!this.#swallows && (isBroken || !socket.readableEnded)) other.resetAndDestroy();
      });
    }
  }

  meet(fault: LinkFault): void {
    switch (fault.kind) {
      case 'cut':
        for (const socket of [this.#near, this.#far]) {
          if (fault.by === 'rst') socket.resetAndDestroy();
          else socket.destroySoon();
        }
        return;
      case 'half-open':
        return this.#swallow();
      case 'duplicate':
        this.#swallow();
        this.#near.resetAndDestroy();
        return;
      case 'heal':
        if (this.#swallows) this.meet({ kind: 'cut', by: 'rst' });
        else for (const flow of this.#flows) flow.pump();
    }
  }

  #swallow(): void {
    this.#swallows = true;
    for (const flow of this.#flows) flow.swallow();
  }
}
