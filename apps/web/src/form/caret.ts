// Where a selection stands after the text under it was replaced: what stayed the same before and behind the change
// carries the caret along.

export interface Selection {
  start: number;
  end: number;
}

export function carried(before: string, after: string, { start, end }: Selection): Selection {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const place = (at: number): number => {
    if (at <= head) return at;
    if (at >= before.length - tail) return at + after.length - before.length;
    return Math.min(at, after.length - tail);
  };
  return { start: place(start), end: place(end) };
}
