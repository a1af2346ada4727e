// Delta debugging: of many items, the few that it takes (A. Zeller, R. Hildebrandt, Simplifying and Isolating
// Failure-Inducing Input, IEEE TSE 28, 2002).

/**
 * Items in their order, of which none can be left out alone. `breaks` says whether it still breaks with these only; null
 * means that no more is tried: then what was found so far is the answer. All of them together are taken to break.
 */
export async function ddmin<T>(
  items: readonly T[],
  breaks: (kept: readonly T[]) => Promise<boolean | null>,
): Promise<readonly T[]> {
  let kept = items;
  let parts = 2;
  while (kept.length > 0) {
    parts = Math.min(parts, kept.length);
    const found = await firstThatBreaks(triesOf(kept, parts), breaks);
    if (found === 'spent') return kept;
    if (found === null && parts === kept.length) return kept;
    kept = found?.kept ?? kept;
    parts = found?.parts ?? parts * 2;
  }
  return kept;
}

interface Try<T> {
  kept: readonly T[];
  /** Into how many the next round cuts what is left. */
  parts: number;
}

/** One part alone, or all but one; of two parts, that is the same. */
function triesOf<T>(items: readonly T[], parts: number): Array<Try<T>> {
  const edge = (part: number): number => Math.floor((part * items.length) / parts);
  const cuts = Array.from({ length: parts }, (_, part) => [edge(part), edge(part + 1)] as const);
  const alone = cuts.map(([from, to]) => ({ kept: items.slice(from, to), parts: 2 }));
  const without = cuts.map(([from, to]) => ({
    kept: [...items.slice(0, from), ...items.slice(to)],
    parts: Math.max(parts - 1, 2),
  }));
  return parts > 2 ? [...alone, ...without] : without;
}

async function firstThatBreaks<T>(
  tries: ReadonlyArray<Try<T>>,
  breaks: (kept: readonly T[]) => Promise<boolean | null>,
): Promise<Try<T> | 'spent' | null> {
  for (const each of tries) {
    const answer = await breaks(each.kept);
    if (answer === null) return 'spent';
    if (answer) return each;
  }
  return null;
}
