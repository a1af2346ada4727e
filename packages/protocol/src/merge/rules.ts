import { diff3Merge } from 'node-diff3';
import { equal } from '../resource.js';
import type { MergeRule, Value } from '../field.js';

// How two edits of one field combine, rule by rule. Each is a pure function; `null` says that a person must decide.

export type Combined = { value: Value } | null;
type Rule = (base: Value, mine: Value, theirs: Value) => Combined;

// Text beyond this is not compared word by word: the work grows with the product of the differences.
const mostTokens = 4_000;

/** Three sequences into one, or null where both sides changed the same place (diff3: Khanna, Kunal, Pierce 2007). */
function weave(base: string[], mine: string[], theirs: string[]): string[] | null {
  if (Math.max(base.length, mine.length, theirs.length) > mostTokens) return null;
  const woven: string[] = [];
  for (const region of diff3Merge(mine, base, theirs, { excludeFalseConflicts: true })) {
    if (!region.ok) return null;
    woven.push(...region.ok);
  }
  return woven;
}

const replace: Rule = () => null;

const set: Rule = (base, mine, theirs) => {
  if (!Array.isArray(base) || !Array.isArray(mine) || !Array.isArray(theirs)) return null;
  const kept = base.filter((item) => mine.includes(item) && theirs.includes(item));
  const added = [...mine, ...theirs].filter((item) => !base.includes(item));
  return { value: [...new Set([...kept, ...added])].sort() };
};

const list: Rule = (base, mine, theirs) => {
  if (!Array.isArray(base) || !Array.isArray(mine) || !Array.isArray(theirs)) return null;
  const value = weave(base, mine, theirs);
  return value && { value };
};

const lines = (value: string): string[] => value.split(/(?<=\n)/);
const words = (value: string): string[] => value.match(/\s+|[^\s]+/g) ?? [];

const text: Rule = (base, mine, theirs) => {
  if (typeof mine !== 'string' || typeof theirs !== 'string') return null;
  const before = typeof base === 'string' ? base : '';
  const woven =
    weave(lines(before), lines(mine), lines(theirs)) ?? weave(words(before), words(mine), words(theirs));
  return woven && { value: woven.join('') };
};

const rules: Record<MergeRule, Rule> = { replace, set, list, text };

/** Combines both sides by the field's rule; the simple cases are the same for every rule (M2). */
export function combine(rule: MergeRule, base: Value, mine: Value, theirs: Value): Combined {
  if (equal(mine, theirs) || equal(theirs, base)) return { value: mine };
  if (equal(mine, base)) return { value: theirs };
  return rules[rule](base, mine, theirs);
}
