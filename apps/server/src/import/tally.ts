import type { Note } from './notes.js';
import type { RowEnd } from './row.js';

// What is remembered of an import while it runs: counts, and so few notes that a file of any size fits.

/** Each row ends in exactly one of the first five; the others count single values. */
export interface Counts extends Record<RowEnd, number> {
  rows: number;
  kept: number;
  replaced: number;
  mended: number;
  cellsLeftOut: number;
}

/** How often a rule was applied, with the first time that it was. */
export interface RuleCount {
  kind: Note['kind'];
  rule: string;
  count: number;
  first: Note;
}

const mostShown = 50;
// Rules are constant sentences, but a resource's own schema may write what it likes.
const mostRules = 100;
const otherRules = 'other reasons';

export class Tally {
  readonly counts: Counts = {
    rows: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    leftOut: 0,
    failed: 0,
    kept: 0,
    replaced: 0,
    mended: 0,
    cellsLeftOut: 0,
  };
  notes = 0;
  readonly #rules = new Map<string, RuleCount>();
  readonly #urgent: Note[] = [];
  readonly #mended: Note[] = [];

  row(end: RowEnd): void {
    this.counts.rows += 1;
    this.counts[end] += 1;
  }

  note(note: Note): void {
    this.notes += 1;
    if (note.kind === 'mended') this.counts.mended += 1;
    if (note.kind === 'left-out') this.counts.cellsLeftOut += 1;
    if (note.kind === 'kept') this.counts.kept += 1;
    if (note.kind === 'replaced') this.counts.replaced += 1;
    const shown = note.kind === 'mended' ? this.#mended : this.#urgent;
    if (shown.length < mostShown) shown.push(note);
    this.#count(note);
  }

  #count(note: Note): void {
    const name = `${note.kind}\u0000${note.rule}`;
    const known = this.#rules.get(name);
    if (known) known.count += 1;
    else if (this.#rules.size < mostRules)
      this.#rules.set(name, { kind: note.kind, rule: note.rule, count: 1, first: note });
    else {
      const others = this.#rules.get(otherRules);
      if (others) others.count += 1;
      else this.#rules.set(otherRules, { kind: note.kind, rule: otherRules, count: 1, first: note });
    }
  }

  /** The most frequent first. */
  get rules(): RuleCount[] {
    return [...this.#rules.values()].sort((a, b) => b.count - a.count);
  }

  /** What a person should see first: what was not taken over comes before what was mended. */
  get shown(): Note[] {
    return [...this.#urgent, ...this.#mended].slice(0, mostShown);
  }
}
