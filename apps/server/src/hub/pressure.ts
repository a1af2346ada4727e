import type { WaitingLimits } from '../limits.js';
import { type Deferred, deferred } from './deferred.js';

// What follows from how much waits for one reader: full, so that nothing more is begun for it, or too slow, so that it is
// let go. That it still answers pings says nothing: who reads nothing can still talk.

export class Pressure {
  readonly #waiting: () => number;
  readonly #limits: WaitingLimits;
  readonly #tooSlow: (waiting: number) => void;
  #room: Deferred | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  /** `waiting` counts the bytes; `tooSlow` is called at most once. */
  constructor(waiting: () => number, limits: WaitingLimits, tooSlow: (waiting: number) => void) {
    this.#waiting = waiting;
    this.#limits = limits;
    this.#tooSlow = tooSlow;
  }

  /** Null where it can take more; else resolves when it can, or is over. */
  full(): Promise<void> | null {
    if (this.#isOver || this.#waiting() < this.#limits.full) return null;
    this.#room ??= deferred();
    return this.#room.promise;
  }

  /** Something was sent. */
  sent(): void {
    if (this.#isOver) return;
    const waiting = this.#waiting();
    if (waiting > this.#limits.most) return this.#end();
    if (waiting >= this.#limits.full) this.#timer ??= setTimeout(() => this.#end(), this.#limits.stalled);
  }

  /** Some of what waited has left. */
  flowed(): void {
    if (this.#waiting() >= this.#limits.full) return void this.#timer?.refresh();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#room?.resolve();
    this.#room = null;
  }

  /** The connection has ended: nobody waits for it any more. */
  over(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#room?.resolve();
    this.#room = null;
  }

  #end(): void {
    const waiting = this.#waiting();
    this.over();
    this.#tooSlow(waiting);
  }
}
