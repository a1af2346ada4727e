// Randomness that can be replayed: what is drawn follows from the seed alone.

export interface Random {
  /** 0 to less than 1. */
  next(): number;
  /** A whole number from `from` to `to`, both included. */
  int(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** By weight; who has 0 is never picked. */
  weighted<T extends string>(weights: Readonly<Partial<Record<T, number>>>): T;
  /** Another one, whose draws are its own: what one part of a run draws does not move what another one does. */
  fork(name: string): Random;
}

/** mulberry32 (Tommy Ettinger, public domain). */
export function randomOf(start: number): Random {
  let state = start >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick(from) {
      if (from.length === 0) throw new Error('There is nothing to pick from.');
      return from[int(0, from.length - 1)] as (typeof from)[number];
    },
    weighted<T extends string>(weights: Readonly<Partial<Record<T, number>>>): T {
      const all = Object.entries(weights) as Array<[T, number]>;
      let left = next() * all.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [name, weight] of all) {
        left -= weight;
        if (left < 0) return name;
      }
      throw new Error('There is nothing to pick from.');
    },
    fork: (name) => randomOf(hash(name, start)),
  };
}

/** FNV-1a over the name, begun with the seed. */
function hash(text: string, seed: number): number {
  let value = (0x811c9dc5 ^ seed) >>> 0;
  for (const letter of text) value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return value;
}
