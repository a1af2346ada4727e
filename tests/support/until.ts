// Waiting for what must come, instead of sleeping and hoping.
import { setTimeout as pause } from 'node:timers/promises';

/** Asks until the answer is something, and gives it; after `within` ms it fails with what was waited for. */
export async function until<T>(
  what: string,
  look: () => T | undefined | null | false | Promise<T | undefined | null | false>,
  within = 15_000,
): Promise<T> {
  const deadline = performance.now() + within;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`Waited ${within} ms in vain: ${what}`);
    await pause(10);
  }
}
