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
  #underWay = 0;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  async ask(up: SocketRequest, who: Identity): Promise<void> {
    const { door, connection, limits, log } = this.#options;
    if (this.#underWay >= limits.atOnce) {
      return this.postpone(up, `At most ${limits.atOnce} requests may wait on one socket.`);
    }
    this.#underWay += 1;
    try {
      // Whoever does not take the answers gets nothing begun.
      await this.#options.full();
      if (this.#options.isOver()) return;
      const { status, headers, body = null } = await door.ask(askOf(up, connection), who);
      this.#reply({ type: 'reply', ref: up.ref, status, headers, body });
    } catch (error) {
      log.error({ err: error, wire: connection }, 'a socket request failed');
      this.#refuse(up, problem('internal'));
    } finally {
      this.#underWay -= 1;
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
