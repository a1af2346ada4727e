import { createHash } from 'node:crypto';
import type { Broken, Verdict } from '../checker/verdict.js';
import { makerIn, type Plan } from '../scenario/plan.js';
import { ddmin } from './ddmin.js';
import { guesses, unitsOf, withEditors, withRecords, withUnits } from './parts.js';
import {
  faultsOf,
  filledOf,
  plainerTimes,
  savesToldOut,
  withFaults,
  withFilled,
  withOneNode,
  withShortTexts,
  withTrueClocks,
} from './simpler.js';

// A run that broke a rule, made as small as it gets and still breaks it: first bold guesses, told as a story where that
// does; then editors, records and steps by delta debugging; then faults, contents and times. Each try is a run.

export interface Shrinking {
  plan: Plan;
  /** How it broke: what is kept breaks the same rule, as the same check finds it. */
  broke: Broken;
  rerun: (plan: Plan) => Promise<Verdict>;
  /** Whichever is used up first; `ms` by the machine's own clock, looked at before each run. */
  budget: { runs: number; ms: number };
  onProgress?: (progress: { runs: number; steps: number; editors: number; records: number }) => void;
}

export interface Shrunk {
  /** The smallest one that was seen to break. */
  plan: Plan;
  /** As it broke then. */
  broken: Broken;
  runs: number;
}

export async function shrink({ plan, broke, rerun, budget, onProgress }: Shrinking): Promise<Shrunk> {
  const began = performance.now();
  const tried = new Set<string>([idOf(plan)]);
  const best: Shrunk = { plan, broken: broke, runs: 0 };

  /** Whether it still breaks, and then it is the best one from now on; null: there is nothing left of the budget. */
  async function attempt(candidate: Plan): Promise<boolean | null> {
    if (best.runs >= budget.runs || performance.now() - began >= budget.ms) return null;
    // What is no run at all, or was one before.
    if (!makerIn(candidate) || candidate.records.length === 0) return false;
    const id = idOf(candidate);
    if (tried.has(id)) return false;
    tried.add(id);
    best.runs += 1;
    const broken = sameIn(await rerun(candidate), broke);
    if (broken) Object.assign(best, { plan: candidate, broken });
    const { steps, editors, records } = best.plan;
    onProgress?.({ runs: best.runs, steps: steps.length, editors: editors.length, records: records.length });
    return broken !== null;
  }

  /** The first of these that breaks, from the simplest on; what stands already is simple enough then. */
  const firstOf = async (candidates: readonly Plan[]): Promise<void> => {
    for (const candidate of candidates) {
      if (idOf(candidate) === idOf(best.plan) || (await attempt(candidate)) !== false) return;
    }
  };
  /** Fewer of one kind: `rebuild` makes the plan that has only these. */
  const fewer = async <T>(items: readonly T[], rebuild: (from: Plan, kept: readonly T[]) => Plan): Promise<void> => {
    const from = best.plan;
    await ddmin(items, (kept) => attempt(rebuild(from, kept)));
  };

  const bold = guesses(plan, broke);
  const story = (from: Plan): Plan => ({ ...from, pace: 'order' });
  await firstOf([...(plan.pace === 'times' ? [...bold, plan].map(story) : []), ...bold]);

  // What goes late may have kept earlier things from going: once more, until nothing does.
  for (let before: Plan | null = null; before !== best.plan; ) {
    before = best.plan;
    const named = (names: readonly string[]): Set<string> => new Set(names);
    await fewer(
      best.plan.editors.map(({ name }) => name),
      (from, kept) => withEditors(from, named(kept)),
    );
    await fewer(
      best.plan.records.map(({ record }) => record),
      (from, kept) => withRecords(from, named(kept)),
    );
    await fewer(unitsOf(best.plan.steps), withUnits);
    await fewer(
      best.plan.steps.map((step) => [step]),
      withUnits,
    );
    await fewer(faultsOf(best.plan), withFaults);
    await firstOf([withTrueClocks(best.plan)]);
    await firstOf([withOneNode(best.plan)]);
    await fewer(filledOf(best.plan), withFilled);
    await firstOf([withShortTexts(best.plan)]);
    await firstOf(plainerTimes(best.plan));
  }
  await firstOf(savesToldOut(best.plan));
  return best;
}

const idOf = (plan: Plan): string => createHash('sha256').update(JSON.stringify(plan)).digest('base64');

function sameIn(verdict: Verdict, { rule, check }: Broken): Broken | null {
  return verdict.holds ? null : (verdict.broken.find((each) => each.rule === rule && each.check === check) ?? null);
}
