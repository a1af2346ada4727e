// What SockJS says over a WebSocket, read from the bytes on the line: all that the server sent, and not only what a
// client took of it. Fallback transports, and requests, are passed over.
import type { Tap } from './proxy.js';

type Hear = (message: string) => void;

/** Each hears the messages of its direction, whole and in order. */
export function framesTap(up: Hear, down: Hear): Tap {
  let isSocket = false;
  const asked = reader(up, (head) => {
    isSocket = /^GET \S+\/websocket HTTP/.test(head);
    return isSocket;
  });
  // The request has come in before its answer.
  const answered = reader(down, (head) => isSocket && head.startsWith('HTTP/1.1 101'));
  return { up: asked, down: answered };
}

function reader(hear: Hear, isSocket: (head: string) => boolean): (bytes: Buffer) => void {
  let state: 'head' | 'frames' | 'other' = 'head';
  let rest = Buffer.alloc(0);
  return (bytes) => {
    if (state === 'other') return;
    rest = Buffer.concat([rest, bytes]);
    if (state === 'head') {
      const end = rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      state = isSocket(rest.toString('latin1', 0, end)) ? 'frames' : 'other';
      rest = rest.subarray(end + 4);
    }
    if (state !== 'frames') return;
    for (let frame = firstFrame(rest); frame; frame = firstFrame(rest)) {
      rest = rest.subarray(frame.length);
      if (frame.text !== null) for (const message of messagesOf(frame.text)) hear(message);
    }
  };
}

/** RFC 6455, 5.2; `text` is null for what is no text. Null where the frame is not there whole. */
function firstFrame(bytes: Buffer): { length: number; text: string | null } | null {
  if (bytes.length < 2) return null;
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)];
  const short = second & 0x7f;
  const head = short === 126 ? 4 : short === 127 ? 10 : 2;
  const isMasked = (second & 0x80) !== 0;
  if (bytes.length < head + (isMasked ? 4 : 0)) return null;
  const size = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  const start = head + (isMasked ? 4 : 0);
  if (bytes.length < start + size) return null;
  const kind = first & 0x0f;
  if ((first & 0x80) === 0 || kind === 0) throw new Error('A message in pieces: this reader knows none.');
  if (kind !== 1) return { length: start + size, text: null };
  const payload = Buffer.from(bytes.subarray(start, start + size));
  if (isMasked) {
    const mask = bytes.subarray(head, head + 4);
    for (let place = 0; place < size; place += 1) payload[place] = (payload[place] ?? 0) ^ (mask[place % 4] ?? 0);
  }
  return { length: start + size, text: payload.toString('utf8') };
}

/** `a[…]` holds messages, of the server's; of the client's, `[…]` does. Opening, closing and heartbeats hold none. */
function messagesOf(text: string): string[] {
  const list = text.startsWith('a') ? text.slice(1) : text;
  return list.startsWith('[') ? (JSON.parse(list) as string[]) : [];
}
