import type { Recorder } from '../history/recorder.js';
import { pause } from '../world/pause.js';

// Nobody hangs for ever, and no one failure ends a run: both are written down, and all goes on.

/** Milliseconds of the run's clock. */
const longest = 30_000;

/** Answers with `otherwise` where it takes too long, or fails. */
export async function bounded<T>(
  recorder: Recorder,
  what: string,
  editor: string | null,
  work: () => Promise<T>,
  otherwise: T,
): Promise<T> {
  const about = editor === null ? {} : { editor };
  const over = new AbortController();
  const tooLong = pause(longest, over.signal).then(() => {
    if (!over.signal.aborted) recorder.note({ kind: 'fault', what: `${what}: nothing came of it in time`, ...about });
    return otherwise;
  });
  try {
    return await Promise.race([work(), tooLong]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    recorder.note({ kind: 'fault', what: `${what}: ${why}`, ...about });
    return otherwise;
  } finally {
    over.abort();
  }
}

/** Does it for each, so many at a time. */
export async function forEach<T>(all: readonly T[], atOnce: number, work: (each: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let each = all[next]; next < all.length; each = all[next]) {
      next += 1;
      await work(each as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, worker));
}
