import type { MergeRule, Value } from '../field.js';
import { equal } from '../resource.js';
import { lines, mostWork, type Region, weave, words, workOf } from './weave.js';

// How two edits of one field combine, rule by rule. Each is a pure function; `null` says that a person must decide.

export type Combined = { value: Value } | null;
type Rule = (base: Value, mine: Value, theirs: Value) => Combined;

const replace: Rule = () => null;

const set: Rule = (base, mine, theirs) => {
  if (!Array.isArray(base) || !Array.isArray(mine) || !Array.isArray(theirs)) return null;
  const [before, left, right] = [new Set(base), new Set(mine), new Set(theirs)];
  const kept = [...before].filter((item) => left.has(item) && right.has(item));
  const added = [...left, ...right].filter((item) => !before.has(item));
  return { value: [...new Set([...kept, ...added])].sort() };
};

/** The tokens of all regions in a row, or null while one of them is contested. */
const agreed = (regions: Region[]): string[] | null =>
  regions.every((region) => region.kind === 'agreed') ? regions.flatMap(({ tokens }) => tokens) : null;

function tally(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

/** Entries that both sides moved or added can stand twice, and removed ones come back: each count must follow too. */
function countsFollow(base: string[], mine: string[], theirs: string[], woven: string[]): boolean {
  const [before, left, right, now] = [tally(base), tally(mine), tally(theirs), tally(woven)];
  return [...new Set([...base, ...mine, ...theirs])].every((item) => {
    const [b, m, t] = [before.get(item), left.get(item), right.get(item)];
    if (m !== t && m !== b && t !== b) return false;
    return now.get(item) === (m === b ? t : m);
  });
}

const list: Rule = (base, mine, theirs) => {
  if (!Array.isArray(base) || !Array.isArray(mine) || !Array.isArray(theirs)) return null;
  const woven = agreed(weave(base, mine, theirs));
  return woven && countsFollow(base, mine, theirs, woven) ? { value: woven } : null;
};

const inWords = (region: Region): Region =>
  region.kind === 'agreed'
    ? region
    : {
        kind: 'contested',
        base: words(region.base.join('')),
        mine: words(region.mine.join('')),
        theirs: words(region.theirs.join('')),
      };

/** By lines, and within the lines that both sides changed by words. */
export function weaveText(base: string, mine: string, theirs: string): Region[] {
  const regions = weave(lines(base), lines(mine), lines(theirs)).map(inWords);
  const contested = regions.filter((region) => region.kind === 'contested');
  const work = contested.reduce((sum, region) => sum + workOf(region.base, region.mine, region.theirs), 0);
  if (work > mostWork) return regions;
  return regions.flatMap((region) =>
    region.kind === 'agreed' ? region : weave(region.base, region.mine, region.theirs),
  );
}

const text: Rule = (base, mine, theirs) => {
  if (typeof mine !== 'string' || typeof theirs !== 'string') return null;
  const woven = agreed(weaveText(typeof base === 'string' ? base : '', mine, theirs));
  return woven && { value: woven.join('') };
};

const rules: Record<MergeRule, Rule> = { replace, set, list, text };

/** Combines both sides by the field's rule; the simple cases are the same for every rule (M2). */
export function combine(rule: MergeRule, base: Value, mine: Value, theirs: Value): Combined {
  if (equal(mine, theirs) || equal(theirs, base)) return { value: mine };
  if (equal(mine, base)) return { value: theirs };
  return rules[rule](base, mine, theirs);
}
