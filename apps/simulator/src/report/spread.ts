// Many times in little room: counted in classes that are each a twenty-third wider than the last, so that a percentile is
// right to 4 % however many there were.

const perOctave = 16;
/** Milliseconds: what is shorter counts as this. */
const least = 0.001;

export interface Spread {
  count: number;
  /** Milliseconds, all of them; 0 where nothing was counted. */
  mean: number;
  p50: number;
  p90: number;
  p99: number;
  max: number;
}

/** How many took from `from` up to `to` milliseconds. */
export interface Bar {
  from: number;
  to: number;
  count: number;
}

export interface Times {
  readonly count: number;
  add(ms: number): void;
  /** Adds all that another one has counted. */
  take(other: Times): void;
  spread(): Spread;
  /** Side by side from the least to the most, at most `most` of them. */
  bars(most: number): Bar[];
  /** Class to count, as it is kept. */
  readonly classes: ReadonlyMap<number, number>;
  readonly sum: number;
  readonly max: number;
}

export function createTimes(): Times {
  const classes = new Map<number, number>();
  let count = 0;
  let sum = 0;
  let max = 0;
  const put = (place: number, more: number) => classes.set(place, (classes.get(place) ?? 0) + more);

  /** By nearest rank; the middle of its class, and never more than the most that there was. */
  function percentile(share: number, sorted: ReadonlyArray<[number, number]>): number {
    let left = Math.ceil(count * share);
    for (const [place, there] of sorted) {
      left -= there;
      if (left <= 0) return Math.min(max, place === 0 ? 0 : edge(place + 0.5));
    }
    return max;
  }

  return {
    classes,
    get count() {
      return count;
    },
    get sum() {
      return sum;
    },
    get max() {
      return max;
    },
    add(ms) {
      count += 1;
      sum += ms;
      max = Math.max(max, ms);
      put(ms <= least ? 0 : Math.floor(Math.log2(ms / least) * perOctave), 1);
    },
    take(other) {
      count += other.count;
      sum += other.sum;
      max = Math.max(max, other.max);
      for (const [place, there] of other.classes) put(place, there);
    },
    spread() {
      const sorted = [...classes].sort(([a], [b]) => a - b);
      const [p50 = 0, p90 = 0, p99 = 0] = [0.5, 0.9, 0.99].map((share) => percentile(share, sorted));
      return { count, mean: count === 0 ? 0 : sum / count, p50, p90, p99, max };
    },
    bars(most) {
      if (count === 0) return [];
      const places = [...classes.keys()];
      const [first, last] = [Math.min(...places), Math.max(...places)];
      let step = perOctave / 4;
      while (Math.floor(last / step) - Math.floor(first / step) >= most) step *= 2;
      const from = Math.floor(first / step);
      const bars = Array.from({ length: Math.floor(last / step) - from + 1 }, (_, index) => ({
        from: edge((from + index) * step),
        to: edge((from + index + 1) * step),
        count: 0,
      }));
      for (const [place, there] of classes) {
        const bar = bars[Math.floor(place / step) - from];
        if (bar) bar.count += there;
      }
      return bars;
    },
  };
}

const edge = (place: number): number => least * 2 ** (place / perOctave);
