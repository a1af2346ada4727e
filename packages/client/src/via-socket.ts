import { type Down, type Reply, requestSchema, type SocketRequest } from '@stet/protocol';
import { type Answer, type Api, type Ask, answerOf, asLost, isOffline } from './api.js';
import type { ConnectionState } from './connection.js';

// Asking over the socket that is open anyway. What it can't carry, and what it leaves without an answer, is asked over
// REST in the very same words: with the same Idempotency-Key, so that it is never done twice (V7).
//
//   ask ─▶ request ─▶ reply ─────────────────▶ answer
//    │        └─ dropped, silence, too many ─┐     ▲
//    └─ no socket, too large ────────────────┴─▶ REST

export interface ViaSocket {
  readonly api: Api;
  /** What the server said on the socket. */
  hear(down: Down): void;
  state(state: ConnectionState): void;
}

export interface ViaSocketOptions {
  rest: Api;
  /** Nothing of this person goes out on a socket that was opened as somebody else. */
  user: string;
  send(up: SocketRequest): boolean;
  /** A reply did not come in time: the link may be dead. */
  doubt(): void;
  /** Milliseconds: a person waits meanwhile, and asking again costs little. */
  within?: number;
}

type Outcome =
  | { kind: 'replied'; reply: Reply }
  /** Whether it arrived is not known. */
  | { kind: 'dropped' }
  /** The socket was closed because the session is over: what REST would send now may go out in another name. */
  | { kind: 'ended' };

interface Waiting {
  bytes: number;
  settle(outcome: Outcome): void;
}

// Under the 64 KiB that a server takes at once. An XHR transport sends together what had to wait, so it is the bound of
// all that has no reply yet; the rest is room for what else is said.
const mostBytes = 48 * 1024;

export function createViaSocket({ rest, user, send, doubt, within = 5_000 }: ViaSocketOptions): ViaSocket {
  const waiting = new Map<string, Waiting>();
  let isOpen = false;
  /** It left a request without a reply, and has not spoken since. */
  let isDoubtful = false;
  let asked = 0;

  /** null where the socket is not the way. */
  function over(ask: Ask): Promise<Outcome> | null {
    // Where the browser knows that there is no network, nothing is gained by waiting for a reply.
    const isUsable = isOpen && !isDoubtful && !isOffline();
    const request = isUsable ? requestOf(ask, `${asked + 1}`) : null;
    if (!request) return null;
    const underWay = [...waiting.values()].reduce((sum, each) => sum + each.bytes, 0);
    const bytes = framedBytes(JSON.stringify(request));
    if (underWay + bytes > mostBytes || !send(request)) return null;
    asked += 1;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        isDoubtful = true;
        settle({ kind: 'dropped' });
        doubt();
      }, within);
      const settle = (outcome: Outcome) => {
        clearTimeout(timer);
        waiting.delete(request.ref);
        resolve(outcome);
      };
      waiting.set(request.ref, { bytes, settle });
    });
  }

  async function api(ask: Ask): Promise<Answer> {
    const outcome = await over(ask);
    switch (outcome?.kind) {
      case 'replied': {
        const { status, headers, body } = outcome.reply;
        // The socket's own bounds, where REST may have room: it was not begun, or its answer is too large for here.
        if (status === 429) return rest(ask);
        if (status === 413) return again(ask);
        return answerOf(status, new Headers(headers), body ?? undefined);
      }
      case 'ended':
        return { kind: 'unreachable', detail: 'The session ended before the answer came.' };
      case 'dropped':
        return again(ask);
      default:
        return rest(ask);
    }
  }

  async function again(ask: Ask): Promise<Answer> {
    return asLost(await rest(ask));
  }

  return {
    api,
    hear(down) {
      isDoubtful = false;
      // To a request that is over nobody listens any more.
      if (down.type === 'reply') waiting.get(down.ref)?.settle({ kind: 'replied', reply: down });
    },
    state(state) {
      isOpen = state.kind === 'open' && state.user.id === user;
      isDoubtful = false;
      if (isOpen) return;
      const isOver = state.kind === 'closed' && state.why === 'signed-out';
      for (const { settle } of [...waiting.values()]) settle({ kind: isOver ? 'ended' : 'dropped' });
    },
  };
}

/** A write without a key could not be asked again. */
function requestOf({ method, path, headers = {}, body }: Ask, ref: string): SocketRequest | null {
  if (method !== 'GET' && headers['idempotency-key'] === undefined) return null;
  const content = body === undefined ? {} : { body };
  const parsed = requestSchema.safeParse({ type: 'request', ref, method, path, headers, ...content });
  return parsed.success ? parsed.data : null;
}

/** At most: quoted once more, and with six bytes for whatever is not ASCII, as SockJS escapes some of it. */
function framedBytes(text: string): number {
  const quoted = JSON.stringify(text);
  const escaped = quoted.match(/[\u0080-\uffff]/g)?.length ?? 0;
  return '[],'.length + quoted.length + escaped * ('\\uffff'.length - 1);
}
