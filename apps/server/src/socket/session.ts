import {
  type Bye,
  type Down,
  issuesOf,
  PROTOCOL_VERSION,
  type PresenceUp,
  type Problem,
  pingEvery,
  pongWithin,
  problem,
  type SocketRequest,
  type Up,
  upSchema,
} from '@stet/protocol';
import type { Logger } from 'pino';
import type { Identity } from '../auth/auth.js';
import type { Door } from '../door/door.js';
import { membershipsOf } from '../door/me.js';
import type { Services } from '../door/services.js';
import type { Hub } from '../hub/hub.js';
import type { Reader } from '../hub/reader.js';
import { closings } from './closings.js';
import type { Wire, WireHandlers } from './wire.js';

// One socket, from hello to bye.
//
//   greeting ──hello──▶ opening ──welcome──▶ open
//       └──────────────────┴──────────────────┴──▶ closed   (bye, silence, nonsense, gone)

type State =
  | { kind: 'greeting' }
  | { kind: 'opening' }
  | { kind: 'open'; who: Identity; reader: Reader }
  | { kind: 'closed' };

const helloWithin = 5_000;
const mostNonsense = 3;
const mostAtOnce = 32;
const noTicket = 'The ticket is unknown, used, older than 30 seconds, or its session has ended.';

export interface SessionOptions {
  door: Door;
  hub: Hub;
  services: Services;
  log: Logger;
}

/** Gives each new wire its session. */
export const createSessions =
  (options: SessionOptions) =>
  (wire: Wire): WireHandlers =>
    new Session(wire, options);

class Session implements WireHandlers {
  readonly #wire: Wire;
  readonly #options: SessionOptions;
  #state: State = { kind: 'greeting' };
  #nonsense = 0;
  #underWay = 0;
  #heard = true;
  #timer: NodeJS.Timeout;

  constructor(wire: Wire, options: SessionOptions) {
    this.#wire = wire;
    this.#options = options;
    this.#timer = setTimeout(() => this.#bye('idle', 0), helloWithin);
  }

