import { story } from './checker/story.js';
import { type Playing, play } from './play.js';
import { brokenOf, type Outcome } from './report/outcome.js';
import { figuresOf } from './report/tally.js';
import type { Ran } from './run.js';
import { replayOf } from './shrink/replay.js';
import { type Shrinking, type Shrunk, shrink } from './shrink/shrink.js';

// All that a simulation is: the run, and where it broke a rule, the fewest steps that do.

export interface Simulating extends Playing {
  /** In the words of the scenario's author. */
  about: string;
  /** What it broke when it was written, of a replay. */
  broke?: string;
  /** How much is spent on making it smaller; null: nothing. */
  budget: Shrinking['budget'] | null;
  onShrink?: Shrinking['onProgress'];
}

export interface Simulated {
  ran: Ran;
  outcome: Omit<Outcome, 'files' | 'again'>;
  /** The scenario's file that breaks it once more; null where nothing broke. */
  replay: string | null;
}

export async function simulate(simulating: Simulating): Promise<Simulated> {
  const { plan, stage, transport, signal, about } = simulating;
  const began = performance.now();
  const ran = await play(simulating);
  const { events, verdict } = ran;
  const wasStopped = signal?.aborted ?? false;
  const broken = brokenOf(verdict);
  const [first] = broken;
  const smallest = first && !wasStopped ? await smaller(simulating, first) : null;
  const shown = broken.flatMap((each) => each.shown.flatMap((event) => ('editor' in event && event.editor) || []));
  return {
    ran,
    replay: first ? replayOf(smallest?.plan ?? plan, smallest?.broken ?? first) : null,
    outcome: {
      about: {
        scenario: plan.scenario,
        about,
        ...(simulating.broke === undefined ? {} : { broke: simulating.broke }),
        seed: plan.seed,
        store: stage.store,
        mode: stage.mode,
        transport,
        nodes: plan.nodes,
        editors: plan.editors.length,
        users: plan.users.length,
        records: plan.records.length,
        steps: plan.steps.length,
        duration: plan.duration,
      },
      verdict,
      stories: broken.map((each) => story(each, events)),
      figures: figuresOf(events, [...new Set(shown)]),
      wasStopped,
      took: performance.now() - began,
      shrunk: smallest ? { from: plan.steps.length, to: smallest.plan.steps.length } : null,
    },
  };
}

async function smaller(simulating: Simulating, broke: Shrinking['broke']): Promise<Shrunk | null> {
  const { plan, stage, transport, signal, budget, onShrink } = simulating;
  if (!budget) return null;
  return shrink({
    plan,
    broke,
    budget,
    async rerun(candidate) {
      // Whoever stops it here has what was found by then.
      if (signal?.aborted) return { holds: true, passed: {}, unknown: [] };
      return (await play({ plan: candidate, stage, transport, ...(signal ? { signal } : {}) })).verdict;
    },
    ...(onShrink ? { onProgress: onShrink } : {}),
  });
}
