import type { Change, Hearing } from '@stet/protocol';
import type { Entry } from '@stet/store';
import { toChange, toGone } from '../door/changes.js';

// A change on its way to many readers: serialised once for all of them, not once for each.

export class Told {
  readonly seq: number;
  readonly cursor: string;
  readonly #change: Change;
  #json: string | undefined;
  #frame: string | undefined;

  constructor(change: Change) {
    this.#change = change;
    this.seq = change.seq;
    this.cursor = change.cursor;
  }

  /** As HTTP tells it. */
  get json(): string {
    this.#json ??= JSON.stringify(this.#change);
    return this.#json;
  }

  /** As a socket's message: the same text, with its type before it. */
  get frame(): string {
    this.#frame ??= `{"type":"rt-change",${this.json.slice(1)}`;
    return this.#frame;
  }
}

/** One write, for those who see all of it and those for whom it is gone: each is made when somebody hears it. */
export class Telling {
  readonly #entry: Entry;
  readonly #epoch: string;
  readonly #made = new Map<Hearing, Told>();

  constructor(entry: Entry, epoch: string) {
    this.#entry = entry;
    this.#epoch = epoch;
  }

  as(heard: Exclude<Hearing, 'nothing'>): Told {
    const known = this.#made.get(heard);
    if (known) return known;
    const told = new Told(heard === 'gone' ? toGone(this.#entry, this.#epoch) : toChange(this.#entry, this.#epoch));
    this.#made.set(heard, told);
    return told;
  }
}
