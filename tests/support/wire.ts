// What stands between one page and the server: it writes down what is sent, and loses what it is told to lose.

export interface Request {
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body: Record<string, unknown>;
  /** What the server answered; null where the request never arrived. */
  status: number | null;
}

export interface Wire {
  readonly fetch: typeof fetch;
  /** All writes to records, in order. */
  readonly writes: Request[];
  /** `offline`: nothing arrives. `deaf`: writes arrive, and their answers are lost. */
  state: 'online' | 'offline' | 'deaf';
  /** Runs once, between the next write and the server. */
  before(happens: () => Promise<unknown>): void;
}

export function createWire(): Wire {
  const writes: Request[] = [];
  let overtaking: (() => Promise<unknown>) | null = null;
  const wire: Wire = {
    writes,
    state: 'online',
    before(happens) {
      overtaking = happens;
    },
    async fetch(input, init) {
      const method = init?.method ?? 'GET';
      const url = new URL(String(input));
      const isWrite = method !== 'GET' && /\/workspaces\/[^/]+\/books/.test(url.pathname);
      if (!isWrite) {
        if (wire.state === 'offline') throw new TypeError('there is no network');
        return fetch(input, init);
      }
      const request: Request = {
        method,
        path: url.pathname + url.search,
        headers: { ...(init?.headers as Record<string, string>) },
        body: JSON.parse(String(init?.body ?? 'null')) as Record<string, unknown>,
        status: null,
      };
      writes.push(request);
      if (wire.state === 'offline') throw new TypeError('there is no network');
      const happens = overtaking;
      overtaking = null;
      await happens?.();
      const isLost = wire.state === 'deaf';
      const response = await fetch(input, init);
      request.status = response.status;
      if (!isLost) return response;
      await response.arrayBuffer();
      throw new TypeError('the answer was lost');
    },
  };
  return wire;
}
