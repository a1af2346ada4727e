// One HTTP request exactly as a test wants it: any bytes, any header, any path.
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

export type Headers = Record<string, string | string[]>;

export interface Ask {
  method?: string;
  path: string;
  headers?: Headers | undefined;
  body?: string | Buffer | undefined;
}

export interface Bytes {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface Http {
  ask(ask: Ask): Promise<Bytes>;
  close(): void;
}

/** Connections are kept and used again, as browsers do. Whoever hears nothing for `patience` ms gives up. */
export function httpTo(url: string, connections = 64, patience?: number): Http {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port } = new URL(url);
  return {
    ask: ({ method = 'GET', path, headers = {}, body }) =>
      new Promise((resolve, reject) => {
        const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
        const asked = request({ hostname, port, agent, method, path, headers: { ...length, ...headers } });
        asked.on('error', reject);
        if (patience) asked.setTimeout(patience, () => asked.destroy(new NoAnswer()));
        asked.on('response', (answer) =>
          textOf(answer).then((text) => {
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
          }, reject),
        );
        asked.end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** As the system's own errors, it has a code. */
class NoAnswer extends Error {
  readonly code = 'ETIMEDOUT';
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  return text;
}

/** null where the connection breaks. */
export async function answered<T = Bytes>(asking: Promise<T>): Promise<T | null> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}
