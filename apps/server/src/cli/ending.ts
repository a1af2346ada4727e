// How a command ends, and what the shell is told of it.

export type Ending =
  | { kind: 'ok' }
  /** It was asked for rightly and did not go well. */
  | { kind: 'failed'; message: string }
  /** It was not asked for rightly. */
  | { kind: 'wrong'; message: string };

export const ok: Ending = { kind: 'ok' };
export const failed = (message: string): Ending => ({ kind: 'failed', message });
export const wrong = (message: string): Ending => ({ kind: 'wrong', message });

export const statusOf = { ok: 0, failed: 1, wrong: 2 } as const satisfies Record<Ending['kind'], number>;