  message(text: string): void {
    if (this.#state.kind === 'closed') return;
    this.#heard = true;
    this.#options.services.presence.renew(this.#wire.id);
    const frame = readFrame(text);
    if (frame.kind === 'refused') return this.#refuse(frame.problem);
    this.#nonsense = 0;
    this.#hear(frame.up);
  }

  closed(): void {
    clearTimeout(this.#timer);
    if (this.#state.kind === 'open') {
      this.#options.hub.leave(this.#state.reader);
      this.#options.services.presence.gone(this.#wire.id);
    }
    this.#state = { kind: 'closed' };
  }

  #hear(up: Up): void {
    switch (up.type) {
      case 'ping':
        return this.#say({ type: 'pong' });
      case 'pong':
        return;
      case 'hello':
        if (this.#state.kind !== 'greeting') return this.#refuse(problem('malformed', 'Hello was said already.'));
        return this.#carefully(this.#open(up));
      case 'request':
        if (this.#state.kind !== 'open') return this.#refuse(problem('unauthenticated', 'Say hello first.'));
        return this.#carefully(this.#ask(up, this.#state.who));
      case 'presence':
        if (this.#state.kind !== 'open') return this.#refuse(problem('unauthenticated', 'Say hello first.'));
        return this.#carefully(this.#place(up, this.#state.who));
    }
  }

  async #open({ protocol, ticket, cursors }: Up & { type: 'hello' }): Promise<void> {
    const { services, hub } = this.#options;
    const seen = services.tickets.look(ticket);
    if (!seen) return this.#turnAway(problem('unauthenticated', noTicket), 0);
    if (protocol !== PROTOCOL_VERSION) {
      return this.#turnAway(problem('malformed', `This server speaks protocol ${PROTOCOL_VERSION}.`), null);
    }
    this.#state = { kind: 'opening' };
    const workspaces = await membershipsOf(services.store, seen.user.id);
    // It may have closed meanwhile; TypeScript can't know that a state changes while we wait.
    if (this.#isClosed()) return;
    // Taken only now, when the hub hears of it at once: a session that ended while we waited took its tickets along.
    const who = services.tickets.take(ticket);
    if (!who) return this.#turnAway(problem('unauthenticated', noTicket), 0);
    const reader = this.#reader(who);
    this.#state = { kind: 'open', who, reader };
    this.#say({
      type: 'welcome',
      protocol: PROTOCOL_VERSION,
      channel: `rt-change/${who.user.id}`,
      connection: this.#wire.id,
      user: { id: who.user.id, name: who.user.name },
      workspaces,
    });
    this.#watch();
    await hub.join(reader, workspaces, cursors ?? {});
  }

  #turnAway(body: Problem, retry: number | null): void {
    this.#say({ type: 'refused', problem: body });
    this.#bye('refused', retry);
  }

  async #ask(up: SocketRequest, who: Identity): Promise<void> {
    if (this.#underWay >= mostAtOnce) {
      const body = problem('too-many-requests', `At most ${mostAtOnce} requests may wait on one socket.`);
      return this.#say({ type: 'reply', ref: up.ref, status: body.status, headers: { 'retry-after': '1' }, body });
    }
    this.#underWay += 1;
    try {
      const answer = await this.#options.door.ask(askOf(up, this.#wire.id), who);
      this.#say({
        type: 'reply',
        ref: up.ref,
        status: answer.status,
        headers: answer.headers,
        body: answer.body ?? null,
      });
    } catch (error) {
      this.#options.log.error({ err: error, wire: this.#wire.id }, 'a socket request failed');
      const body = problem('internal');
      this.#say({ type: 'reply', ref: up.ref, status: body.status, headers: {}, body });
    } finally {
      this.#underWay -= 1;
    }
  }

  async #place({ workspace, ...place }: PresenceUp, who: Identity): Promise<void> {
    const { type: _, ...said } = place;
    const sayer = { id: this.#wire.id, user: who.user };
    const refused = await this.#options.services.presence.say(sayer, workspace, said);
    if (refused && !this.#isClosed()) this.#say({ type: 'refused', problem: refused });
  }

  #reader(who: Identity): Reader {
    return {
      id: this.#wire.id,
      user: who.user.id,
      session: who.session,
      tell: ({ frame }) => this.#wire.send(frame),
      notice: (frame) => this.#wire.send(frame),
      presence: (frame) => this.#wire.send(frame),
      reset: (workspace, reason) => this.#say({ type: 'reset', workspace, reason }),
      bye: (reason, retry) => this.#bye(reason, retry),
    };
  }

  /** Asks at intervals whether the other end is still there: SockJS does not notice a half-open link. */
  #watch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#heard = false;
      this.#say({ type: 'ping' });
      this.#timer = setTimeout(() => (this.#heard ? this.#watch() : this.#bye('idle', 0)), pongWithin);
    }, pingEvery);
  }

  #refuse(body: Problem): void {
    this.#say({ type: 'refused', problem: body });
    this.#nonsense += 1;
    if (this.#nonsense >= mostNonsense) this.#bye('refused', null);
  }

  #bye(reason: Bye['reason'], retry: number | null): void {
    if (this.#isClosed()) return;
    this.#say({ type: 'bye', reason, retry });
    const { code, reason: text } = closings[reason];
    this.#wire.close(code, text);
    this.closed();
  }

  #isClosed(): boolean {
    return this.#state.kind === 'closed';
  }

  #say(down: Down): void {
    this.#wire.send(JSON.stringify(down));
  }

  #carefully(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#options.log.error({ err: error, wire: this.#wire.id }, 'a socket failed');
      this.#bye('stopping', 1_000);
    });
  }
}

type Frame = { kind: 'up'; up: Up } | { kind: 'refused'; problem: Problem };

function readFrame(text: string): Frame {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: 'refused', problem: problem('malformed', 'The frame is not JSON.') };
  }
  const parsed = upSchema.safeParse(json);
  if (parsed.success) return { kind: 'up', up: parsed.data };
  return {
    kind: 'refused',
    problem: problem('malformed', 'The frame is not understood.', { errors: issuesOf(parsed.error) }),
  };
}

function askOf(up: SocketRequest, connection: string) {
  // Taken apart by hand: to a URL's parser, some paths are hosts, and some of those are errors.
  const [path = '', ...query] = up.path.split('?');
  const headers = Object.fromEntries(
    Object.entries(up.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    method: up.method,
    path: path.replace(/^\/api(?=\/)/, ''),
    query: new URLSearchParams(query.join('?')),
    headers: { ...headers, 'stet-connection': connection },
    body: up.body,
  };
}
