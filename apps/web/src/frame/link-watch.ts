import type { Stet } from '@stet/client';
import { announce } from '../announce.js';
import { type LinkState, linkState, linkText } from './link-state.js';

// Keeps an eye on the connection, and tells it what the browser knows: of the network, and of who looks at the page.

export class LinkWatch {
  readonly #stet: Stet;
  readonly #changed: () => void;
  readonly #until = new AbortController();
  #state: LinkState = { kind: 'connecting' };
  #hasFollowed = false;

  constructor(stet: Stet, changed: () => void) {
    this.#stet = stet;
    this.#changed = changed;
    const { signal } = this.#until;
    const look = () => this.#look();
    signal.addEventListener(
      'abort',
      stet.subscribe((event) => event.kind === 'connection' && look()),
    );
    addEventListener('online', () => stet.wake('network'), { signal });
    addEventListener('online', look, { signal });
    addEventListener('offline', () => this.#doubt(), { signal });
    // Whoever looks at the page again does not wait for the next try, and is not shown a link that died meanwhile.
    const seen = () => document.visibilityState === 'visible' && stet.wake();
    addEventListener('focus', seen, { signal });
    document.addEventListener('visibilitychange', seen, { signal });
    // Out of the back/forward cache, after who knows how long.
    addEventListener('pageshow', ({ persisted }) => persisted && stet.wake('network'), { signal });
    look();
  }

  get state(): LinkState {
    return this.#state;
  }

  stop(): void {
    this.#until.abort();
  }

  /** The browser knows of no network. A server on this very machine may still answer: an open link has to prove it. */
  #doubt(): void {
    if (this.#stet.connection.state.kind === 'open') this.#stet.connection.wake('network');
    this.#look();
  }

  #look(): void {
    const before = this.#state;
    const { link, connection } = this.#stet;
    const hasFollowed = this.#hasFollowed;
    const next = linkState({ state: connection.state, link, hasFollowed, isOnline: navigator.onLine });
    if (next.kind === before.kind) return;
    this.#state = next;
    // Coming is no news; going and coming back are.
    if (hasFollowed && (isFollowing(next) || isFollowing(before))) announce(linkText[next.kind].label);
    this.#hasFollowed ||= isFollowing(next);
    this.#changed();
  }
}

const isFollowing = ({ kind }: LinkState): boolean => kind === 'live' || kind === 'polling';
