import type { Heard, Result } from './operations.js';

// What goes over the operator's socket: a POST of one operation, answered by a line for all that is heard and last the
// result; DELETE stops a POST and leaves its answer a way back; GET says who is there.

/** Who holds a data folder. */
export interface Holder {
  pid: number;
  /** Such as `stet serve`. */
  what: string;
}

export type AnswerLine = { heard: Heard } | { result: Result };

/** Names a POST for the DELETE that may follow. */
export const callHeader = 'stet-call';

/** Nothing was done: ask again in a moment, perhaps somebody else. */
export const busy = 503;
/** Not an operation that this process knows. */
export const misunderstood = 400;
