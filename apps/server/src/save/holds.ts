import { equal, type Field, merge, type Resource, type Value, wordDiff } from '@stet/protocol';

// Whether one value of a field holds what another has made of a third: then whoever wrote the other was not overwritten.

export interface Sides {
  base: Value;
  mine: Value;
  theirs: Value;
}

/** By the field's rule; and where a person combined the two by hand, as far as that can be seen. */
export const holds = (resource: Resource, name: string, sides: Sides): boolean =>
  isMerged(resource, name, sides) || isAllThere(resource.fields[name], sides);

/** The rule by itself would have come to mine, whatever the other fields come to. */
function isMerged(resource: Resource, name: string, { base, mine, theirs }: Sides): boolean {
  const field = resource.fields[name];
  if (!field) return false;
  const alone: Resource = { ...resource, fields: { [name]: field }, together: [], check: () => [] };
  const { combined } = merge(alone, { [name]: base }, { [name]: mine }, { [name]: theirs });
  return Object.hasOwn(combined, name) && equal(combined[name], mine);
}

/**
 * All that theirs has brought is in mine, in its order, and nothing was put where theirs only took away. What can't be
 * compared within bounds counts as lost: a notice too many is better than one too few.
 */
function isAllThere(field: Field | undefined, { base, mine, theirs }: Sides): boolean {
  const read = field?.kind === 'text' ? textOf : field?.kind === 'list' ? listReader() : () => null;
  const [before, now, other] = [read(base), read(mine), read(theirs)];
  if (before === null || now === null || other === null || now === '') return false;
  const brought = traces(before, other);
  const missing = traces(now, other);
  const isLost = brought.come.some((one) =>
    missing.come.some((two) => other.slice(Math.max(one.from, two.from), Math.min(one.to, two.to)).trim() !== ''),
  );
  const isPutBack = brought.gone
    .filter(({ from, to }) => from === to)
    .some((cut) => missing.gone.some(({ from, to }) => from <= cut.from && cut.from <= to));
  return !isLost && !isPutBack;
}

/** Words are compared with the blank before them: so that none lacks it, each line begins with one. */
const textOf = (value: Value): string | null => {
  if (value === null || value === '') return '';
  return typeof value === 'string' ? value.replace(/^/gm, ' ') : null;
};

/** Each entry as one word, the same entry as the same word. */
function listReader(): (value: Value) => string | null {
  const words = new Map<string, string>();
  const wordOf = (item: string): string => {
    const word = words.get(item) ?? ` ${words.size}`;
    words.set(item, word);
    return word;
  };
  return (value) => (Array.isArray(value) ? value.map(wordOf).join('') : null);
}

interface Span {
  from: number;
  to: number;
}

/** Places in `after`: what came into it, and where something of `before` is gone, with what came instead. */
function traces(before: string, after: string): { come: Span[]; gone: Span[] } {
  const come: Span[] = [];
  const gone: Span[] = [];
  const pieces = wordDiff(before, after);
  let at = 0;
  for (const [place, { kind, text }] of pieces.entries()) {
    const next = pieces[place + 1];
    if (kind === 'gone') gone.push({ from: at, to: at + (next?.kind === 'come' ? next.text.length : 0) });
    else {
      if (kind === 'come') come.push({ from: at, to: at + text.length });
      at += text.length;
    }
  }
  return { come, gone };
}
