import type { Logger } from 'pino';

// Whether Redis answers: asked at intervals, and said to the log only when it is not as it was.

export interface Answering {
  isUp(): boolean;
  /** Asks now. */
  look(): void;
  /** What a connection says of its end. */
  failed(why: Error): void;
  /** A connection was lost: nobody need ask. */
  lost(): void;
  /** Hears each time that Redis begins to answer, and soon where it does already. Returns its undo. */
  onReady(listener: () => void): () => void;
  stop(): void;
}

/** `ask` rejects where Redis does not answer. */
export function watchAnswers(ask: () => Promise<unknown>, every: number, log: Logger): Answering {
  const listeners = new Set<() => void>();
  let state: 'unknown' | 'up' | 'down' = 'unknown';
  let isAsking = false;
  let lastWords = 'the connection was lost';

  const later = (listener: () => void) =>
    setImmediate(() => {
      if (!listeners.has(listener)) return;
      try {
        listener();
      } catch (error) {
        log.error({ err: error }, 'who waited for Redis failed');
      }
    });

  function set(now: 'up' | 'down', why?: unknown): void {
    if (state === now) return;
    state = now;
    if (now === 'down') {
      const reason = why instanceof Error ? why.message : why;
      log.warn({ reason }, 'Redis does not answer: other nodes are heard of later');
      return;
    }
    log.info('Redis answers');
    for (const listener of listeners) later(listener);
  }

  const look = () => {
    if (isAsking) return;
    isAsking = true;
    ask()
      .then(
        () => set('up'),
        (error: unknown) => set('down', error),
      )
      .finally(() => {
        isAsking = false;
      });
  };
  const timer = setInterval(look, every).unref();

  return {
    isUp: () => state === 'up',
    look,
    failed(why) {
      lastWords = why.message;
    },
    lost: () => set('down', lastWords),
    onReady(listener) {
      const one = () => listener();
      listeners.add(one);
      if (state === 'up') later(one);
      return () => listeners.delete(one);
    },
    stop() {
      clearInterval(timer);
      listeners.clear();
      // Nothing more is said of it.
      state = 'down';
    },
  };
}
