import { issuesOf, type Problem, problem, type SocketRequest, type Up, upSchema } from '@stet/protocol';
import type { Ask } from '../door/route.js';

// What a client said, read: a frame or why it is none, and a request as the door takes it.

export type Said = { kind: 'up'; up: Up } | { kind: 'refused'; problem: Problem };

export function readFrame(text: string): Said {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: 'refused', problem: problem('malformed', 'The frame is not JSON.') };
  }
  const parsed = upSchema.safeParse(json);
  if (parsed.success) return { kind: 'up', up: parsed.data };
  return {
    kind: 'refused',
    problem: problem('malformed', 'The frame is not understood.', { errors: issuesOf(parsed.error) }),
  };
}

export function askOf(up: SocketRequest, connection: string): Ask {
  // Taken apart by hand: to a URL's parser, some paths are hosts, and some of those are errors.
  const [path = '', ...query] = up.path.split('?');
  const headers = Object.fromEntries(
    Object.entries(up.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    method: up.method,
    path: path.replace(/^\/api(?=\/)/, ''),
    query: new URLSearchParams(query.join('?')),
    headers: { ...headers, 'stet-connection': connection },
    body: up.body,
  };
}
