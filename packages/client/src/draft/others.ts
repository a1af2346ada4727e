import type { Author } from '@stet/protocol';
import type { Met } from '../news.js';
import type { Between } from './choice.js';
import { type Absence, betweenOf, type Overtaken, overtake, overtakenWhileAway } from './overtaken.js';

// What others do to the record while a person edits it: one banner, and marks on fields that followed (C2, C3).

export class Others {
  #overtaken: Overtaken | null = null;
  /** What was dismissed is still what a person has to choose over. */
  #dismissed: Between[] = [];
  readonly #fresh = new Map<string, Author | null>();

  get overtaken(): Overtaken | null {
    return this.#overtaken;
  }

  /** Who saved what since the edit was begun. */
  get between(): Between[] {
    return [...this.#dismissed, ...betweenOf(this.#overtaken)];
  }

  /** Who just changed this untouched field; undefined when nobody did. */
  freshBy(name: string): Author | null | undefined {
    return this.#fresh.get(name);
  }

  met(met: Met, isTouched: (name: string) => boolean): void {
    this.#overtaken = overtake(this.#overtaken, met, isTouched);
    for (const { name } of met.fields) if (!isTouched(name)) this.#fresh.set(name, met.by);
  }

  wereHere(absence: Absence): void {
    this.#overtaken = overtakenWhileAway(absence);
  }

  seen(name: string): void {
    this.#fresh.delete(name);
  }

  dismiss(): void {
    this.#dismissed = this.between;
    this.#overtaken = null;
    this.#fresh.clear();
  }

  /** What came up to this version has been dealt with; later news stays. */
  settled(version = Number.POSITIVE_INFINITY): void {
    if (this.#overtaken && this.#overtaken.version <= version) this.#overtaken = null;
    this.#dismissed = this.#dismissed.filter((change) => change.version > version);
    this.#fresh.clear();
  }
}
