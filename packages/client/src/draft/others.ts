import type { Author } from '@stet/protocol';
import type { Met } from '../news.js';
import { type Absence, type Overtaken, overtake, overtakenWhileAway } from './overtaken.js';

// What others do to the record while a person edits it: one banner, and marks on fields that followed (C2, C3).

export class Others {
  #overtaken: Overtaken | null = null;
  readonly #fresh = new Map<string, Author | null>();

  get overtaken(): Overtaken | null {
    return this.#overtaken;
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

  /** What came up to this version has been dealt with; later news stays. */
  settled(version = Number.POSITIVE_INFINITY): void {
    if (this.#overtaken && this.#overtaken.version <= version) this.#overtaken = null;
    this.#fresh.clear();
  }
}
