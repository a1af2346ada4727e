// How keys move through a list: from one place to another, or nowhere.

/** The place that a key leads to, within a list of so many rows; from -1 for nowhere. Null where the key moves nothing. */
export function moveTo(key: string, from: number, count: number, page: number): number | null {
  const step = stepOf(key, page);
  if (step === null || count === 0) return null;
  const outside = step < 0 ? count : -1;
  return Math.max(0, Math.min(count - 1, (from < 0 ? outside : from) + step));
}

function stepOf(key: string, page: number): number | null {
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return 1;
    case 'ArrowUp':
    case 'k':
      return -1;
    case 'PageDown':
      return page;
    case 'PageUp':
      return -page;
    case 'Home':
      return Number.NEGATIVE_INFINITY;
    case 'End':
      return Number.POSITIVE_INFINITY;
    default:
      return null;
  }
}
