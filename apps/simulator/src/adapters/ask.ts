// One request of a page over HTTP: what it is answered with, or that no answer came.

export type Answer = { is: 'answer'; status: number; body: unknown } | { is: 'none'; why: string };

export interface Asking {
  method?: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Ends it: the page is offline, or gone. */
  signal?: AbortSignal;
  /** Milliseconds after which no answer is expected any more. */
  within?: number;
}

export type Ask = (url: string, asking?: Asking) => Promise<Answer>;

/** Longer than any answer takes that is still on its way. */
const patience = 10_000;

export const askBy =
  (fetch: typeof globalThis.fetch, headers: Readonly<Record<string, string>> = {}): Ask =>
  async (url, { method = 'GET', body, signal, within = patience } = {}) => {
    const ending = new AbortController();
    const end = (): void => ending.abort();
    // Node's fetch does not always end the reading of a body with its signal: nobody waits for it then.
    const ended = new Promise<Answer>((resolve) => {
      ending.signal.addEventListener('abort', () => resolve({ is: 'none', why: 'no answer came' }));
    });
    const timer = setTimeout(end, within);
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const asked = answerOf(() =>
      fetch(url, {
        method,
        headers: { accept: 'application/json', ...json, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: ending.signal,
      }),
    );
    try {
      return await Promise.race([asked, ended]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
    }
  };

async function answerOf(asking: () => Promise<Response>): Promise<Answer> {
  try {
    const answer = await asking();
    return { is: 'answer', status: answer.status, body: contentOf(await answer.text()) };
  } catch (error) {
    return { is: 'none', why: whyOf(error) };
  }
}

/** Node's fetch says what has failed in the cause alone. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return `${error.message}${code}`;
}

/** Not every answer is JSON: what a proxy says is none. */
function contentOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
