// How keys move through a list: from one place to another, or nowhere.

/** The place that a key leads to, within a list of so many rows; null where the key moves nothing. */
export function moveTo(key: string, from: number, count: number, page: number): number | null {
  if (count === 0) return null;
  const step = steps(page)[key];
  if (step === undefined) return null;
  if (from < 0) return step < 0 ? count - 1 : 0;
  return Math.max(0, Math.min(count - 1, from + step));
}

const steps = (page: number): Record<string, number> => ({
  ArrowDown: 1,
  j: 1,
  ArrowUp: -1,
  k: -1,
  PageDown: page,
  PageUp: -page,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
});
