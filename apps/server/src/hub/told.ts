import type { Change } from '@stet/protocol';

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
