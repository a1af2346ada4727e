import type { Op, Result } from '../history/event.js';
import type { Bar, Spread } from './spread.js';

// What a run comes to in numbers: of the summary, of the report and of `--json`. Times are milliseconds of the run's clock.

export type Refusal = Extract<Result, { is: 'refused' }>['why'];

/** One stretch of the run, `at` its beginning. Numbers of what happened in it. */
export interface Stretch {
  at: number;
  /** Written, the combined ones among them. */
  saves: number;
  combined: number;
  conflicts: number;
  heard: number;
  reconnects: number;
  faults: number;
  /** Of the saves that were answered in it. */
  latency: Spread;
}

export const laneMarks = ['saves', 'combined', 'conflicts', 'reconnects'] as const;
export type LaneMark = (typeof laneMarks)[number];

/** One editor's run: totals, and in which stretches of it (by place in `over.stretches`) how many. */
export interface Lane {
  editor: string;
  saves: number;
  combined: number;
  conflicts: number;
  reconnects: number;
  marks: Record<LaneMark, ReadonlyArray<[stretch: number, count: number]>>;
}

export interface Figures {
  /** From the first to the last event. */
  lasted: number;
  /** It came to its end: everybody was given the time to hear everything, and what stands where was looked up. */
  isSettled: boolean;
  /** Steps that came to nothing, though nothing was in the way: the plan may be wrong. */
  undone: number;
  /** When the last thing was typed: what comes after is what was left to be settled. */
  actedUntil: number;
  editors: number;
  users: number;
  records: number;
  calls: { all: number; by: Partial<Record<Op['do'], number>> };
  /** Every write that was tried, each attempt for itself. */
  saves: {
    all: number;
    /** Written as they were sent. */
    ok: number;
    /** Written together with what others had saved meanwhile, with a receipt. */
    combined: number;
    /** Nothing to write: it stood so already. */
    unchanged: number;
    refused: Partial<Record<Refusal, number>>;
    /** No answer, or one that says nothing. */
    unknown: number;
    /** Of all, those that were sent again with the key of an earlier one. */
    again: number;
    perSecond: { mean: number; most: number };
  };
  /** Saves that were based on an older version and could not be combined, and what the people chose. */
  conflicts: { all: number; chosen: Record<string, number> };
  latency: {
    /** Asked to answered. */
    save: Spread;
    read: Spread;
    /** From the moment that one asked to save until another one was told of it, over a line that was open all the while. */
    delivery: Spread;
  };
  distribution: { save: Bar[]; delivery: Bar[] };
  /** Changes that reached editors: of others, their own, and those read on when a line was opened anew. */
  heard: { all: number; own: number; caughtUp: number };
  reconnects: number;
  resets: number;
  /** By their words. */
  faults: Record<string, number>;
  over: { width: number; stretches: Stretch[] };
  /** What befell the server, in the order of time; at most a hundred. */
  marks: ReadonlyArray<{ at: number; what: string }>;
  /** The busiest forty, those asked for before all others. */
  lanes: Lane[];
  /** All others together; null where there are none. */
  rest: Lane | null;
}
