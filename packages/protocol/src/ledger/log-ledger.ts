import type { LogFlaw } from './flaw.js';

// A workspace's log, place by place: 1, 2, 3 … up to where its counter stands (L1).

export class LogLedger {
  #last = 0;
  readonly #flaws: LogFlaw[] = [];

  /** In their order. */
  take(seq: number): void {
    if (seq > this.#last + 1) this.#flaws.push({ kind: 'place-missing', from: this.#last + 1, to: seq - 1 });
    this.#last = seq;
  }

  /** `head`: where the counter stands. */
  end(head: number): LogFlaw[] {
    const last = this.#last;
    if (last < head) return [...this.#flaws, { kind: 'place-missing', from: last + 1, to: head }];
    return last > head ? [...this.#flaws, { kind: 'place-beyond', from: head + 1, head }] : [...this.#flaws];
  }
}
