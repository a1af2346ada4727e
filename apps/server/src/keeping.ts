// How long keys of writes and notices are kept: long enough for who comes back after weeks of absence.

const days = 30;
const kept = days * 24 * 60 * 60 * 1000;

/** Until when what was written at this time is kept. */
export const keptUntil = (at: string): string => new Date(Date.parse(at) + kept).toISOString();

/** What was written before this is kept no longer. */
export const keptSince = (now: number): string => new Date(now - kept).toISOString();
