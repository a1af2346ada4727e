// What happens to the parts that several nodes stand on, and to the nodes: drawn from a seed before anything is done,
// and met as the work goes on. What befalls one part comes one after the other; different parts fail at the same time.
import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from './cluster.js';
import type { Random } from './random.js';
import { drawMishaps, type Mishap } from './schedule.js';

export type Outage =
  | { kind: 'redis-killed' | 'redis-started' | 'redis-paused' | 'redis-flushed' | 'postgres-restarted' }
  | { kind: 'node-killed' | 'node-started'; node: number };

export interface Step {
  /** After so many accepted writes. */
  after: number;
  outage: Outage;
}

export interface Schedule {
  steps: Step[];
  /** Of the lines between nodes and what they stand on. */
  mishaps: Mishap[];
}

/** How long Redis stands still when it is paused, in milliseconds. */
const pausedFor = 10_000;

/** All is over, or at least begun, before the last write. */
export function drawSchedule(random: Random, nodes: number, writes: number, cuts: number): Schedule {
  /** Between these parts of the whole. */
  const at = (from: number, to: number) => random.int(Math.ceil(from * writes), Math.floor(to * writes));
  const steps: Step[] = [];
  const add = (after: number, outage: Outage) => void steps.push({ after, outage });
  const kinds = ['redis-killed', 'redis-paused', 'redis-flushed'] as const;
  const first = random.int(0, kinds.length - 1);
  for (const [place] of kinds.entries()) {
    const kind = kinds[(first + place) % kinds.length] ?? 'redis-flushed';
    const begun = at(0.05 + place * 0.3, 0.15 + place * 0.3);
    add(begun, { kind });
    if (kind === 'redis-killed') add(begun + at(0.05, 0.15), { kind: 'redis-started' });
  }
  for (const half of [0, 0.45]) {
    const node = random.int(0, nodes - 1);
    const begun = at(half + 0.05, half + 0.25);
    add(begun, { kind: 'node-killed', node });
    add(begun + at(0.05, 0.15), { kind: 'node-started', node });
  }
  add(at(0.2, 0.8), { kind: 'postgres-restarted' });
  steps.sort((one, other) => one.after - other.after);

  // Of each node, a line to Redis and one to Postgres.
  const mishaps = drawMishaps(random, 2 * nodes, writes, cuts);
  // Whatever else was drawn, these there are.
  for (const line of [0, 1]) {
    for (const fault of [{ kind: 'cut', by: 'rst' }, { kind: 'half-open' }] as const) {
      const begun = at(0.05, 0.85);
      const where = { page: 2 * random.int(0, nodes - 1) + line, one: false };
      mishaps.push(
        { ...where, after: begun, fault },
        { ...where, after: begun + at(0.02, 0.1), fault: { kind: 'heal' } },
      );
    }
  }
  mishaps.sort((one, other) => one.after - other.after);
  return { steps, mishaps };
}

type Part = 'redis' | 'postgres' | 'node';

export class Outages {
  readonly #cluster: Cluster;
  readonly #steps: Step[];
  readonly #mishaps: Mishap[];
  readonly #parts = new Map<Part, Promise<void>>();
  #under = 0;
  #broken: unknown = null;
  /** What was done, in the order in which it was done. */
  readonly did: string[] = [];

  constructor(cluster: Cluster, { steps, mishaps }: Schedule) {
    this.#cluster = cluster;
    this.#steps = [...steps];
    this.#mishaps = [...mishaps];
  }

  /** So many writes were accepted by now. Throws what has gone wrong with an outage itself. */
  meet(accepted: number): void {
    if (this.#broken) throw this.#broken;
    for (let next = this.#steps[0]; next && next.after <= accepted; next = this.#steps[0]) {
      this.#steps.shift();
      this.#do(next.outage);
    }
    for (let next = this.#mishaps[0]; next && next.after <= accepted; next = this.#mishaps[0]) {
      this.#mishaps.shift();
      const line = this.#lines[next.page];
      line?.meet(next.fault, next.one ? [...line.links].slice(0, 1) : line.links);
    }
  }

  get isOver(): boolean {
    return this.#steps.length === 0 && this.#mishaps.length === 0 && this.#under === 0;
  }

  /** Everything is up again, and passes as it should. */
  async mend(): Promise<void> {
    await Promise.all(this.#parts.values());
    if (this.#broken) throw this.#broken;
    for (const line of this.#lines) line.meet({ kind: 'heal' });
  }

  get #lines() {
    return this.#cluster.nodes.flatMap(({ lines }) => [lines.redis, lines.postgres]);
  }

  #do(outage: Outage): void {
    const part = outage.kind.split('-')[0] as Part;
    this.#under += 1;
    const done = (this.#parts.get(part) ?? Promise.resolve())
      .then(() => this.#befall(outage))
      .catch((error: unknown) => {
        this.#broken ??= error;
      })
      .finally(() => {
        this.#under -= 1;
      });
    this.#parts.set(part, done);
  }

  async #befall(outage: Outage): Promise<void> {
    const { redis, postgres, nodes } = this.#cluster;
    this.did.push(outage.kind);
    switch (outage.kind) {
      case 'redis-killed':
        return redis.kill();
      case 'redis-started':
        return redis.start();
      case 'redis-paused':
        redis.pause();
        await pause(pausedFor);
        return redis.resume();
      case 'redis-flushed':
        return redis.flush();
      case 'postgres-restarted':
        return postgres.restart({ mode: 'immediate' });
      case 'node-killed':
        return nodes[outage.node]?.kill();
      case 'node-started':
        return nodes[outage.node]?.start();
    }
  }
}
