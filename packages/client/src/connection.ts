import { type Down, downSchema, PROTOCOL_VERSION, problemName, type Up, type Welcome } from '@stet/protocol';
import { type Api, retryAfter } from './api.js';
import { pause } from './backoff.js';
import { type Dial, type Dialled, dial } from './dial.js';
import { type Times, usualTimes } from './times.js';
import { avoid, orderOf, type Preference, prefer, type Transport } from './transports.js';

// The live side. The loop flows through these states until somebody closes it:
//
//   asking (a ticket) ─▶ opening ─▶ greeting ─▶ open ─┐
//      ▲                                              │ lost, bye, silence
//      └────────────── waiting ◀──────────────────────┘
//
// Whoever is not let in any more (signed out) ends in `closed`.

export type ConnectionState =
  | { kind: 'asking' | 'opening' | 'greeting' }
  | { kind: 'open'; id: string; user: { id: string; name: string }; transport: Transport }
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
  /** An open link was in doubt, and has proven itself. */
  proven?(): void;
  /** Where they are left out, those of times.ts. */
  times?: Partial<Times>;
  /** What opens a line; SockJS, where it is left out. */
  dial?: Dial;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #times: Times;
  #state: ConnectionState = { kind: 'closed', why: 'asked' };
  #line: Dialled | null = null;
  #preference: Preference = null;
  #attempt = 0;
  #openSince = 0;
  /** The link is in doubt, and an answer is due soon. */
  #isChecking = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Each try has its number: what a former one still says is not listened to. */
  #try = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#times = { ...usualTimes, ...options.times };
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

  /**
   * Somebody looks at the page again, or the link is in doubt: whoever waits tries at once, and a link that looks open
   * has to prove it soon. `network`: it may be another one now, so what was known of the former no longer counts.
   */
  wake(why: 'look' | 'network' = 'look'): void {
    if (why === 'network') this.#preference = null;
    switch (this.#state.kind) {
      case 'waiting':
        this.#attempt = 0;
        return this.#start();
      case 'open':
        return this.#check();
      case 'asking':
      case 'opening':
      case 'greeting':
        if (why === 'network') this.#start();
    }
  }

  send(up: Up): boolean {
    if (this.#state.kind !== 'open') return false;
    this.#say(up);
    return true;
  }

  #start(): void {
    this.#drop();
    const mine = this.#try;
    this.#attempt += 1;
    this.#become({ kind: 'asking' });
    this.#after(this.#times.ask, () => this.#wait());
    void this.#ask(mine);
  }

  async #ask(mine: number): Promise<void> {
    const answer = await this.#options.api({ method: 'POST', path: '/rt/ticket' });
    if (mine !== this.#try) return;
    if (answer.kind === 'refused' && problemName(answer.problem) === 'unauthenticated') {
      return this.#end({ kind: 'closed', why: 'signed-out' });
    }
    if (answer.kind !== 'ok') return this.#wait(retryAfter(answer));
    const { ticket } = answer.body as { ticket: string };
    this.#connect(ticket);
  }

  #connect(ticket: string): void {
    const { url, cursors } = this.#options;
    let transport: Transport;
    this.#become({ kind: 'opening' });
    // The better ones took all the time: the next try begins where this one ended.
    this.#after(this.#times.open, () => this.#wait(null, prefer(transport, Date.now())));
    this.#line = (this.#options.dial ?? dial)({
      url,
      order: orderOf(this.#preference, Date.now()),
      within: this.#times.transport,
      trying(next) {
        transport = next;
      },
      open: () => {
        this.#become({ kind: 'greeting' });
        this.#after(this.#times.greet, () => this.#wait(null, avoid(transport, Date.now())));
        this.#say({ type: 'hello', protocol: PROTOCOL_VERSION, ticket, cursors: cursors() });
      },
      message: (text) => this.#hear(text, transport),
      lost: () => this.#wait(),
    });
  }

  #hear(text: string, transport: Transport): void {
    const down = readDown(text);
    const isProven = this.#isChecking;
    if (this.#state.kind === 'open') this.#listen();
    if (!down) return;
    switch (down.type) {
      case 'welcome':
        this.#welcome(down, transport);
        break;
      case 'ping':
        return this.#say({ type: 'pong' });
      case 'pong':
        return isProven ? this.#options.proven?.() : undefined;
      case 'bye':
        if (down.reason === 'signed-out') return this.#end({ kind: 'closed', why: 'signed-out' });
        if (down.retry === null) return this.#end({ kind: 'closed', why: 'refused' });
        return this.#wait(down.retry);
    }
    this.#options.message(down);
  }

  #welcome({ connection, user }: Welcome, transport: Transport): void {
    this.#preference = prefer(transport, Date.now());
    this.#openSince = Date.now();
    this.#listen();
    this.#become({ kind: 'open', id: connection, user, transport });
  }

  /** After silence it asks, and without an answer the link counts as dead, whatever the browser thinks of it. */
  #listen(): void {
    this.#isChecking = false;
    this.#after(this.#times.silence, () => {
      this.#say({ type: 'ping' });
      this.#after(this.#times.pong, () => this.#wait());
    });
  }

  #check(): void {
    if (this.#isChecking) return;
    this.#isChecking = true;
    this.#say({ type: 'ping' });
    this.#after(this.#times.soon, () => {
      // A link that died of the machine's sleep, or of a change of networks: the next one may be another.
      this.#preference = null;
      this.#attempt = 0;
      this.#start();
    });
  }

  #wait(asked: number | null = null, preference = this.#preference): void {
    this.#preference = preference;
    // One that opens and dies at once is no success: who comes back to it in a loop has to slow down as well.
    const hasLasted = this.#state.kind === 'open' && Date.now() - this.#openSince >= this.#times.steady;
    if (hasLasted) this.#attempt = 0;
    const ms = pause(this.#attempt, asked);
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
    this.#isChecking = false;
    clearTimeout(this.#timer);
    const line = this.#line;
    this.#line = null;
    line?.close();
  }

  #say(up: Up): void {
    this.#line?.send(JSON.stringify(up));
  }

  /** One thing at a time is waited for. */
  #after(ms: number, then: () => void): void {
    clearTimeout(this.#timer);
    const due = Date.now() + ms;
    this.#timer = setTimeout(() => {
      const hasSlept = Date.now() - due > this.#times.slept;
      // Who was asked while the machine slept could not answer: it is asked once more, and no more than once.
      if (hasSlept && !this.#isChecking) this.wake('network');
      else then();
    }, ms);
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    this.#options.state(state);
  }
}

/** What a newer server says beyond our protocol is not ours to fail on. */
function readDown(text: string): Down | null {
  try {
    const parsed = downSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
