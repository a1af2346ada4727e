// A run of unknown length in a bounded number of equal pieces: when they are used up, each two become one, twice as long.

const mostBins = 80;
const firstWidth = 250;

export interface Bins<T> {
  /** What stands for this moment (milliseconds). */
  at(ms: number): T;
  /** All pieces from the beginning, and how long each is (milliseconds), at least `width`. */
  all(width?: number): { width: number; bins: T[] };
}

/** `join` may change and answer with its first. */
export function createBins<T>(empty: () => T, join: (one: T, other: T) => T): Bins<T> {
  let width = firstWidth;
  let bins: T[] = [];

  const halved = (them: readonly T[]): T[] =>
    Array.from({ length: Math.ceil(them.length / 2) }, (_, index) => {
      const [one, other] = [them[2 * index] as T, them[2 * index + 1]];
      return other === undefined ? one : join(one, other);
    });

  return {
    at(ms) {
      let place = Math.max(0, Math.floor(ms / width));
      while (place >= mostBins) {
        bins = halved(bins);
        width *= 2;
        place = Math.floor(ms / width);
      }
      while (bins.length <= place) bins.push(empty());
      return bins[place] as T;
    },
    all(least = width) {
      while (width < least) {
        bins = halved(bins);
        width *= 2;
      }
      return { width, bins };
    },
  };
}
