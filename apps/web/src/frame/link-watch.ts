import type { Stet } from '@stet/client';
import { announce } from '../announce.js';
import { type LinkState, linkState, linkText } from './link-state.js';

// Keeps an eye on the connection, and on what the browser knows of the network.

export class LinkWatch {
  readonly #stet: Stet;
  readonly #changed: () => void;
  readonly #until = new AbortController();
  #state: LinkState = { kind: 'connecting' };
  #wasLive = false;

  constructor(stet: Stet, changed: () => void) {
    this.#stet = stet;
    this.#changed = changed;
    const { signal } = this.#until;
    const look = () => this.#look();
    signal.addEventListener(
      'abort',
      stet.subscribe((event) => event.kind === 'connection' && look()),
    );
    addEventListener('offline', look, { signal });
    addEventListener('online', () => this.#hurry(), { signal });
    document.addEventListener('visibilitychange', () => this.#hurry(), { signal });
    look();
  }

  get state(): LinkState {
    return this.#state;
  }

  stop(): void {
    this.#until.abort();
  }

  /** Whoever looks at the page again does not wait for the next try. */
  #hurry(): void {
    if (document.visibilityState === 'visible') this.#stet.connection.hurry();
    this.#look();
  }

  #look(): void {
    const before = this.#state;
    const next = linkState(this.#stet.connection.state, this.#wasLive, navigator.onLine);
    if (next.kind === before.kind) return;
    this.#state = next;
    // Coming is no news; going and coming back are.
    if (this.#wasLive && (next.kind === 'live' || before.kind === 'live')) announce(linkText[next.kind].label);
    this.#wasLive ||= next.kind === 'live';
    this.#changed();
  }
}
