import { type Bye, type Down, PROTOCOL_VERSION, type PresenceUp, type Problem, problem, type Up } from '@stet/protocol';
import type { Logger } from 'pino';
import type { Auth, Identity } from '../auth/auth.js';
import type { Door } from '../door/door.js';
import { membershipsOf } from '../door/me.js';
import type { Services } from '../door/services.js';
import { noteFailure } from '../failure.js';
import type { Hub } from '../hub/hub.js';
import { Pressure } from '../hub/pressure.js';
import type { Reader } from '../hub/reader.js';
import type { Limits } from '../limits.js';
import { between } from '../spread.js';
import { closings } from './closings.js';
import { type Crowd, createCrowd } from './crowd.js';
import { Requests } from './requests.js';
import { readFrame } from './said.js';
import { Talk } from './talk.js';
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

const notYet = 'Say hello, and wait for the welcome.';
const noTicket = 'The ticket is unknown, used, older than 30 seconds, or its session has ended.';

export interface SessionOptions {
  door: Door;
  hub: Hub;
  services: Services;
  watch: Auth['watch'];
  limits: Limits;
  log: Logger;
}

export interface Sessions {
  /** Gives a new wire its session. */
  open(wire: Wire): WireHandlers;
  /** Answers what was begun on each, and says goodbye. */
  stop(): Promise<void>;
}

export function createSessions(options: SessionOptions): Sessions {
  const crowd = createCrowd(options.limits.sockets);
  const sessions = new Set<Session>();
  let stopping = false;
  return {
    open(wire) {
      const session = new Session(wire, crowd, options, () => sessions.delete(session));
      sessions.add(session);
      if (stopping) void session.stop();
      return session;
    },
    async stop() {
      stopping = true;
      await Promise.all([...sessions].map((session) => session.stop()));
    },
  };
}

class Session implements WireHandlers {
  readonly #wire: Wire;
  readonly #crowd: Crowd;
  readonly #options: SessionOptions;
  readonly #limits: Limits;
  readonly #pressure: Pressure;
  readonly #talk: Talk;
  readonly #requests: Requests;
  #state: State = { kind: 'greeting' };
  #nonsense = 0;
  #heard = true;
  #toldOff = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout;
  /** Gives back the room that this socket takes from the others. */
  #makeRoom: () => void;
  /** Nobody has to know any more whether it may be open. */
  #unwatch: () => void = () => {};
  readonly #onOver: () => void;

