// Which tab works on which draft. A Web Lock is let go of by the browser when its tab ends, however it ends.

export interface Holds {
  /** Null where it is held, by whatever tab. */
  hold(id: string): Promise<(() => void) | null>;
  held(): Promise<string[]>;
  close(): void;
}

/** @param prefix of the names of these locks among all of the origin's */
export function webLocks(locks: LockManager, prefix: string): Holds {
  const undos = new Set<() => void>();
  /** What this tab lets go of is free only when the browser says so. */
  const ending = new Map<string, Promise<unknown>>();

  async function hold(id: string): Promise<(() => void) | null> {
    await ending.get(id);
    return new Promise((resolve, reject) => {
      const ended = locks.request(prefix + id, { ifAvailable: true }, (lock) => {
        if (!lock) return resolve(null);
        return new Promise<void>((free) => {
          const undo = () => {
            if (!undos.delete(undo)) return;
            free();
            ending.set(id, ended);
          };
          undos.add(undo);
          resolve(undo);
        });
      });
      ended.catch(reject);
    });
  }

  return {
    hold,
    async held() {
      const { held = [] } = await locks.query();
      return held.flatMap(({ name }) => (name?.startsWith(prefix) ? [name.slice(prefix.length)] : []));
    },
    close() {
      for (const undo of undos) undo();
    },
  };
}

/**
 * Without Web Locks (a page without HTTPS, an old browser) nobody can tell an open tab from one that crashed: each tab
 * knows its own holds only, and two tabs may take up one draft. Nothing is lost by it: see `Sight`.
 */
export function ownHolds(): Holds {
  const held = new Set<string>();
  return {
    async hold(id) {
      if (held.has(id)) return null;
      held.add(id);
      return () => void held.delete(id);
    },
    held: async () => [...held],
    close: () => held.clear(),
  };
}
