import {
  type Answer,
  type Api,
  type Ask,
  asLost,
  isOffline,
  isPassing,
  retryAfter,
  type WhyPassing,
  whyPassing,
} from './api.js';
import { nextTry, patience } from './backoff.js';

// What the server can't take at the moment is asked again by itself for a while, in the same words: with the same
// Idempotency-Key, so that it is done once (V7). A person presses once, though a server goes and another one comes.
//
//   ask ─▶ answer
//    ▲       │ 502, 503, 504, or none at all
//    └─ wait ┴─ too long, ended, offline ─▶ that answer

export interface Trying {
  /** Aborted, nothing is tried any more; what is on its way stays on its way. */
  until?: AbortSignal;
  /** Told before each wait for a further try. */
  again?(why: WhyPassing): void;
}

export interface Persistent {
  ask(ask: Ask, trying?: Trying): Promise<Answer>;
  /** The server is there, or somebody wants it now: what waits is tried at once. */
  hurry(): void;
  /** What has been asked until now is not tried again. */
  stop(): void;
}

/** `most`: milliseconds. */
export function createPersistent(api: Api, most: number = patience): Persistent {
  /** Each wait by what ends it: whether to try again. */
  const waits = new Set<(isTried: boolean) => void>();
  let stops = 0;

  function wait(ms: number, until: AbortSignal | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isTried: boolean) => {
        clearTimeout(timer);
        waits.delete(end);
        until?.removeEventListener('abort', giveUp);
        resolve(isTried);
      };
      const giveUp = () => end(false);
      const timer = setTimeout(() => end(true), ms);
      waits.add(end);
      until?.addEventListener('abort', giveUp);
    });
  }

  const end = (isTried: boolean) => {
    for (const each of [...waits]) each(isTried);
  };

  return {
    async ask(ask, { until, again } = {}) {
      const [began, mine] = [performance.now(), stops];
      const isOver = () => mine !== stops || until?.aborted;
      for (let tries = 1; ; tries += 1) {
        const said = await api(ask);
        const answer = tries === 1 ? said : asLost(said);
        if (!isPassing(answer) || !isRepeatable(ask) || isOver() || isOffline()) return answer;
        const ms = nextTry(tries, performance.now() - began, retryAfter(answer), most);
        if (ms === null) return answer;
        again?.(whyPassing(answer));
        if (isOver() || !(await wait(ms, until))) return answer;
      }
    },
    hurry: () => end(true),
    stop() {
      stops += 1;
      end(false);
    },
  };
}

/** A write without a key could be done twice. */
const isRepeatable = ({ method, headers }: Ask): boolean =>
  method === 'GET' || headers?.['idempotency-key'] !== undefined;
