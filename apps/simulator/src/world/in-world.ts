import { syncBuiltinESMExports } from 'node:module';
import { type Random, randomOf } from '../random.js';
import { installEntropy } from './seeded-entropy.js';
import { installClock, type VirtualClock } from './virtual-clock.js';

// A world of its own inside this process, for as long as something runs in it: its clock is virtual and its chance is
// drawn from a seed, so that the same seed is the same run. Nothing in it may wait for anything real: a file, a network.
//
//   next timer ─▶ what follows from it at once (promises, nextTick) ─▶ next timer ─▶ …

export interface World {
  /** Of the world's seed; what it draws, nothing else draws. */
  readonly random: Random;
  /** Milliseconds since the world began. */
  now(): number;
}

export interface WorldOptions {
  /** Milliseconds of the world's clock after which what runs in it counts as stuck; a day, where left out. */
  longest?: number;
}

const day = 24 * 60 * 60 * 1_000;
/** So many timers at one moment are a circle. */
const mostAtOnce = 100_000;
/** For what was begun and is waited for by nobody: it must not be left half-done in what the process shares. */
const lastWork = 5_000;

let isThere = false;

/**
 * Runs it in a world of its own, one at a time in a process; answers or fails as it does. Fails as well where a timer's
 * work throws, and where nothing can come of it any more.
 */
export async function inWorld<T>(
  seed: number,
  run: (world: World) => Promise<T>,
  { longest = day }: WorldOptions = {},
): Promise<T> {
  if (isThere) throw new Error('There is a virtual world in this process already: one at a time.');
  isThere = true;
  const turn = setImmediate;
  const random = randomOf(seed);
  const undoEntropy = installEntropy(random.fork('entropy'));
  const clock = installClock();
  syncBuiltinESMExports();
  try {
    let isOver = false;
    const outcome = run({ random: random.fork('world'), now: clock.now }).finally(() => {
      isOver = true;
    });
    // Where it fails before anybody waits for it, it is waited for below.
    outcome.catch(() => {});
    await pump(clock, turn, () => {
      if (isOver) return true;
      if (clock.isIdle()) throw new Error('The run never ends: it waits for something, and no timer is set.');
      if (clock.now() > longest) throw new Error(`The run never ends: its clock is at ${clock.now()} ms.`);
      return false;
    });
    return await outcome;
  } finally {
    const until = clock.now() + lastWork;
    await pump(clock, turn, () => clock.isIdle() || clock.now() >= until).finally(() => {
      clock.uninstall();
      undoEntropy();
      syncBuiltinESMExports();
      isThere = false;
    });
  }
}

/** `turn` is Node's own setImmediate: before it comes, all that follows from the last timer has been done. */
function pump(clock: VirtualClock, turn: (step: () => void) => unknown, isOver: () => boolean): Promise<void> {
  let now = clock.now();
  let atOnce = 0;
  return new Promise((resolve, reject) => {
    const step = () => {
      try {
        if (isOver()) return resolve();
        clock.next();
        atOnce = clock.now() === now ? atOnce + 1 : 0;
        now = clock.now();
        if (atOnce > mostAtOnce) throw new Error(`The run goes in a circle: its clock stands still at ${now} ms.`);
        turn(step);
      } catch (error) {
        reject(error);
      }
    };
    turn(step);
  });
}
