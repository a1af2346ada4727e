import { backoff } from './backoff.js';

// After a reset the log does not tell any more what this page lacks, nor what a list is that could not be read: it is
// read anew, and that counts only once it came through. Until then it is tried again, after longer and longer pauses,
// and whenever the server welcomes us.

export interface Anew {
  /** From now on the page lacks something. */
  begin(): void;
  /** Something could not be read at the moment: soon again, unless that is on its way. */
  missed(): void;
  /** Tries at once, where it lacks something still. */
  hurry(): void;
  stop(): void;
}

/** `read` answers whether all of it came through; `isWanted` whether to try again by oneself. */
export function createAnew(read: () => Promise<boolean>, isWanted: () => boolean): Anew {
  let isBehind = false;
  let attempt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Each try has its number: how a former one ends says nothing of this one. */
  let last = 0;

  async function run(): Promise<void> {
    clearTimeout(timer);
    last += 1;
    const mine = last;
    const isThrough = await read();
    if (mine !== last) return;
    isBehind = !isThrough;
    attempt = isThrough ? 0 : attempt + 1;
    if (isBehind) later();
  }

  function later(): void {
    timer = setTimeout(() => isWanted() && void run(), backoff(attempt));
  }

  return {
    begin() {
      isBehind = true;
      void run();
    },
    missed() {
      if (isBehind) return;
      isBehind = true;
      attempt = 1;
      later();
    },
    hurry() {
      if (isBehind) void run();
    },
    stop() {
      last += 1;
      clearTimeout(timer);
    },
  };
}
