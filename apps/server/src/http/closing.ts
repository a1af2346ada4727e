import type { Server, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as pause, setImmediate as polled } from 'node:timers/promises';

// How an HTTP server ends without cutting anybody off. A proxy may send a request on a connection that it holds open in
// the very moment in which we would close it: so nobody new is let in, those who are here get their answers, each with
// the word that it is the last one on its connection, and only then are connections closed on which nothing was asked.

export interface ClosingLimits {
  /** For so many milliseconds connections on which nothing is asked stay open. */
  lastIdle: number;
  /** After so many milliseconds, what is still under way is cut off. */
  stopping: number;
}

export interface Closing {
  /** Listens no more; from here on each answer is the last one on its connection. */
  begin(): Promise<void>;
  /** Resolves when every connection is gone. */
  end(): Promise<void>;
}

export function closingOf(http: Server, { lastIdle, stopping }: ClosingLimits): Closing {
  const open = new Set<ServerResponse>();
  let stage: 'open' | 'last answers' | 'last idle' = 'open';
  let cut: NodeJS.Timeout;
  let closed: Promise<void>;

  const isLast = (response: ServerResponse): void => {
    if (!response.headersSent) response.setHeader('connection', 'close');
  };
  http.prependListener('request', (_request, response) => {
    open.add(response);
    if (stage !== 'open') isLast(response);
    response.once('close', () => {
      open.delete(response);
      // It may have been begun before, and have promised more.
      if (stage === 'last idle') setImmediate(() => http.closeIdleConnections());
    });
  });

  return {
    async begin() {
      stage = 'last answers';
      for (const response of open) isLast(response);
      // Right after the kernel was asked for news: whoever has connected until now is let in.
      await polled();
      closed = new Promise((resolve) => http.once('close', resolve));
      // Not the HTTP server's own way, which would close idle connections along with it.
      NetServer.prototype.close.call(http);
      cut = setTimeout(() => http.closeAllConnections(), stopping);
    },
    async end() {
      await pause(lastIdle);
      // Likewise: whoever has asked until now is answered.
      await polled();
      stage = 'last idle';
      http.close();
      await closed;
      clearTimeout(cut);
    },
  };
}
