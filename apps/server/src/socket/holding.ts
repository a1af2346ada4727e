// What the transport holds open: each line by the key that stands for it in the URL that sockjs sees.

import type { Line } from './line.js';

/** Milliseconds that a closed connection has to take its goodbye; then it is cut. */
const grace = 2_000;

export interface Holding {
  readonly size: number;
  /** Bytes. */
  waiting(): number;
  get(key: string): Line | undefined;
  add(key: string, line: Line): void;
  release(key: string): void;
  /** For a line whose connection has ended: it goes by itself within the grace, or is cut. */
  part(key: string): void;
  partAll(): void;
  /** Resolves when nothing is held. */
  empty(): Promise<void>;
}

export function createHolding(): Holding {
  const lines = new Map<string, Line>();
  const cuts = new Map<string, NodeJS.Timeout>();
  let waiters: (() => void)[] = [];

  const holding: Holding = {
    get size() {
      return lines.size;
    },
    waiting: () => [...lines.values()].reduce((sum, line) => sum + line.buffered(), 0),
    get: (key) => lines.get(key),
    add(key, line) {
      lines.set(key, line);
    },
    release(key) {
      clearTimeout(cuts.get(key));
      cuts.delete(key);
      lines.delete(key);
      if (lines.size > 0) return;
      for (const done of waiters) done();
      waiters = [];
    },
    part(key) {
      const line = lines.get(key);
      if (!line || cuts.has(key)) return;
      const cut = () => {
        line.cut();
        holding.release(key);
      };
      cuts.set(key, setTimeout(cut, grace));
    },
    partAll() {
      for (const key of lines.keys()) holding.part(key);
    },
    empty: () => (lines.size === 0 ? Promise.resolve() : new Promise((done) => waiters.push(done))),
  };
  return holding;
}
