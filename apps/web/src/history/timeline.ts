import type { HistoryPage } from '@stet/client';
import type { VersionInfo } from '@stet/protocol';

// As much of a record's history as was asked for: page by page from the newest version down, and on top what was saved
// while it is shown. It costs the same for ten versions as for ten thousand.

export type TimelineState =
  | { kind: 'loading' }
  | { kind: 'ready'; items: VersionInfo[]; next: string | null; isReading: boolean; detail: string | null }
  | { kind: 'failed'; detail: string };

export class Timeline {
  readonly #read: (after?: string) => Promise<HistoryPage>;
  readonly #changed: () => void;
  #state: TimelineState = { kind: 'loading' };
  /** Each read has its number: the answer to a former one is not listened to. */
  #latest = 0;

  constructor(read: (after?: string) => Promise<HistoryPage>, changed: () => void) {
    this.#read = read;
    this.#changed = changed;
  }

  get state(): TimelineState {
    return this.#state;
  }

  get items(): readonly VersionInfo[] {
    return this.#state.kind === 'ready' ? this.#state.items : [];
  }

  /** Reads the newest page; what was read of older ones stays where it joins on. */
  async refresh(): Promise<void> {
    const page = await this.#ask();
    if (!page) return;
    if (page.kind === 'failed') {
      const { state } = this;
      return this.#become(state.kind === 'ready' ? { ...state, isReading: false, detail: page.detail } : page);
    }
    const known = this.#state.kind === 'ready' ? this.#state : null;
    this.#become({ kind: 'ready', isReading: false, detail: null, ...joined(page, known) });
  }

  async older(): Promise<void> {
    const { state } = this;
    if (state.kind !== 'ready' || state.next === null) return;
    this.#become({ ...state, isReading: true, detail: null });
    const page = await this.#ask(state.next);
    if (!page) return;
    if (page.kind === 'failed') return this.#become({ ...state, isReading: false, detail: page.detail });
    const items = [...state.items, ...page.items];
    this.#become({ kind: 'ready', items, next: page.next, isReading: false, detail: null });
  }

  stop(): void {
    this.#latest += 1;
  }

  async #ask(after?: string): Promise<HistoryPage | null> {
    this.#latest += 1;
    const mine = this.#latest;
    const page = await this.#read(after);
    return mine === this.#latest ? page : null;
  }

  #become(state: TimelineState): void {
    this.#state = state;
    this.#changed();
  }
}

interface Read {
  items: VersionInfo[];
  next: string | null;
}

/** Versions are dense: where the new page does not reach down to what is known, that is too old to be joined on. */
export function joined(page: Read, known: Read | null): Read {
  const { items, next } = page;
  const [lowest, highest] = [items.at(-1)?.version ?? 0, known?.items[0]?.version ?? 0];
  if (!known || highest + 1 < lowest) return { items, next };
  const older = known.items.filter(({ version }) => version < lowest);
  return older.length > 0 ? { items: [...items, ...older], next: known.next } : { items, next };
}
