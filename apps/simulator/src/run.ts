import { act } from './acting/act.js';
import { join } from './acting/join.js';
import type { RunOptions } from './acting/running.js';
import { settleAll } from './acting/settle-all.js';
import type { Verdict } from './checker/verdict.js';
import type { HistoryEvent } from './history/event.js';
import { installSkew } from './network/skew.js';
import type { Plan } from './scenario/plan.js';

// One run, from the plan to the history that play.ts has judged.
//
//   join, create ─▶ act (in time, or in order) ─▶ settle ─▶ truth, holdings ─▶ settled

export interface Ran {
  plan: Plan;
  events: readonly HistoryEvent[];
  verdict: Verdict;
  /** Milliseconds of the machine's own clock. */
  took: number;
}

/** Writes the whole run into the recorder. The adapter is stopped by whoever made it. */
export async function runPlan(options: RunOptions): Promise<void> {
  const { plan, adapter, recorder, about } = options;
  const { scenario, seed } = plan;
  const undo = plan.editors.some(({ skew }) => skew !== 0) ? installSkew() : () => {};
  try {
    recorder.note({ kind: 'run', format: 1, store: adapter.store, scenario, seed, ...about });
    for (const { user, role } of plan.users) recorder.note({ kind: 'access', user, role, is: 'certain' });
    const running = await join(options);
    await act(running);
    await settleAll(running);
  } finally {
    undo();
  }
}
