// One direction of a link through the proxy: what comes in at one end goes out at the other, as fast as it is let.
import type { Socket } from 'node:net';

export type Pace =
  | { kind: 'free' }
  /** Each piece waits, and none overtakes another. */
  | { kind: 'delay'; ms: number }
  /** So many bytes every so many milliseconds; what waits is not read. */
  | { kind: 'slow'; bytes: number; every: number };

/** Bytes that may wait before no more is read. */
const mostWaiting = 64 * 1024;

export class Flow {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #pace: () => Pace;
  readonly #queue: Array<{ bytes: Buffer; due: number }> = [];
  #waiting = 0;
  #swallows = false;
  #hasEnded = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, pace: () => Pace, tap: ((bytes: Buffer) => void) | undefined) {
    this.#from = from;
    this.#to = to;
    this.#pace = pace;
    from.on('data', (bytes: Buffer) => {
      tap?.(bytes);
      if (!this.#swallows) this.#take(bytes);
    });
    from.once('end', () => {
      this.#hasEnded = true;
      this.pump();
    });
    to.on('drain', () => this.pump());
    to.once('close', () => clearTimeout(this.#timer));
  }

  /** What waits is lost, and so is all that comes. */
  swallow(): void {
    this.#swallows = true;
    this.#queue.length = 0;
    this.#from.resume();
  }

  pump(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#swallows) return;
    for (let next = this.#queue[0]; next && !this.#to.writableNeedDrain; next = this.#queue[0]) {
      const pace = this.#pace();
      const wait = next.due - performance.now();
      if (pace.kind === 'delay' && wait > 0) return this.#later(wait);
      const piece = pace.kind === 'slow' ? next.bytes.subarray(0, pace.bytes) : next.bytes;
      next.bytes = next.bytes.subarray(piece.length);
      if (next.bytes.length === 0) this.#queue.shift();
      this.#waiting -= piece.length;
      if (this.#to.writable) this.#to.write(piece);
      if (pace.kind === 'slow') return this.#later(pace.every);
    }
    if (this.#waiting < mostWaiting) this.#from.resume();
    if (this.#hasEnded && this.#queue.length === 0) this.#to.end();
  }

  #take(bytes: Buffer): void {
    const pace = this.#pace();
    this.#queue.push({ bytes, due: performance.now() + (pace.kind === 'delay' ? pace.ms : 0) });
    this.#waiting += bytes.length;
    if (this.#waiting >= mostWaiting) this.#from.pause();
    // What is held up already goes first, in its own time.
    if (this.#timer === undefined) this.pump();
  }

  #later(ms: number): void {
    this.#timer = setTimeout(() => this.pump(), ms);
  }
}
