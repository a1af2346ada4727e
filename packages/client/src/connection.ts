import {
  type Down,
  downSchema,
  PROTOCOL_VERSION,
  pingEvery,
  pongWithin,
  problemName,
  type Up,
  type Welcome,
} from '@stet/protocol';
import SockJS from 'sockjs-client';
import type { Api } from './api.js';
import { backoff } from './backoff.js';

// The live side. The loop flows through these states until somebody closes it:
//
//   asking (a ticket) ─▶ opening ─▶ greeting ─▶ open ─┐
//      ▲                                              │ lost, bye, silence
//      └────────────── waiting ◀──────────────────────┘
//
// Whoever is not let in any more (signed out) ends in `closed`.

export type ConnectionState =
  | { kind: 'asking' | 'opening' | 'greeting' }
  | { kind: 'open'; id: string; user: { id: string; name: string } }
  | { kind: 'waiting'; attempt: number; until: number }
  | { kind: 'closed'; why: 'signed-out' | 'refused' | 'asked' };

export interface ConnectionOptions {
  api: Api;
  /** Where SockJS stands, such as `http://localhost:4000/rt`. */
  url: string;
  /** How far each workspace's log has been read: asked for at each hello. */
  cursors(): Record<string, string>;
  message(down: Down): void;
  state(state: ConnectionState): void;
}

// SockJS takes as long as it needs to find a transport; then this counts as no connection.
const openWithin = 10_000;

export class Connection {
  readonly #options: ConnectionOptions;
  #state: ConnectionState = { kind: 'closed', why: 'asked' };
  #socket: InstanceType<typeof SockJS> | null = null;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Each try has its number: what a former one still says is not listened to. */
  #try = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  open(): void {
    if (this.#state.kind === 'closed') this.#start();
  }

  close(): void {
    this.#end({ kind: 'closed', why: 'asked' });
  }

  /** Tries at once where it waits: the network came back, or the page is looked at again. */
  hurry(): void {
    if (this.#state.kind === 'waiting') this.#start();
  }

  send(up: Up): boolean {
    if (this.#state.kind !== 'open') return false;
    this.#socket?.send(JSON.stringify(up));
    return true;
  }

  #start(): void {
    this.#try += 1;
    const mine = this.#try;
    this.#become({ kind: 'asking' });
    this.#attempt += 1;
    void this.#ask(mine);
  }

  async #ask(mine: number): Promise<void> {
    const answer = await this.#options.api({ method: 'POST', path: '/rt/ticket' });
    if (mine !== this.#try) return;
    if (answer.kind === 'refused' && problemName(answer.problem) === 'unauthenticated') {
      return this.#end({ kind: 'closed', why: 'signed-out' });
    }
    if (answer.kind !== 'ok') return this.#wait();
    const { ticket } = answer.body as { ticket: string };
    this.#connect(mine, ticket);
  }

  #connect(mine: number, ticket: string): void {
    this.#become({ kind: 'opening' });
    // The session's id is what an XHR transport is recognised by: long enough that nobody guesses it.
    const socket = new SockJS(this.#options.url, null, { timeout: 5_000, sessionId: 32 });
    this.#socket = socket;
    this.#after(openWithin, () => this.#lost());
    socket.onopen = () => {
      if (mine !== this.#try) return;
      this.#become({ kind: 'greeting' });
      const hello: Up = { type: 'hello', protocol: PROTOCOL_VERSION, ticket, cursors: this.#options.cursors() };
      socket.send(JSON.stringify(hello));
    };
    socket.onmessage = (event) => {
      if (mine === this.#try) this.#hear(String(event.data));
    };
    socket.onclose = () => {
      if (mine === this.#try) this.#lost();
    };
  }

  #hear(text: string): void {
    const down = readDown(text);
    this.#listen();
    if (!down) return;
    switch (down.type) {
      case 'welcome':
        this.#attempt = 0;
        this.#become(openState(down));
        break;
      case 'ping':
        this.#socket?.send(JSON.stringify({ type: 'pong' } satisfies Up));
        return;
      case 'pong':
        return;
      case 'bye':
        if (down.reason === 'signed-out') return this.#end({ kind: 'closed', why: 'signed-out' });
        if (down.retry === null) return this.#end({ kind: 'closed', why: 'refused' });
        return this.#wait(down.retry);
    }
    this.#options.message(down);
  }

  /** After silence it asks, and without an answer the link counts as dead, whatever the browser thinks of it. */
  #listen(): void {
    this.#after(pingEvery, () => {
      this.#socket?.send(JSON.stringify({ type: 'ping' } satisfies Up));
      this.#after(pongWithin, () => this.#lost());
    });
  }

  #lost(): void {
    this.#wait(backoff(this.#attempt));
  }

  #wait(ms = backoff(this.#attempt)): void {
    this.#drop();
    this.#become({ kind: 'waiting', attempt: this.#attempt, until: Date.now() + ms });
    this.#after(ms, () => this.#start());
  }

  #end(state: ConnectionState): void {
    this.#drop();
    this.#become(state);
  }

  #drop(): void {
    this.#try += 1;
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #after(ms: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, ms);
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    this.#options.state(state);
  }
}

const openState = ({ connection, user }: Welcome): ConnectionState => ({ kind: 'open', id: connection, user });

/** What a newer server says beyond our protocol is not ours to fail on. */
function readDown(text: string): Down | null {
  try {
    const parsed = downSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
