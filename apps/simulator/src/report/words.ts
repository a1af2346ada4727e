// Numbers as people read them: the same on the terminal and in the report.

export const number = (value: number): string => Math.round(value).toLocaleString('en');

export const several = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${Math.round(value) === 1 ? one : many}`;

/** `0.42 ms`, `12 ms`, `1.5 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms === 0) return '0 ms';
  if (ms < 9.95) return `${trimmed(ms, ms < 0.995 ? 2 : 1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${trimmed(ms / 1_000, ms < 9_950 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1_000);
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** So many a second. */
export const rate = (value: number): string => (value < 9.95 ? trimmed(value, 1) : number(value));

const trimmed = (value: number, digits: number): string => String(Number(value.toFixed(digits)));
