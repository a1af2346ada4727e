import { pingEvery, pongWithin } from '@stet/protocol';

// How long the connection waits for what, in milliseconds.

export interface Times {
  /** For a ticket. */
  ask: number;
  /** For each transport to open. */
  transport: number;
  /** For all of them: less than the ticket lives. */
  open: number;
  /** From there to the welcome. */
  greet: number;
  /** Of silence, until we ask whether the server is still there; and for the answer. */
  silence: number;
  pong: number;
  /** For the answer where somebody looks at the page, or the link is in doubt. */
  soon: number;
  /** From then on a connection has lasted: what failed before it no longer counts. */
  steady: number;
  /** A timer that is this late tells that the machine slept. */
  slept: number;
}

export const usualTimes: Times = {
  ask: 10_000,
  transport: 5_000,
  open: 25_000,
  greet: 10_000,
  silence: pingEvery,
  pong: pongWithin,
  soon: 4_000,
  steady: 10_000,
  slept: 10_000,
};
