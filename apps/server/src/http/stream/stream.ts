import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Reset } from '@stet/protocol';
import type { Streamed } from '../../door/answer.js';
import { Pressure } from '../../hub/pressure.js';
import type { Reader } from '../../hub/reader.js';
import type { Told } from '../../hub/told.js';
import type { WaitingLimits } from '../../limits.js';
import { between } from '../../spread.js';
import { commentText, eventText, retryText } from './event.js';

// One event stream: a reader like a socket, whose changes are events. It ends with what opened it, and with whoever does
// not read it; who comes back goes on from the cursor of the last event.

export interface StreamLimits {
  waiting: WaitingLimits;
  /** Milliseconds. */
  heartbeat: number;
}

export type Why = 'gone' | 'reset' | 'stopping' | 'signed-out' | 'too-slow' | 'failed';

// What a goodbye may take; S4 gives a second.
const grace = 500;

export class Stream implements Reader {
  readonly id = randomUUID();
  readonly user: string;
  readonly session: string;
  readonly only: string;
  readonly #response: ServerResponse;
  readonly #onOver: (why: Why) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #pressure: Pressure;
  readonly #isOut: () => void;
  #isOver = false;

  constructor(
    response: ServerResponse,
    { who, workspace }: Streamed,
    limits: StreamLimits,
    onOver: (why: Why) => void,
  ) {
    this.user = who.user.id;
    this.session = who.session;
    this.only = workspace.id;
    this.#response = response;
    this.#onOver = onOver;
    this.#timer = setInterval(() => this.#beat(), limits.heartbeat).unref();
    this.#pressure = new Pressure(
      () => this.waiting,
      limits.waiting,
      () => this.#cut(),
    );
    this.#isOut = () => this.#pressure.flowed();
    response.on('close', () => this.#over('gone'));
    response.on('error', () => this.#over('gone'));
    // Spread out, should many lose their streams at once.
    this.#write(retryText(between(1_000, 3_000)));
  }

  tell({ cursor, json }: Told): void {
    this.#write(eventText({ id: cursor, data: json }));
  }

  /** Notices are a person's own: they are told on the socket and listed over HTTP. */
  notice(): void {}

  /** Asked for over HTTP by who reads a stream. */
  presence(): void {}

  /** Nothing more can be told; who comes back goes on from `cursor`, and has read anew by then what there is. */
  reset(workspace: string, reason: Reset['reason'], cursor?: string): void {
    const data = JSON.stringify({ workspace, reason, cursor });
    this.#write(eventText({ name: 'reset', data, ...(cursor === undefined ? {} : { id: cursor }) }));
    this.#end('reset');
  }

  /** Bytes that it has not taken yet. */
  get waiting(): number {
    return this.#response.writableLength;
  }

  full(): Promise<void> | null {
    return this.#pressure.full();
  }

  bye(reason: 'stopping' | 'signed-out', retry: number | null): void {
    if (retry !== null) this.#write(retryText(retry));
    this.#write(commentText(reason));
    this.#end(reason);
  }

  /** For what nobody planned for: who comes back may have more luck. */
  fail(): void {
    this.#end('failed');
  }

  #write(text: string): void {
    if (this.#isOver) return;
    this.#response.write(text, this.#isOut);
    this.#pressure.sent();
  }

  /** For proxies and the reader. What waits already says as much. */
  #beat(): void {
    if (!this.#pressure.full()) this.#write(commentText('still here'));
  }

  #end(why: Why): void {
    if (!this.#over(why)) return;
    this.#response.end();
    setTimeout(() => this.#response.destroy(), grace).unref();
  }

  #cut(): void {
    if (this.#over('too-slow')) this.#response.destroy();
  }

  #over(why: Why): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    clearInterval(this.#timer);
    this.#pressure.over();
    this.#onOver(why);
    return true;
  }
}
