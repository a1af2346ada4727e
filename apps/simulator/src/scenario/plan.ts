import type { Role } from '@stet/protocol';
import type { Choosing } from '../editors/editor.js';
import type { Faults } from './scenario.js';

// A scenario with everything drawn: who does what, and when. The same plan is the same run, as far as the network allows,
// and its steps can be taken away one by one (shrink/).

export type Action =
  | { do: 'open' | 'close' | 'save' | 'delete' | 'look'; record: string }
  | { do: 'leave' }
  | { do: 'create'; record: string; fields: Readonly<Record<string, unknown>> }
  | { do: 'type'; record: string; field: string; value: Typed }
  | { do: 'choose'; record: string; how: Choosing }
  | { do: 'restore'; record: string; version: number | null }
  | { do: 'offline' | 'online' | 'reload' | 'reconnect' }
  | { do: 'wait'; for: Wait };

/**
 * What is typed: a value of its own; or, into what stands there, a word more at one place of it (into a list, an entry
 * more): `at` from 0 (its beginning) to 1 (its end). Words are the run's own, each typed once, so that it can be told
 * where each has gone.
 */
export type Typed = { as: 'value'; value: unknown } | { as: 'word'; word: string; at: number };

export type Wait =
  | { for: 'time'; ms: number }
  | { for: 'version'; record: string; version: number }
  | { for: 'question'; record: string }
  | { for: 'live' };

/** What befalls the server. `node` counts from 0, as in `Core.nodes`; in words, people count from 1. */
export type ServerEvent =
  | { do: 'kill' | 'restart'; node: number }
  | { do: 'kill-redis' | 'restart-redis' }
  | { do: 'pause-redis'; ms: number }
  | { do: 'access'; user: string; role: Role | null };

/** One step. Those of one editor come one after the other; those of several at their times, or in their order. */
export type Step = { at: number } & Deed;

export type Deed = { who: string; action: Action } | { who: null; event: ServerEvent };

export interface PlannedEditor {
  name: string;
  user: string;
  /** Milliseconds that their clock is ahead. */
  skew: number;
  /** How conflicts are settled where no step says it: drawn by weight. */
  choose: Readonly<Partial<Record<Choosing, number>>>;
}

export interface PlannedRecord {
  record: string;
  fields: Readonly<Record<string, unknown>>;
}

export interface Plan {
  scenario: string;
  seed: number;
  records: readonly PlannedRecord[];
  users: ReadonlyArray<{ user: string; role: Role }>;
  editors: readonly PlannedEditor[];
  /** By time. */
  steps: readonly Step[];
  /** `times`: each at its moment; `order`: each when the one before it is done, as a story is told: `at` is 0 in all. */
  pace: 'times' | 'order';
  faults: Faults;
  nodes: number;
  /** Milliseconds that it goes on for, before all is settled. */
  duration: number;
}

/** Who makes the records: the first who may write. Undefined where nobody may; then there is no run. */
export function makerIn({ editors, users }: Plan): PlannedEditor | undefined {
  const readers = new Set(users.filter(({ role }) => role === 'viewer').map(({ user }) => user));
  return editors.find(({ user }) => !readers.has(user));
}

/** What the command line says in the scenario's place. */
export interface PlanOptions {
  seed: number;
  editors?: number;
  records?: number;
  /** Milliseconds. */
  duration?: number;
  /** Actions a second, of all together. */
  rate?: number;
}
