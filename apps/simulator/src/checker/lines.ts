import type { EventOf, HistoryEvent } from '../history/event.js';
import type { Facts } from './facts.js';

// What came to each editor, line by line, with its places in the history.

export interface Mark {
  place: number;
  event: EventOf<'line'> | EventOf<'hear'> | EventOf<'about'>;
}

export interface Line {
  editor: string;
  user: string;
  marks: Mark[];
}

export class Lines {
  readonly #facts: Facts;
  readonly #lines = new Map<string, Map<number, Line>>();

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  get all(): Line[] {
    return [...this.#lines.values()].flatMap((lines) => [...lines.values()]);
  }

  /** The last line of each editor: that which was asked for last. */
  get last(): Line[] {
    return [...this.#lines.values()].flatMap((lines) => [...lines.values()].slice(-1));
  }

  see(event: HistoryEvent): void {
    if (event.kind !== 'line' && event.kind !== 'hear' && event.kind !== 'about') return;
    const { editor, line } = event;
    const lines = this.#lines.get(editor) ?? new Map<number, Line>();
    this.#lines.set(editor, lines);
    const known = lines.get(line) ?? { editor, user: this.#facts.userOf(editor), marks: [] };
    lines.set(line, known);
    known.marks.push({ place: this.#facts.place, event });
  }
}
