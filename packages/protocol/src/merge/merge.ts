import * as z from 'zod';
import { checkBody } from '../input.js';
import { type Body, equal, type Resource } from '../resource.js';
import { combine } from './rules.js';

// What becomes of two edits that started from one base. The same code runs on the server and in the page (M1).

export const verdictSchema = z.enum(['mine', 'theirs', 'same', 'merged', 'conflict']);
export type Verdict = z.infer<typeof verdictSchema>;

export interface Merge {
  /** For each field: who changed it, or whether both did and with what end. `same`: both sides hold one value. */
  verdicts: Record<string, Verdict>;
  conflicts: string[];
  /** What both sides combine to, field by field, of those with the verdict `merged`. */
  combined: Body;
  /** The combined body; null while any field is in conflict. */
  merged: Body | null;
}

/**
 * Merges by the resource's rules. Without a base (its epoch is gone) every difference is a conflict: nothing proves
 * who changed what.
 */
export function merge(resource: Resource, base: Body | null, mine: Body, theirs: Body): Merge {
  const verdicts: Record<string, Verdict> = {};
  const merged: Body = {};
  for (const [name, field] of Object.entries(resource.fields)) {
    const [b, m, t] = [base?.[name] ?? field.empty, mine[name] ?? field.empty, theirs[name] ?? field.empty];
    if (equal(m, t)) verdicts[name] = 'same';
    else if (base === null) verdicts[name] = 'conflict';
    else if (equal(m, b)) verdicts[name] = 'theirs';
    else if (equal(t, b)) verdicts[name] = 'mine';
    const combined = verdicts[name] === 'conflict' ? null : combine(field.merge, b, m, t);
    verdicts[name] ??= combined ? 'merged' : 'conflict';
    merged[name] = combined ? combined.value : m;
  }
  for (const group of resource.together) settleTogether(group, verdicts);
  refuseUnsound(resource, merged, verdicts);
  const conflicts = Object.keys(verdicts).filter((name) => verdicts[name] === 'conflict');
  const combined = Object.fromEntries(Object.entries(merged).filter(([name]) => verdicts[name] === 'merged'));
  return { verdicts, conflicts, combined, merged: conflicts.length === 0 ? merged : null };
}

// M3: fields that belong together go to one side, or to a person when both sides touched them.
function settleTogether(group: readonly string[], verdicts: Record<string, Verdict>): void {
  const touched = group.filter((name) => verdicts[name] !== 'same');
  const sides = new Set(touched.map((name) => verdicts[name]));
  const mixed = sides.size > 1 || (touched.length > 1 && sides.has('merged'));
  if (mixed) for (const name of touched) verdicts[name] = 'conflict';
}

// M3: two sound edits can combine into an unsound record; then the fields that came from both sides are the question.
function refuseUnsound(resource: Resource, merged: Body, verdicts: Record<string, Verdict>): void {
  const changed = Object.keys(verdicts).filter((name) => verdicts[name] !== 'same');
  if (changed.some((name) => verdicts[name] === 'conflict')) return;
  const fits = (name: string) => resource.fields[name]?.schema.safeParse(merged[name]).success ?? true;
  const oneSided = new Set(changed.map((name) => verdicts[name])).size === 1 && verdicts[changed[0] ?? ''] !== 'merged';
  if (oneSided) return;
  if (changed.every(fits) && checkBody(resource, merged).length === 0) return;
  for (const name of changed) verdicts[name] = 'conflict';
}
