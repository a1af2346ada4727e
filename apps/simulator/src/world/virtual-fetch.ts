import type { CoreAsk } from './core.js';
import type { Way } from './way.js';

// HTTP on the virtual network: one request, one answer; where nobody answers, it fails as `fetch` does.

export const fetchOver =
  (way: Way): typeof fetch =>
  async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const ask = await askOf(request, url);
    await taking(way.takes(), request.signal);
    const node = way.nodeAt(url.hostname);
    if (!node) throw failed('the connection is refused');
    const answer = await way
      .serving(() => node.ask(ask, way.user))
      .catch((error: unknown) => {
        throw failed(error instanceof Error ? error.message : String(error));
      });
    await taking(way.takes(), request.signal);
    const { status, headers, body } = answer;
    return new Response(body === '' ? null : body, { status, headers });
  };

async function askOf(request: Request, { pathname, search }: URL): Promise<CoreAsk> {
  const body = await request.text();
  return {
    method: request.method,
    path: `${pathname.replace(/^\/api(?=\/)/, '')}${search}`,
    headers: Object.fromEntries(request.headers),
    body: body === '' ? undefined : body,
  };
}

const failed = (why: string): TypeError => new TypeError(`fetch failed: ${why}`);

/** A message that is on its way for so long, unless nobody waits for it any more. */
function taking(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
}
