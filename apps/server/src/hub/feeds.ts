import type { Store } from '@stet/store';
import type { Logger } from 'pino';
import type { Bus } from '../bus/bus.js';
import { Feed } from './feed.js';
import type { Reader } from './reader.js';

// The feeds of this node, one for each workspace that somebody here reads. Its topic is listened to for as long as it is open.

interface Open {
  feed: Promise<Feed | null>;
  /** Ends listening. */
  undo: () => void;
}

export class Feeds {
  readonly #store: Store;
  readonly #bus: Bus;
  readonly #log: Logger;
  readonly #dropped: (reader: Reader) => void;
  readonly #open = new Map<string, Open>();

  /** `dropped`: as a feed's. */
  constructor(store: Store, bus: Bus, log: Logger, dropped: (reader: Reader) => void) {
    this.#store = store;
    this.#bus = bus;
    this.#log = log;
    this.#dropped = dropped;
  }

  get(workspace: string): Promise<Feed | null> | undefined {
    return this.#open.get(workspace)?.feed;
  }

  /** Null where there is no such workspace. */
  open(workspace: string): Promise<Feed | null> {
    const open = this.#open.get(workspace) ?? this.#begin(workspace);
    return open.feed;
  }

  // Listens before the log's place is read: a wake-up that comes meanwhile finds the feed and is not lost.
  #begin(workspace: string): Open {
    const undo = this.#bus.subscribe({ kind: 'log', workspace }, (heard) => {
      if (heard.kind === 'log') wake(heard.seq);
      else wake();
    });
    const feed = this.#store.workspaces
      .get(workspace)
      .then((found) => found && new Feed(this.#store, found, this.#log, this.#dropped));
    // Whoever opens it hears of its failure.
    const wake = (seq?: number) => void feed.then((found) => found?.wake(seq)).catch(() => {});
    const open = { feed, undo };
    this.#open.set(workspace, open);
    const isNone = () => this.#open.get(workspace) === open && this.close(workspace);
    // The next who asks tries again.
    feed.then((found) => found ?? isNone()).catch(isNone);
    return open;
  }

  close(workspace: string): void {
    const open = this.#open.get(workspace);
    if (!open) return;
    this.#open.delete(workspace);
    open.undo();
    open.feed.then((found) => found?.close()).catch(() => {});
  }

  /** Each log may have grown, whatever the bus says or does not say. */
  wakeAll(): void {
    for (const { feed } of this.#open.values()) feed.then((found) => found?.wake()).catch(() => {});
  }

  closeAll(): void {
    for (const workspace of [...this.#open.keys()]) this.close(workspace);
  }
}
