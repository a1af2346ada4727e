import { type Problem, problem, type Reply, type SocketRequest } from '@stet/protocol';
import type { Logger } from 'pino';
import type { Identity } from '../auth/auth.js';
import type { Door } from '../door/door.js';
import type { SocketLimits } from '../limits.js';
import { askOf } from './said.js';

// The requests of one socket: through the same door as HTTP, some at once, each answered by a `reply` as it is done.

export interface RequestsOptions {
  door: Door;
  /** The socket's id: what is written here says that it came from it. */
  connection: string;
  limits: Pick<SocketLimits, 'atOnce' | 'reply'>;
  log: Logger;
  /** Null where the socket can take an answer now. */
  full(): Promise<void> | null;
  isOver(): boolean;
  /** Sends what is serialised already. */
  send(text: string): void;
}

export class Requests {
  readonly #options: RequestsOptions;
  readonly #underWay = new Set<Promise<void>>();
  #stopping = false;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  async ask(up: SocketRequest, who: Identity): Promise<void> {
    const { atOnce } = this.#options.limits;
    if (this.#stopping) {
      return this.#refuse(up, problem('unavailable', 'The server is stopping.'), { 'retry-after': '1' });
    }
    if (this.#underWay.size >= atOnce) {
      return this.postpone(up, `At most ${atOnce} requests may wait on one socket.`);
    }
    const answered = this.#answer(up, who);
    this.#underWay.add(answered);
    await answered;
    this.#underWay.delete(answered);
  }

  /** Begins nothing any more; resolves when all that was begun is answered. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#underWay);
  }

  async #answer(up: SocketRequest, who: Identity): Promise<void> {
    const { door, connection, log } = this.#options;
    try {
      // Whoever does not take the answers gets nothing begun.
      await this.#options.full();
      if (this.#options.isOver()) return;
      const { status, headers, body = null } = await door.ask(askOf(up, connection), who);
      this.#reply({ type: 'reply', ref: up.ref, status, headers, body });
    } catch (error) {
      log.error({ err: error, wire: connection }, 'a socket request failed');
      this.#refuse(up, problem('internal'));
    }
  }

  /** It is not begun, and may be asked again. */
  postpone(up: SocketRequest, detail: string): void {
    this.#refuse(up, problem('too-many-requests', detail), { 'retry-after': '1' });
  }

  #reply(reply: Reply): void {
    const text = JSON.stringify(reply);
    const most = this.#options.limits.reply;
    if (Buffer.byteLength(text) <= most) return this.#options.send(text);
    this.#refuse(reply, problem('too-large', `The answer has more than ${most} bytes: ask for it over HTTP.`));
  }

  #refuse({ ref }: { ref: string }, body: Problem, headers: Record<string, string> = {}): void {
    this.#options.send(JSON.stringify({ type: 'reply', ref, status: body.status, headers, body } satisfies Reply));
  }
}
