import { setTimeout as rest } from 'node:timers/promises';

// Whose turn it is. SQLite answers at once: whoever reads on and on would hold up the whole process.

// Others who need more than this of a round of the event loop (ms) count as busy.
const busy = 1;
const restsFor = 2;

/** Lets everything else that waits have its turn. */
export const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let line: Promise<void> = Promise.resolve();

/**
 * For those who catch up, however many there are: one piece of work after the other. Between two of them everything else
 * has its turn, and where that is busy, a rest twice as long as the work was: what is live comes first.
 */
export function inLine(work: () => Promise<void>): Promise<void> {
  let spent = 0;
  const done = line.then(async () => {
    const began = performance.now();
    await work().finally(() => {
      spent = performance.now() - began;
    });
  });
  line = done.catch(() => {}).then(() => giveWay(spent));
  return done;
}

async function giveWay(spent: number): Promise<void> {
  const began = performance.now();
  await othersTurn();
  if (performance.now() - began > busy) await rest(restsFor * spent);
}
