import type { Logger } from 'pino';

// Where it is told that a session or token has ended, whatever ended it: the identity cache forgets it, the hub
// closes the sockets that it opened.

export type EndListener = (sessionId: string, userId: string) => void;

export interface Endings {
  tell: EndListener;
  /** Returns its undo. */
  listen(listener: EndListener): () => void;
}

export function createEndings(log: Logger): Endings {
  const listeners = new Set<EndListener>();
  return {
    tell(sessionId, userId) {
      for (const listener of listeners) {
        try {
          listener(sessionId, userId);
        } catch (err) {
          // One deaf listener must not keep the others from closing what the session opened.
          log.error({ err, sessionId }, 'a listener failed when a session ended');
        }
      }
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
