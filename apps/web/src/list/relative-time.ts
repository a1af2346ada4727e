// How long ago, in as few letters as a narrow column has.

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const inYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const before = new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric' });
const whole = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short' });

/** `iso` is the server's time; a clock of ours that is slow makes it "now", never the future. */
export function relativeTime(iso: string, now: number): string {
  const then = new Date(iso);
  const ago = now - then.getTime();
  if (Number.isNaN(ago)) return '';
  if (ago < minute) return 'now';
  if (ago < hour) return `${Math.floor(ago / minute)} min`;
  if (ago < day) return `${Math.floor(ago / hour)} h`;
  if (ago < 7 * day) return `${Math.floor(ago / day)} d`;
  return then.getFullYear() === new Date(now).getFullYear() ? inYear.format(then) : before.format(then);
}

export const wholeTime = (iso: string): string => {
  const then = new Date(iso);
  return Number.isNaN(then.getTime()) ? '' : whole.format(then);
};
