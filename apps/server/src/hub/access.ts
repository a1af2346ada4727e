import type { Store } from '@stet/store';
import type { Logger } from 'pino';
import type { Bus } from '../bus/bus.js';
import { noteFailure } from '../failure.js';

// Whose access has changed: as the bus says it, and as the store says it, asked so often that what is given or taken away
// acts within a second without any bus (H1, S4). What fails is tried again until it is done; and since it is asked so often,
// here is learned first that the store is away.

export interface AccessOptions {
  store: Store;
  bus: Bus;
  log: Logger;
  /** Users who may have something open here. */
  everybody: () => Iterable<string>;
  /** Brings what this user has open here to what they may see now. */
  settle: (user: string) => Promise<void>;
  /** Told each time that the store could not be asked, from `awayAfter` (ms) without it on. */
  away: () => void;
  awayAfter: number;
}

export class Access {
  readonly #options: AccessOptions;
  readonly #unsubscribe: () => void;
  /** Up to where the store's word is known; null until it was asked for the first time. */
  #place: number | null = null;
  /** Those for whom it failed the last time. */
  readonly #undone = new Set<string>();
  /** Since when the store could not be asked. */
  #awaySince: number | null = null;
  #looking: Promise<void> | null = null;
  #again = false;

  constructor(options: AccessOptions) {
    this.#options = options;
    this.#unsubscribe = options.bus.subscribe({ kind: 'access' }, (heard) => {
      if (heard.kind === 'access') this.changed(heard.user);
      else this.look();
    });
  }

  changed(user: string): void {
    this.#options.settle(user).then(
      () => this.#undone.delete(user),
      (error: unknown) => {
        noteFailure(this.#options.log, error, 'what a user may see could not be asked, trying again');
        this.#undone.add(user);
      },
    );
  }

  /** Asks the store whose access has changed since it was asked last. One question at a time. */
  look(): void {
    this.#again = true;
    this.#looking ??= this.#run();
  }

  /** Waits for what it has asked the store. */
  async close(): Promise<void> {
    this.#unsubscribe();
    this.#again = false;
    await this.#looking;
  }

  /** Never fails. */
  async #run(): Promise<void> {
    while (this.#again) {
      // What is asked for meanwhile may be of something that this question is too early for.
      this.#again = false;
      await this.#look();
    }
    this.#looking = null;
  }

  async #look(): Promise<void> {
    for (const user of [...this.#undone]) this.changed(user);
    try {
      for (const user of await this.#whose()) this.changed(user);
      this.#awaySince = null;
    } catch (error) {
      noteFailure(this.#options.log, error, 'whose access has changed could not be asked, trying again');
      this.#awaySince ??= performance.now();
      if (performance.now() - this.#awaySince >= this.#options.awayAfter) this.#options.away();
    }
  }

  async #whose(): Promise<Iterable<string>> {
    const { workspaces } = this.#options.store;
    if (this.#place === null) {
      this.#place = await workspaces.accessPlace();
      // Who came before that was told what was true then.
      return new Set(this.#options.everybody());
    }
    const { place, users } = await workspaces.accessAfter(this.#place);
    this.#place = place;
    return users;
  }
}
