import type { RunOptions } from './acting/running.js';
import type { Adapter, AdapterOptions, Transport } from './adapters/adapter.js';
import { check } from './checker/check.js';
import { createRecorder, type Recorder } from './history/recorder.js';
import { faultyNet } from './network/faulty-net.js';
import { randomOf } from './random.js';
import { type Ran, runPlan } from './run.js';
import type { Plan, ServerEvent } from './scenario/plan.js';

// One run on a stage, with the plan's faults in the way: what is set up for it is gone after it.

/** What is there for one run. */
export interface Scenery {
  adapter(options: AdapterOptions): Adapter | Promise<Adapter>;
  /** What the plan says befalls the server; left out where nothing can. */
  serverEvent?(event: ServerEvent): Promise<void>;
}

/** Where plans are run, one after the other: servers of our own, somebody's, or a world inside this process. */
export interface Stage {
  readonly store: Adapter['store'];
  readonly mode: RunOptions['about']['mode'];
  readonly workspace: string;
  /** What the names of the run's records begin with, where they stay there. */
  readonly leaves?: string;
  /** Sets up what the plan needs, and takes it away again, whatever comes of it. */
  on<T>(plan: Plan, run: (scenery: Scenery) => Promise<T>): Promise<T>;
}

export interface Playing {
  plan: Plan;
  stage: Stage;
  transport: Transport;
  /** Aborted, nobody acts any more; all is settled and checked all the same. */
  signal?: AbortSignal;
  /** Called with the run's recorder before anything is in it. */
  watch?(recorder: Recorder): void;
  onProgress?: RunOptions['onProgress'];
}

export async function play(playing: Playing): Promise<Ran> {
  const { plan, stage, transport, signal, watch, onProgress } = playing;
  const began = performance.now();
  const events = await stage.on(plan, async ({ adapter: adapt, serverEvent }) => {
    const recorder = createRecorder();
    watch?.(recorder);
    let isOff = false;
    const random = randomOf(plan.seed).fork('faults');
    const through = faultyNet({ faults: plan.faults, random, recorder, isOff: () => isOff });
    const adapter = await adapt({ recorder, through, transport });
    try {
      await runPlan({
        plan,
        adapter,
        recorder,
        about: { mode: stage.mode, transport, workspace: stage.workspace },
        faultsOff() {
          isOff = true;
        },
        ...(signal ? { signal } : {}),
        ...(serverEvent ? { serverEvent } : {}),
        ...(onProgress ? { onProgress } : {}),
      });
    } finally {
      await adapter.stop();
    }
    return recorder.events;
  });
  return { plan, events, verdict: check(events), took: performance.now() - began };
}
