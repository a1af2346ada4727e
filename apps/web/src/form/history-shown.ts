import type { Draft, History, Stet } from '@stet/client';

/** The history of the record on demand: read when it is opened, and again while it is open and the record moves on. */
export class HistoryShown {
  readonly #stet: Stet;
  readonly #draft: Draft;
  readonly #changed: () => void;
  #shown: History | 'loading' | null = null;
  /** Each read has its number: the answer to a former one is not listened to. */
  #read = 0;

  constructor(stet: Stet, draft: Draft, changed: () => void) {
    this.#stet = stet;
    this.#draft = draft;
    this.#changed = changed;
  }

  get shown(): History | 'loading' | null {
    return this.#shown;
  }

  toggle(): void {
    if (this.#shown !== null) return this.#become(null);
    this.#become('loading');
    void this.#fetch();
  }

  refresh(): void {
    if (this.#shown !== null) void this.#fetch();
  }

  async older(): Promise<void> {
    const known = this.#shown;
    if (known === null || known === 'loading' || known.kind !== 'ok' || known.next === null) return;
    await this.#fetch(known.next, known.items);
  }

  stop(): void {
    this.#read += 1;
  }

  async #fetch(after?: string, known: Extract<History, { kind: 'ok' }>['items'] = []): Promise<void> {
    const { record } = this.#draft;
    if (!record) return this.#become(null);
    this.#read += 1;
    const mine = this.#read;
    const history = await this.#stet.history(record, after);
    if (mine !== this.#read || this.#shown === null) return;
    this.#become(history.kind === 'ok' ? { ...history, items: [...known, ...history.items] } : history);
  }

  #become(shown: History | 'loading' | null): void {
    this.#shown = shown;
    this.#changed();
  }
}
