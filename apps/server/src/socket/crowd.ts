import type { SocketLimits } from '../limits.js';

// How many sockets there are: of each user, and of nobody yet. Who opens many and says nothing takes no room from others.

export interface Crowd {
  /** A connection that has not said who it is. Where there are too many, the oldest is let go. Returns its undo. */
  silent(letGo: () => void): () => void;
  /** One more of this user's: its undo, or null where there are enough. */
  admit(user: string): (() => void) | null;
}

export function createCrowd({ silent, perUser }: Pick<SocketLimits, 'silent' | 'perUser'>): Crowd {
  const waiting = new Set<() => void>();
  const sockets = new Map<string, number>();

  function leave(user: string): void {
    const left = (sockets.get(user) ?? 0) - 1;
    if (left > 0) sockets.set(user, left);
    else sockets.delete(user);
  }

  return {
    silent(letGo) {
      waiting.add(letGo);
      const [oldest] = waiting;
      if (oldest && waiting.size > silent) {
        waiting.delete(oldest);
        oldest();
      }
      return () => void waiting.delete(letGo);
    },
    admit(user) {
      const count = sockets.get(user) ?? 0;
      if (count >= perUser) return null;
      sockets.set(user, count + 1);
      let isIn = true;
      return () => {
        if (isIn) leave(user);
        isIn = false;
      };
    },
  };
}
