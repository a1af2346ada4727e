import { pause } from '../world/pause.js';

// How a page follows its store: it asks for what has changed since its place, and is answered once something has.

export interface News {
  /** The place to go on from. */
  at: string;
  records: readonly string[];
}

export interface Following {
  /** Null: no answer came. Without `wait` it is answered at once. */
  changes(after: string | null, wait: boolean, signal: AbortSignal): Promise<News | null>;
  /** Null: anything may have changed before. False where it could not be read: then it is told again. */
  hear(records: readonly string[] | null): Promise<boolean>;
  isLive(is: boolean): void;
}

/** Until what got no answer is asked for again. */
const again = 250;

/** Follows from where the store stands now; resolves once it has heard where that is, or can't. */
export function follow(signal: AbortSignal, following: Following): Promise<void> {
  const { changes, hear, isLive } = following;
  let place: string | null = null;
  let isHeard = false;
  return new Promise((resolve) => {
    const rounds = async (): Promise<void> => {
      while (!signal.aborted) {
        const news = await changes(place, isHeard, signal);
        if (signal.aborted) break;
        isHeard = news !== null && (await hear(place === null ? null : news.records));
        if (news && isHeard) place = news.at;
        isLive(isHeard);
        resolve();
        if (!isHeard) await pause(again, signal);
      }
      resolve();
    };
    void rounds();
  });
}
