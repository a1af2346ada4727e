import type { TalkLimits } from '../limits.js';

// How fast one connection talks: a bucket that fills by the second and is emptied by the message.

/** A message of this many bytes costs as much as the fact that it is one. */
const bytesForOne = 8_192;

export type Pace = 'fine' | 'too-fast' | 'far-too-fast';

export class Talk {
  readonly #limits: TalkLimits;
  #left: number;
  #at: number;

  constructor(limits: TalkLimits, now: number) {
    this.#limits = limits;
    this.#left = limits.burst;
    this.#at = now;
  }

  /** Counts a message of this length at this time (ms, of a clock that only goes on). */
  said(length: number, now: number): Pace {
    const { perSecond, burst, beyond } = this.#limits;
    this.#left = Math.min(burst, this.#left + ((now - this.#at) / 1000) * perSecond);
    this.#at = now;
    this.#left -= 1 + length / bytesForOne;
    if (this.#left >= 0) return 'fine';
    return this.#left < -beyond ? 'far-too-fast' : 'too-fast';
  }
}
