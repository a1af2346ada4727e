// What goes wrong when: drawn from a seed before anything is done, and met as the work goes on, not as the clock does.
import type { Fault } from './proxy.js';
import type { Random } from './random.js';

export interface Mishap {
  /** After so many accepted writes. */
  after: number;
  /** The page whose network it is, by number. */
  page: number;
  fault: Fault;
  /** Meets only the oldest link that is open. */
  one: boolean;
}

const lasting = (random: Random): Fault => {
  const slow: Fault = { kind: 'slow', bytes: random.int(200, 4_000), every: random.int(1, 10) };
  const delay: Fault = { kind: 'delay', ms: random.int(2, 60) };
  return random.pick<Fault>([slow, delay, { kind: 'away' }, { kind: 'half-open' }]);
};

const brief = (random: Random): Fault =>
  random.pick<Fault>([{ kind: 'cut', by: 'rst' }, { kind: 'cut', by: 'fin' }, { kind: 'duplicate' }]);

/** `many` brief faults, and a third as many that last for a while; all are over before the last write. */
export function drawMishaps(random: Random, pages: number, writes: number, many: number): Mishap[] {
  const mishaps: Mishap[] = [];
  const draw = (from: number, to: number) => ({ after: random.int(from, to), page: random.int(0, pages - 1) });
  for (let count = 0; count < many; count += 1) {
    mishaps.push({ ...draw(1, writes - 1), fault: brief(random), one: random.chance(0.5) });
    if (count % 3 > 0) continue;
    const begun = draw(1, writes - 2);
    const over = random.int(begun.after + 1, Math.min(writes - 1, begun.after + Math.ceil(writes / 10)));
    mishaps.push({ ...begun, fault: lasting(random), one: false });
    mishaps.push({ ...begun, after: over, fault: { kind: 'heal' }, one: false });
  }
  return mishaps.sort((one, other) => one.after - other.after);
}
