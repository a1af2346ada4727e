// How long keys of writes and notices are kept: long enough for who comes back after weeks of absence. How long the log
// can be read on from is the operator's to say (config.ts).

const days = 30;
const day = 24 * 60 * 60 * 1000;

/** Until when what was written at this time is kept. */
export const keptUntil = (at: string): string => new Date(Date.parse(at) + days * day).toISOString();

/** The time that lies so many days back. */
export const daysBefore = (now: number, count: number): string => new Date(now - count * day).toISOString();

/** What was written before this is kept no longer. */
export const keptSince = (now: number): string => daysBefore(now, days);
