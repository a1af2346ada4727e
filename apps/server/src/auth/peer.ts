import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

// The address that somebody asks from. X-Forwarded-For is worth as much as whoever wrote it: only the entries of our own
// proxies, which are the last ones, are believed.

interface Asking {
  headers: IncomingHttpHeaders;
  socket: { remoteAddress?: string | undefined };
}

/** With so many proxies in front, each of which adds who asked it; the socket's address where they have not all done so. */
export function peerOf({ headers, socket }: Asking, proxies: number): string {
  const own = socket.remoteAddress ?? '';
  if (proxies === 0) return own;
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  const peer = forwarded.at(-proxies)?.trim() ?? '';
  return isIP(peer) === 0 ? own : peer;
}
