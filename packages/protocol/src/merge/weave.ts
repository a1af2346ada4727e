import { diff3Merge } from 'node-diff3';

// Three sequences into one (diff3: Khanna, Kunal, Pierce 2007), with a bound on the work.

/** What became of one stretch: agreed, or changed by both sides to different ends. */
export type Region =
  | { kind: 'agreed'; tokens: string[] }
  | { kind: 'contested'; base: string[]; mine: string[]; theirs: string[] };

/**
 * The most that comparing may cost, in steps of the comparison's innermost loop: about ten milliseconds. What would
 * cost more is not compared, and a person decides.
 */
export const mostWork = 20_000_000;

/** A word takes the blanks before it along: blanks alone are all alike, and comparing them is what costs. */
export const words = (text: string): string[] => text.match(/\s*\S+|\s+/g) ?? [];

export const lines = (text: string): string[] => text.split(/(?<=\n)/);

/** A bound of the cost of one comparison: each pair of equal tokens may walk once along the longest chain there can be. */
export function comparing(base: readonly string[], side: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const token of base) counts.set(token, (counts.get(token) ?? 0) + 1);
  let pairs = 0;
  for (const token of side) pairs += counts.get(token) ?? 0;
  return pairs * Math.min(base.length, side.length) + base.length + side.length;
}

export const workOf = (base: readonly string[], mine: readonly string[], theirs: readonly string[]): number =>
  comparing(base, mine) + comparing(base, theirs);

/** The regions in order; one contested region where comparing would cost too much. */
export function weave(base: string[], mine: string[], theirs: string[]): Region[] {
  if (workOf(base, mine, theirs) > mostWork) return [{ kind: 'contested', base, mine, theirs }];
  return diff3Merge(mine, base, theirs, { excludeFalseConflicts: true }).map(
    ({ ok, conflict }): Region =>
      conflict
        ? { kind: 'contested', base: conflict.o, mine: conflict.a, theirs: conflict.b }
        : { kind: 'agreed', tokens: ok ?? [] },
  );
}
