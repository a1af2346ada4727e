import * as z from 'zod';

// Times as people write them: 300ms, 2s, 1m; or a number of milliseconds.

const units = { ms: 1, s: 1_000, m: 60_000 } as const;

/** Longer than any run; what is beyond it is a slip of the pen. */
const longest = 24 * 60 * 60_000;

/** Milliseconds, exact to a microsecond; null where the text is no time. */
export function readDuration(text: string): number | null {
  const match = /^(-?\d{1,12}(?:\.\d{1,12})?)\s*(ms|s|m)$/.exec(text.trim());
  if (!match) return null;
  return Math.round(Number(match[1]) * units[match[2] as keyof typeof units] * 1_000) / 1_000;
}

/** The shortest exact way to say it. */
export function durationText(ms: number): string {
  if (ms !== 0 && ms % units.m === 0) return `${ms / units.m}m`;
  if (ms !== 0 && ms % units.s === 0) return `${ms / units.s}s`;
  return `${ms}ms`;
}

const within = (from: number) =>
  z.unknown().transform((value, context): number => {
    const ms = typeof value === 'number' ? value : typeof value === 'string' ? readDuration(value) : null;
    if (ms !== null && ms >= from && ms <= longest) return ms;
    context.addIssue({ code: 'custom', message: 'must be a time such as 300ms, 2s or 1m, of a day at most' });
    return z.NEVER;
  });

/** Milliseconds, or a text such as `300ms`, `2s`, `1m`. */
export const durationSchema = within(0);
/** How far a clock is off: behind, with a minus. */
export const skewSchema = within(-longest);
