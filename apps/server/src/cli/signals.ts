import { constants } from 'node:os';

// Signals that ask a process to stop: the first time gently, the second time at once.

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
// npm passes on what the terminal has sent to the whole group already: one Ctrl+C may arrive twice.
const sameWithin = 300;

/** Returns its undo. */
export function onStopSignal(gently: (signal: NodeJS.Signals) => void): () => void {
  let first: number | null = null;
  const heard = (signal: (typeof signals)[number]) => {
    if (first === null) {
      first = performance.now();
      gently(signal);
    } else if (performance.now() - first > sameWithin) process.exit(128 + constants.signals[signal]);
  };
  for (const signal of signals) process.on(signal, heard);
  return () => {
    for (const signal of signals) process.off(signal, heard);
  };
}
