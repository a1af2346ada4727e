import { pause } from '../world/pause.js';
import type { Fate } from './fate.js';
import type { Net } from './net.js';

// Requests on a bad network: late, lost on the way there or back, sent twice, overtaken by others.

type Fetch = Net['fetch'];
type Asked = Parameters<Fetch>;

export interface FaultyFetchOptions {
  draw(isRepeatable: boolean): Fate;
  note(what: string): void;
  isOff(): boolean;
}

export function faultyFetch(fetching: Fetch, { draw, note, isOff }: FaultyFetchOptions): Fetch {
  return async (...asked) => {
    if (isOff()) return fetching(...asked);
    const signal = asked[1]?.signal ?? (asked[0] instanceof Request ? asked[0].signal : undefined);
    const hold = async (ms: number): Promise<void> => {
      if (ms <= 0) return;
      await pause(ms, signal ?? undefined);
      signal?.throwIfAborted();
    };
    const again = copyOf(asked);
    const { strike, there, back, after } = draw(again !== null);
    if (strike !== 'none') note(strike);
    await hold(there);
    switch (strike) {
      case 'drop-request':
        await hold(after);
        throw lost();
      case 'drop-answer':
        // It was done, and nobody is told.
        letGo(await fetching(...asked));
        await hold(after);
        throw lost();
      case 'reorder':
        await hold(after);
        break;
      case 'duplicate':
        if (again) void sendLater(fetching, again, after);
    }
    const answer = await fetching(...asked);
    await hold(back);
    return answer;
  };
}

/** Nobody waits for this answer, and nothing may come of its failing. */
async function sendLater(fetching: Fetch, asked: Asked, ms: number): Promise<void> {
  if (ms > 0) await pause(ms);
  await fetching(...asked).then(letGo, () => {});
}

/**
 * The same request once more; null where it may not be sent twice: a network that does so to a write without an
 * Idempotency-Key makes two versions, and the server is right to.
 */
function copyOf([input, init]: Asked): Asked | null {
  const given = input instanceof Request ? input : null;
  const method = (init?.method ?? given?.method ?? 'GET').toUpperCase();
  const headers = new Headers(init?.headers ?? given?.headers);
  const isRead = method === 'GET' || method === 'HEAD';
  if (!isRead && !headers.has('idempotency-key')) return null;
  const body = init?.body ?? undefined;
  if (body !== undefined && typeof body !== 'string') return null;
  // Whoever gives up on the first one knows nothing of the second.
  const { signal: _, ...rest } = init ?? {};
  return [given ? given.clone() : input, rest];
}

const letGo = (answer: Response): void => void answer.body?.cancel().catch(() => {});

/** In the words of Node's own fetch. */
const lost = (): TypeError =>
  new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) });
