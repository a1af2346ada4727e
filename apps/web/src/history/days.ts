import type { VersionInfo } from '@stet/protocol';

// A timeline is read by the day.

export interface Day {
  /** `Today`, `Yesterday`, `Monday, 3 March 2025` */
  title: string;
  items: VersionInfo[];
}

export function byDay(items: readonly VersionInfo[], now: number, zone?: string): Day[] {
  const days: Day[] = [];
  const titleOf = titles(now, zone);
  for (const item of items) {
    const title = titleOf(item.at);
    const day = days.at(-1);
    if (day?.title === title) day.items.push(item);
    else days.push({ title, items: [item] });
  }
  return days;
}

function titles(now: number, timeZone: string | undefined): (at: string) => string {
  const zoned = timeZone === undefined ? {} : { timeZone };
  const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', ...zoned });
  const today = format.format(now);
  const yesterday = format.format(dayBefore(now, format));
  return (at) => {
    const time = Date.parse(at);
    if (Number.isNaN(time)) return 'Some day';
    const title = format.format(time);
    // A page's clock may be behind the server's.
    if (title === today || time > now) return 'Today';
    return title === yesterday ? 'Yesterday' : title;
  };
}

/** Some time of the day before: found by the hour, since a day may have 23 or 25 of them. */
function dayBefore(now: number, format: Intl.DateTimeFormat): number {
  const hour = 3_600_000;
  const today = format.format(now);
  let time = now;
  while (format.format(time) === today) time -= hour;
  return time;
}

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });

/** `14:32`; the day stands above it. */
export const clockTime = (at: string): string => (Number.isNaN(Date.parse(at)) ? '' : clock.format(Date.parse(at)));
