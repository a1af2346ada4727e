import { withSkew } from '../network/skew.js';
import type { Step } from '../scenario/plan.js';
import { pause } from '../world/pause.js';
import { bounded } from './bounded.js';
import { doAction, type Pace } from './do-action.js';
import type { Acting, Running } from './running.js';
import { doServerEvent } from './server-event.js';

// The middle of a run: each does their steps, all at their times, or one after the other as a story is told.

export async function act(running: Running): Promise<void> {
  const { plan, onProgress } = running;
  let done = 0;
  const begun = performance.now();

  async function doStep(step: Step, pace: Pace): Promise<void> {
    if (step.who === null) await doServerEvent(running, step.event);
    else {
      const acting = running.actors.get(step.who);
      if (!acting) throw new Error(`The plan names ${step.who}, who is none of its editors.`);
      await doAs(running, acting, step, pace);
    }
    done += 1;
    onProgress?.({ phase: 'acting', done, of: plan.steps.length });
  }

  /** Each not before its time; who is late does the next one at once. */
  async function inTime(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      const left = begun + step.at - performance.now();
      if (left > 0) await pause(left, running.signal);
      if (running.signal?.aborted) return;
      await doStep(step, 'times');
    }
  }

  if (plan.pace === 'order') {
    for (const step of plan.steps) {
      if (running.signal?.aborted) break;
      await doStep(step, 'order');
    }
  } else {
    await Promise.all([...byWho(plan.steps).values()].map(inTime));
  }
  await Promise.all([...running.actors.values()].map(({ saving }) => saving));
}

function byWho(steps: readonly Step[]): Map<string | null, Step[]> {
  const groups = new Map<string | null, Step[]>();
  for (const step of steps) {
    const group = groups.get(step.who);
    if (group) group.push(step);
    else groups.set(step.who, [step]);
  }
  return groups;
}

async function doAs(running: Running, acting: Acting, step: Step & { who: string }, pace: Pace): Promise<void> {
  const { planned } = acting;
  const { action } = step;
  const what = 'record' in action ? `${action.do} ${action.record}` : action.do;
  const work = () => withSkew(planned.skew, () => doAction(running, acting, action, pace));
  await bounded(running.recorder, what, planned.name, work, undefined);
}
