import type { KeptDraft } from './kept.js';
import type { DraftStore } from './store.js';

// Keeps the newest state of one draft on the device: at most one write is under way, the newest state is next, and what
// came in between is never written. An older state so never stands after a newer one.

export class Keeper {
  readonly #store: Pick<DraftStore, 'put' | 'remove' | 'hold'>;
  readonly #listeners = new Set<() => void>();
  #newest: KeptDraft | null = null;
  /** How many states there were, and which of them stands on the device. */
  #states = 0;
  #standing = 0;
  #failed: string | null = null;
  #working: Promise<void> | null = null;
  /** The id of what may stand on the device. */
  #id: string | null = null;
  #undoHold: (() => void) | null = null;
  #isReleased = false;

  constructor(store: Pick<DraftStore, 'put' | 'remove' | 'hold'>) {
    this.#store = store;
  }

  /** The newest state stands on the device. */
  get isKept(): boolean {
    return this.#standing === this.#states;
  }

  /** Why the last write did not succeed; null once one did. The next state, or the same once more, is tried again. */
  get failed(): string | null {
    return this.#failed;
  }

  /** The newest state; null: there is nothing to keep any more. It must not be changed afterwards. */
  keep(state: KeptDraft | null): void {
    if (state === null && this.#newest === null && this.isKept) return;
    this.#newest = state;
    this.#states += 1;
    this.#working ??= this.#work();
    this.#tell();
  }

  /** It goes on with a draft that is held already. */
  holds(undo: () => void): void {
    this.#undoHold = undo;
  }

  /** Lets the draft go, once what is under way has ended. */
  release(): void {
    this.#isReleased = true;
    if (!this.#working) this.#letGo();
  }

  /** Called when `isKept` or `failed` may have changed. Returns its undo. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Resolves when nothing is under way: the newest state stands, or has failed. */
  async idle(): Promise<void> {
    while (this.#working) await this.#working;
  }

  async #work(): Promise<void> {
    let tried = -1;
    while (this.#standing !== this.#states && tried !== this.#states) {
      tried = this.#states;
      const failed = await this.#write(this.#newest);
      this.#failed = failed;
      if (failed === null) this.#standing = tried;
      // The last word is said when the work is over, so that whoever hears it finds it so.
      if (this.#standing !== this.#states && tried !== this.#states) this.#tell();
    }
    this.#working = null;
    if (this.#isReleased) this.#letGo();
    this.#tell();
  }

  /** Why not, if it did not succeed. */
  async #write(state: KeptDraft | null): Promise<string | null> {
    try {
      if (state) {
        this.#id = state.id;
        await this.#hold(state.id);
        await this.#store.put(state);
      } else if (this.#id !== null) {
        await this.#store.remove(this.#id);
      }
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** So that no other tab takes it up. Where that fails it is kept all the same: a put takes nothing from another tab. */
  async #hold(id: string): Promise<void> {
    this.#undoHold ??= await this.#store.hold(id).catch(() => null);
  }

  #letGo(): void {
    this.#undoHold?.();
    this.#undoHold = null;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
