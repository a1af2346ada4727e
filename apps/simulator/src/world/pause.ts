// Waiting, by whichever clock there is: timers are asked for at the moment, so that a virtual clock counts too.

/** Resolves after `ms` milliseconds, or when the signal says so; it never rejects. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}

/** Asks every `every` milliseconds until it is so; false where `within` milliseconds have passed before. */
export async function pauseUntil(
  isSo: () => boolean,
  within: number,
  { every = 20, signal }: { every?: number; signal?: AbortSignal } = {},
): Promise<boolean> {
  for (let waited = 0; !isSo(); waited += every) {
    if (waited >= within || signal?.aborted) return false;
    await pause(every, signal);
  }
  return true;
}
