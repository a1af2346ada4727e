import type { Wake } from './bus.js';

// What is still to be said to other nodes. The newest word counts, so it grows with what there is to speak of, not with
// how often it is spoken of.

/** Of more voices than this it is said: look at all of them. */
const mostVoices = 500;

const keyOf = (wake: Wake): string => {
  switch (wake.kind) {
    case 'log':
      return JSON.stringify([wake.kind, wake.workspace]);
    case 'access':
      return JSON.stringify([wake.kind, wake.user]);
    case 'presence':
      return JSON.stringify([wake.kind, wake.workspace, wake.node]);
  }
};

function together(one: Wake, other: Wake): Wake {
  if (one.kind === 'log' && other.kind === 'log') return one.seq > other.seq ? one : other;
  if (one.kind !== 'presence' || other.kind !== 'presence') return other;
  const voices = one.voices && other.voices && new Set([...one.voices, ...other.voices]);
  return { ...other, voices: voices && voices.size <= mostVoices ? [...voices] : null };
}

export class Outbox {
  readonly #wakes = new Map<string, Wake>();

  get isEmpty(): boolean {
    return this.#wakes.size === 0;
  }

  add(wake: Wake): void {
    const key = keyOf(wake);
    const waiting = this.#wakes.get(key);
    this.#wakes.set(key, waiting ? together(waiting, wake) : wake);
  }

  /** All of it, which is then no longer in here. */
  take(): Wake[] {
    const wakes = [...this.#wakes.values()];
    this.#wakes.clear();
    return wakes;
  }
}
