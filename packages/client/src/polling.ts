import { type ChangePage, changePageSchema, problemName, type Reset, resetSchema } from '@stet/protocol';
import type { Api } from './api.js';
import { backoff } from './backoff.js';

// Where no socket can be had, the log is read every few seconds (C7). What it tells takes the same way as what a socket
// tells, so the two may overlap. It flows through these states, and ends in `off` whenever a socket is open:
//
//   off ─▶ waiting ─▶ reading ─┐
//             ▲                │ through: soon again; failed: later and later
//             └────────────────┘

/** In milliseconds. */
export interface Pace {
  /** For how long there is no socket before the log is read; up to twice as long, so that not all begin together. */
  after: number;
  /** How often it is read; a page that nobody sees takes its time. */
  every: number;
}

// A page that is hidden still reads, and says where it is, before the lease of its presence is over.
const defaults: Pace = { after: 5_000, every: 5_000 };
const hiddenFactor = 3;
// A link that swallows what is sent answers never: then it counts as failed.
const answerWithin = 10_000;

export interface PollingOptions {
  api: Api;
  workspace: string;
  pace?: Partial<Pace>;
  /** How far the log has been read; undefined where that is not known. */
  cursor(): string | undefined;
  /** Learns where the log stands; whether the user is a member here, null where nobody answered. */
  begin(): Promise<boolean | null>;
  take(page: ChangePage): void;
  reset(reason: Reset['reason']): void;
  /** The session is over: whoever asks for a socket is told so. */
  refused(): void;
  /** Asked at each round, whatever became of it. */
  beat(): void;
  /** Whether the last reading came through is not as it was. */
  turned(): void;
}

export interface Polling {
  /** Whether the log is followed: the last reading came through. */
  readonly isThrough: boolean;
  start(): void;
  /** Reads at once, where it reads at all. */
  hurry(): void;
  stop(): void;
}

export function createPolling({ api, workspace, pace, ...options }: PollingOptions): Polling {
  const { after: patience, every } = { ...defaults, ...pace };
  const path = `/workspaces/${encodeURIComponent(workspace)}/changes`;
  let state: 'off' | 'waiting' | 'reading' = 'off';
  let isThrough = false;
  let isMember = true;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Each run has its number: what a former one still reads is not listened to. */
  let run = 0;

  function after(ms: number, then: () => void): void {
    clearTimeout(timer);
    timer = setTimeout(then, ms);
  }

  function wait(ms: number): void {
    state = 'waiting';
    after(ms, () => void round(run));
  }

  function giveUp(): void {
    run += 1;
    next(false);
  }

  async function round(mine: number): Promise<void> {
    state = 'reading';
    let done = false;
    try {
      done = await read(mine);
    } finally {
      // Also where one who was told of a change failed: that one is over, and the next ones are still to come.
      if (mine === run) next(done);
    }
  }

  function next(done: boolean): void {
    failures = done ? 0 : failures + 1;
    wait(pause());
    options.beat();
    if (isThrough === done) return;
    isThrough = done;
    options.turned();
  }

  function pause(): number {
    if (failures > 0) return every + backoff(failures);
    const factor = globalThis.document?.visibilityState === 'hidden' ? hiddenFactor : 1;
    return every * factor * (0.75 + Math.random() / 2);
  }

  async function read(mine: number): Promise<boolean> {
    for (;;) {
      after(answerWithin, giveUp);
      const since = isMember ? options.cursor() : undefined;
      if (since === undefined) return settle(mine, await options.begin());
      const answer = await api({ method: 'GET', path: `${path}?${new URLSearchParams({ since })}` });
      if (mine !== run) return false;
      if (answer.kind === 'unreachable') return false;
      if (answer.kind === 'refused') return refusal(mine, answer.problem);
      const page = changePageSchema.safeParse(answer.body);
      if (!page.success) return false;
      options.take(page.data);
      if (mine !== run || !page.data.more) return true;
    }
  }

  function refusal(mine: number, problem: Record<string, unknown>): boolean {
    switch (problemName(problem)) {
      case 'reset': {
        const reason = resetSchema.shape.reason.safeParse(problem.reason);
        options.reset(reason.success ? reason.data : 'malformed');
        return true;
      }
      case 'not-found':
        return settle(mine, false);
      case 'unauthenticated':
        options.refused();
        return false;
      default:
        return false;
    }
  }

  /** Going out and coming back in are told as a socket tells them: by a reset. */
  function settle(mine: number, now: boolean | null): boolean {
    if (mine !== run || now === null) return false;
    if (now !== isMember) {
      isMember = now;
      options.reset('access');
    }
    return now;
  }

  return {
    get isThrough() {
      return isThrough;
    },
    start() {
      if (state !== 'off') return;
      wait(patience * (1 + Math.random()));
    },
    hurry() {
      // Before it has begun, a socket may still come.
      if (state === 'waiting' && (isThrough || failures > 0)) void round(run);
    },
    stop() {
      run += 1;
      clearTimeout(timer);
      state = 'off';
      isThrough = false;
      isMember = true;
      failures = 0;
    },
  };
}
