// One who may ask several nodes, as behind a load balancer: whoever gets no answer from one asks again, in the same
// words, until there is one.
import { setTimeout as pause } from 'node:timers/promises';
import { answered, type Http } from './http.js';
import type { Random } from './random.js';

export interface Among extends Http {
  /** How often it was asked once more: because nobody answered, or because the answer was to come back later. */
  readonly again: Readonly<{ lost: number; unavailable: number }>;
}

/** So often, and it is not a matter of patience any more. */
const mostTries = 500;

/** For so many milliseconds nobody else asks a node that has not answered. */
const rest = 3_000;

export function httpAmong(nodes: readonly Http[], random: Random): Among {
  const again = { lost: 0, unavailable: 0 };
  /** Until when. */
  const resting = new Map<Http, number>();
  const pick = (): Http => {
    const now = performance.now();
    const awake = nodes.filter((node) => (resting.get(node) ?? 0) <= now);
    return random.pick(awake.length > 0 ? awake : nodes);
  };
  return {
    again,
    async ask(what) {
      for (let tries = 0; tries < mostTries; tries += 1) {
        const node = pick();
        const answer = await answered(node.ask(what));
        if (answer && answer.status !== 502 && answer.status !== 503) return answer;
        again[answer ? 'unavailable' : 'lost'] += 1;
        if (!answer) resting.set(node, performance.now() + rest);
        await pause(random.int(20, 200));
      }
      throw new Error(`Nobody answers ${what.method} ${what.path}.`);
    },
    close() {
      for (const node of nodes) node.close();
    },
  };
}
