import type { Verdict } from './checker/verdict.js';
import type { HistoryEvent } from './history/event.js';
import type { Plan } from './scenario/plan.js';

// One run, from the plan to the verdict: what the command line, the shrinker and the tests call.

export interface Ran {
  plan: Plan;
  events: readonly HistoryEvent[];
  verdict: Verdict;
  /** Milliseconds of the machine's own clock. */
  took: number;
}
