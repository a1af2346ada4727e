import type { Field, Value } from '../field.js';
import { weaveText } from './rules.js';
import { type Region, weave } from './weave.js';

// Where two edits can't be combined by rule, a person combines them by hand: from a value that has both in it.

const both = (regions: Region[]): string[] =>
  regions.flatMap((region) => (region.kind === 'agreed' ? region.tokens : apart(region.mine, region.theirs)));

/** Two words that stood in one place must not run into each other. */
function apart(mine: string[], theirs: string[]): string[] {
  const [last, next] = [mine.at(-1) ?? '', theirs[0] ?? ''];
  const runs = last !== '' && next !== '' && !/\s$/.test(last) && !/^\s/.test(next);
  return runs ? [...mine, ' ', ...theirs] : [...mine, ...theirs];
}

/**
 * A value to begin from: what both sides agree on, and where they don't, mine and then theirs. null for values that
 * can't be put beside each other, such as numbers.
 */
export function proposal(field: Field, base: Value, mine: Value, theirs: Value): Value {
  if (field.kind === 'text' && typeof mine === 'string' && typeof theirs === 'string') {
    return both(weaveText(typeof base === 'string' ? base : '', mine, theirs)).join('');
  }
  if (Array.isArray(base) && Array.isArray(mine) && Array.isArray(theirs)) {
    const regions = weave(base, mine, theirs);
    return [
      ...new Set(
        regions.flatMap((region) => (region.kind === 'agreed' ? region.tokens : [...region.mine, ...region.theirs])),
      ),
    ];
  }
  return null;
}
