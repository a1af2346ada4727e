// Tells when the end of what was fetched comes near, so that the next page is there before its place is in sight.

const ahead = '800px';

export class Reach {
  readonly #reached: () => void;
  #observer: IntersectionObserver | null = null;

  constructor(reached: () => void) {
    this.#reached = reached;
  }

  /** Watches anew: an end that is in sight already is told too. */
  watch(end: Element | null, within: Element | null): void {
    this.stop();
    if (!end) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) this.#reached();
      },
      { root: within, rootMargin: ahead },
    );
    observer.observe(end);
    this.#observer = observer;
  }

  stop(): void {
    this.#observer?.disconnect();
    this.#observer = null;
  }
}
