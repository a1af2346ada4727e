import type { Hold, Point, Waiting, Wanted } from './hold.js';

// All holds of one server: whom they catch, who waits at them, and when each is let go. A hold that has caught all that
// it was for, and let them go, is gone.

/** A request on its way, as holds know it. */
export interface Passing {
  method: string;
  /** Below `/api`, without the query. */
  path: string;
  user: { id: string; username: string };
  key?: string;
}

export interface Author {
  user: string;
  /** Those that they manage: nothing else is theirs to hold, or to hear of. */
  workspaces: ReadonlySet<string>;
}

interface Held extends Waiting {
  go(): void;
}

interface Kept {
  readonly id: string;
  readonly author: Author;
  readonly wanted: Wanted;
  left: number;
  readonly held: Set<Held>;
}

export const mostHolds = 100;

/** As the door reads it: each part by itself. What can't be decoded stands for itself. */
const partsOf = (path: string): string[] =>
  path.split('/').map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((part, place) => part === b[place]);

export class Holds {
  readonly #kept = new Map<string, Kept>();
  readonly #watchers = new Set<() => void>();
  #made = 0;
  #caught = 0;
  #stopped = false;

  /** Null where there are too many already. */
  set(wanted: Wanted, author: Author): Hold | null {
    if (this.#kept.size >= mostHolds) return null;
    this.#made += 1;
    const kept: Kept = { id: `hold-${this.#made}`, author, wanted, left: wanted.times, held: new Set() };
    this.#kept.set(kept.id, kept);
    return told(kept);
  }

  /** The user's own. */
  of(user: string): Hold[] {
    return [...this.#kept.values()].filter(({ author }) => author.user === user).map(told);
  }

  get(id: string, user: string): Hold | null {
    return this.of(user).find((hold) => hold.id === id) ?? null;
  }

  /** Takes it away and lets go whom it held: how many; null where there is no such hold of theirs. */
  letGo(id: string, user: string): number | null {
    const kept = this.#kept.get(id);
    if (kept?.author.user !== user) return null;
    const count = kept.held.size;
    this.#drop(kept);
    return count;
  }

  /** Waits at the first hold that catches this request at this place, if there is one. */
  async reach(point: Point, passing: Passing): Promise<void> {
    if (this.#stopped) return;
    const kept = [...this.#kept.values()].find((each) => catches(each, point, passing));
    if (!kept) return;
    this.#caught += 1;
    kept.left -= 1;
    const { method, path, user, key } = passing;
    const since = new Date().toISOString();
    await new Promise<void>((resolve) => {
      const held: Held = {
        ...{ id: this.#caught, method, path, user: user.id, ...(key === undefined ? {} : { key }), since },
        go: () => {
          clearTimeout(timer);
          kept.held.delete(held);
          if (kept.left === 0 && kept.held.size === 0) this.#kept.delete(kept.id);
          this.#changed();
          resolve();
        },
      };
      const timer = setTimeout(held.go, kept.wanted.seconds * 1000);
      kept.held.add(held);
      this.#changed();
    });
  }

  /** Resolves when so many wait at it: with the hold; with null when it is gone; as it is, when the time is over. */
  async when(id: string, user: string, waiting: number, within: number): Promise<Hold | null> {
    return new Promise((resolve) => {
      const look = (isLate = this.#stopped) => {
        const hold = this.get(id, user);
        if (hold && hold.waiting.length < waiting && !isLate) return;
        clearTimeout(timer);
        this.#watchers.delete(look);
        resolve(hold);
      };
      const timer = setTimeout(() => look(true), within * 1000);
      this.#watchers.add(look);
      look();
    });
  }

  /** Holds nobody any more: the server stops. */
  stop(): void {
    this.#stopped = true;
    for (const kept of [...this.#kept.values()]) this.#drop(kept);
    this.#changed();
  }

  #drop(kept: Kept): void {
    this.#kept.delete(kept.id);
    for (const held of [...kept.held]) held.go();
    this.#changed();
  }

  #changed(): void {
    for (const look of [...this.#watchers]) look();
  }
}

function catches({ wanted, author, left }: Kept, point: Point, { method, path, user, key }: Passing): boolean {
  const parts = partsOf(path);
  const [, first, workspace] = parts;
  return (
    left > 0 &&
    wanted.point === point &&
    first === 'workspaces' &&
    workspace !== undefined &&
    parts.length > 3 &&
    author.workspaces.has(workspace) &&
    (wanted.method === undefined || wanted.method === method) &&
    (wanted.path === undefined || isSame(partsOf(wanted.path), parts)) &&
    (wanted.user === undefined || wanted.user === user.id || wanted.user === user.username) &&
    (wanted.key === undefined || wanted.key === key)
  );
}

const told = ({ id, wanted, left, held }: Kept): Hold => ({
  id,
  ...wanted,
  left,
  waiting: [...held].map(({ go: _, ...waiting }) => waiting),
});
