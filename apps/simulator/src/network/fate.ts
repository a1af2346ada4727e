import type { Random } from '../random.js';
import type { Faults } from '../scenario/scenario.js';

// What befalls one request on its way, drawn before it goes.

export type Strike = 'none' | 'drop-request' | 'drop-answer' | 'duplicate' | 'reorder';

export interface Fate {
  strike: Strike;
  /** Milliseconds on the way there and on the way back. */
  there: number;
  back: number;
  /**
   * Milliseconds that belong to the strike: until the loss is noticed, until the same is sent once more, or for how long it
   * is held back.
   */
  after: number;
}

const within: Readonly<Record<Strike, readonly [number, number]>> = {
  none: [0, 0],
  'drop-request': [100, 1_000],
  'drop-answer': [100, 1_000],
  // The second one comes while the first is under way, or long after its answer.
  duplicate: [0, 500],
  // Longer than others take there and back.
  reorder: [200, 1_200],
};

/** A delay, in milliseconds; 0 where there is none. */
export const delayOf = ({ delay }: Faults, random: Random): number => {
  // Drawn all the same: a scenario with a fault less meets the others as before.
  const drawn = random.next();
  return delay ? delay[0] + drawn * (delay[1] - delay[0]) : 0;
};

/** As many draws for each request, whatever they come to. `isRepeatable`: it may be sent twice. */
export function fateOf(faults: Faults, isRepeatable: boolean, random: Random): Fate {
  const strike = strikeOf(faults, isRepeatable, random.next());
  const [from, to] = within[strike];
  return {
    strike,
    after: from + random.next() * (to - from),
    there: delayOf(faults, random),
    back: delayOf(faults, random),
  };
}

function strikeOf({ drop, duplicate, reorder }: Faults, isRepeatable: boolean, drawn: number): Strike {
  let left = drawn;
  const chances: ReadonlyArray<readonly [Strike, number]> = [
    ['drop-request', drop / 2],
    ['drop-answer', drop / 2],
    ['duplicate', duplicate],
    ['reorder', reorder],
  ];
  for (const [strike, chance] of chances) {
    left -= chance;
    if (left < 0) return strike === 'duplicate' && !isRepeatable ? 'none' : strike;
  }
  return 'none';
}
