import type { HistoryEvent } from '../history/event.js';

// What the checker answers.

export interface Broken {
  /** As SPEC.md names it, such as `V2`. */
  rule: string;
  /** Which check has found it, such as `lost-update`. */
  check: string;
  /** What is wrong, in one sentence. */
  what: string;
  record: string | null;
  /** The few events that show it, in their order. */
  shown: readonly HistoryEvent[];
}

export type Verdict =
  /** `passed`: what was looked at, by check, with how many things it was proven of. `unknown`: what this history can't tell, and why. */
  | { holds: true; passed: Readonly<Record<string, number>>; unknown: readonly string[] }
  | {
      holds: false;
      broken: readonly Broken[];
      more: number;
      passed: Readonly<Record<string, number>>;
      unknown: readonly string[];
    };

/** One check: reads the history once, in its order, and then says what it has found. */
export interface Check {
  readonly name: string;
  readonly rule: string;
  see(event: HistoryEvent): void;
  /** At most some hundred, and how many `more`; `proven`: of how many things it holds. */
  end(): { broken: readonly Broken[]; more: number; proven: number; unknown?: string };
}
