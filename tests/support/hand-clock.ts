import type { Clock } from '@stet/server';

// A clock that goes on when a test says so, and not before all is done that was due.

interface Work {
  readonly every: number;
  readonly work: () => Promise<void>;
  due: number;
}

export class HandClock implements Clock {
  readonly #works = new Set<Work>();
  #now: number;

  /** Each process counts from another time. */
  constructor(now = 0) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  every(milliseconds: number, work: () => Promise<void>): () => void {
    const entry = { every: milliseconds, work, due: this.#now + milliseconds };
    this.#works.add(entry);
    return () => this.#works.delete(entry);
  }

  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      const next = [...this.#works].sort((a, b) => a.due - b.due)[0];
      if (!next || next.due > end) break;
      this.#now = next.due;
      next.due += next.every;
      await next.work();
    }
    this.#now = end;
  }
}