  constructor(wire: Wire, crowd: Crowd, options: SessionOptions, onOver: () => void) {
    this.#onOver = onOver;
    this.#wire = wire;
    this.#crowd = crowd;
    this.#options = options;
    this.#limits = options.limits;
    this.#pressure = new Pressure(
      () => wire.buffered(),
      options.limits.waiting,
      (waiting) => this.#tooSlow(waiting),
    );
    this.#talk = new Talk(options.limits.talk, performance.now());
    this.#requests = new Requests({
      door: options.door,
      connection: wire.id,
      limits: options.limits.sockets,
      log: options.log,
      full: () => this.#pressure.full(),
      isOver: () => this.#isClosed(),
      send: (text) => this.#send(text),
    });
    this.#timer = setTimeout(() => this.#bye('idle', 0), options.limits.sockets.helloWithin);
    this.#makeRoom = crowd.silent(() => this.#bye('idle', between(1_000, 5_000)));
  }

  message(text: string): void {
    if (this.#state.kind === 'closed') return;
    this.#heard = true;
    const now = performance.now();
    const pace = this.#talk.said(text.length, now);
    if (pace === 'far-too-fast') return this.#bye('refused', between(5_000, 15_000));
    this.#options.services.presence.renew(this.#wire.id);
    const frame = readFrame(text);
    if (pace === 'too-fast') return this.#tellOff(frame.kind === 'up' ? frame.up : null, now);
    if (frame.kind === 'refused') return this.#refuse(frame.problem);
    this.#nonsense = 0;
    this.#hear(frame.up);
  }

  flowing(): void {
    this.#pressure.flowed();
  }

  async stop(): Promise<void> {
    await this.#requests.stop();
    this.#bye('stopping', between(500, 3_000));
  }

  closed(): void {
    clearTimeout(this.#timer);
    this.#makeRoom();
    this.#unwatch();
    this.#onOver();
    this.#pressure.over();
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
        if (this.#state.kind !== 'open') return this.#refuse(problem('unauthenticated', notYet));
        return this.#carefully(this.#requests.ask(up, this.#state.who));
      case 'presence':
        if (this.#state.kind !== 'open') return this.#refuse(problem('unauthenticated', notYet));
        return this.#carefully(this.#place(up, this.#state.who));
    }
  }

  async #open({ protocol, ticket, cursors }: Up & { type: 'hello' }): Promise<void> {
    const { services, hub, watch } = this.#options;
    if (protocol !== PROTOCOL_VERSION) {
      return this.#turnAway(problem('malformed', `This server speaks protocol ${PROTOCOL_VERSION}.`), null);
    }
    this.#state = { kind: 'opening' };
    const who = await services.tickets.take(ticket);
    if (!who) return this.#turnAway(problem('unauthenticated', noTicket), 0);
    const workspaces = await membershipsOf(services.store, who.user.id);
    const watched = await watch(who);
    // It may have closed meanwhile; TypeScript can't know that a state changes while we wait.
    if (this.#isClosed()) return watched?.release();
    // Nothing is awaited from here until the hub knows of it: whatever ends the session then ends this.
    if (!watched?.stands()) {
      watched?.release();
      return this.#turnAway(problem('unauthenticated', noTicket), 0);
    }
    this.#unwatch = watched.release;
    this.#makeRoom();
    const leave = this.#crowd.admit(who.user.id);
    if (!leave) {
      const detail = `One person may have ${this.#limits.sockets.perUser} sockets open.`;
      return this.#turnAway(problem('too-many-requests', detail), 30_000);
    }
    this.#makeRoom = leave;
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
      tell: ({ frame }) => this.#send(frame),
      notice: (frame) => this.#send(frame),
      presence: (frame) => this.#send(frame),
      reset: (workspace, reason) => this.#say({ type: 'reset', workspace, reason }),
      full: () => this.#pressure.full(),
      bye: (reason, retry) => this.#bye(reason, retry),
    };
  }

  /** Asks at intervals whether the other end is still there: SockJS does not notice a half-open link. */
  #watch(): void {
    const { pingEvery, pongWithin } = this.#limits.sockets;
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
    if (this.#nonsense >= this.#limits.sockets.nonsense) this.#bye('refused', null);
  }

  /** What is said too fast is not done. A request is answered all the same: somebody waits for it. */
  #tellOff(up: Up | null, now: number): void {
    const detail = `At most ${this.#limits.talk.perSecond} messages a second may be sent.`;
    if (up?.type === 'request') return this.#requests.postpone(up, detail);
    if (now - this.#toldOff < 1_000) return;
    this.#toldOff = now;
    this.#say({ type: 'refused', problem: problem('too-many-requests', detail) });
  }

  #tooSlow(waiting: number): void {
    this.#options.log.warn({ wire: this.#wire.id, waiting }, 'a socket is not read');
    this.#bye('too-slow', between(1_000, 10_000));
  }

  #bye(reason: Bye['reason'], retry: number | null): void {
    if (this.#isClosed()) return;
    this.#wire.send(JSON.stringify({ type: 'bye', reason, retry } satisfies Down));
    const { code, reason: text } = closings[reason];
    this.#wire.close(code, text);
    this.closed();
  }

  #isClosed(): boolean {
    return this.#state.kind === 'closed';
  }

  #say(down: Down): void {
    this.#send(JSON.stringify(down));
  }

  #send(text: string): void {
    this.#wire.send(text);
    this.#pressure.sent();
  }

  #carefully(work: Promise<void>): void {
    work.catch((error: unknown) => {
      noteFailure(this.#options.log, error, 'a socket failed', { wire: this.#wire.id });
      this.#bye('stopping', between(1_000, 3_000));
    });
  }
}
