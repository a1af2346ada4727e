import type { HistoryEvent } from '../history/event.js';
import type { Broken, Check } from './verdict.js';

// What one check has found so far. Of a flaw that runs through all of a history a hundred are enough.

const most = 100;

export type Shown = ReadonlyArray<HistoryEvent | null | undefined>;

export class Findings {
  /** Of how many things it holds. */
  proven = 0;
  readonly #check: string;
  readonly #rule: string;
  readonly #broken: Broken[] = [];
  #more = 0;

  constructor(check: string, rule: string) {
    this.#check = check;
    this.#rule = rule;
  }

  add(what: string, record: string | null, shown: Shown, rule = this.#rule): void {
    if (this.#broken.length >= most) {
      this.#more += 1;
      return;
    }
    const events = new Set(shown.filter((event): event is HistoryEvent => !!event));
    this.#broken.push({ rule, check: this.#check, what, record, shown: [...events] });
  }

  /** Counts what holds, and notes what does not. */
  expect(holds: boolean, what: () => string, record: string | null, shown: () => Shown, rule = this.#rule): void {
    if (holds) this.proven += 1;
    else this.add(what(), record, shown(), rule);
  }

  end(unknown?: string): ReturnType<Check['end']> {
    return { broken: this.#broken, more: this.#more, proven: this.proven, ...(unknown ? { unknown } : {}) };
  }
}

/** A check that looks at the whole only, when all is told. */
export function atTheEnd(name: string, rule: string, judge: (found: Findings) => string | undefined): Check {
  return {
    name,
    rule,
    see: () => undefined,
    end() {
      const found = new Findings(name, rule);
      return found.end(judge(found));
    },
  };
}
