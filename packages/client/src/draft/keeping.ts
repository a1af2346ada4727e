import type { Keeper } from '../drafts/keeper.js';
import type { KeptDraft } from '../drafts/kept.js';

// The draft's place on the device: under one id until it is put aside, and then under a new one.

export class Keeping {
  readonly #newKeeper: () => Keeper;
  readonly #newId: () => string;
  readonly #changed: () => void;
  #keeper: Keeper;
  id: string;

  constructor(newId: () => string, newKeeper: () => Keeper, changed: () => void) {
    this.#newId = newId;
    this.#newKeeper = newKeeper;
    this.#changed = changed;
    this.id = newId();
    this.#keeper = this.#listened();
  }

  get isKept(): boolean {
    return this.#keeper.isKept;
  }

  get failed(): string | null {
    return this.#keeper.failed;
  }

  keep(state: KeptDraft | null): void {
    this.#keeper.keep(state);
  }

  /** Leaves the state behind under its id; false where the device does not take it. */
  async leave(state: KeptDraft): Promise<boolean> {
    const keeper = this.#keeper;
    keeper.keep(state);
    await keeper.idle();
    if (!keeper.isKept) return false;
    this.#moveTo(this.#newId());
    return true;
  }

  /** Goes on with one that is held already. */
  resume(id: string, release: () => void): void {
    this.#moveTo(id);
    this.#keeper.holds(release);
  }

  #moveTo(id: string): void {
    this.#keeper.release();
    this.id = id;
    this.#keeper = this.#listened();
  }

  #listened(): Keeper {
    const keeper = this.#newKeeper();
    keeper.subscribe(() => {
      if (keeper === this.#keeper) this.#changed();
    });
    return keeper;
  }
}
