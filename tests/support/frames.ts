// What SockJS says over a WebSocket, read from the bytes on the line: all that the server sent, and not only what a
// client took of it. Fallback transports, and requests, are passed over.
import type { Tap } from './proxy.js';

type Hear = (message: string) => void;

/** Each hears the messages of its direction, whole and in order; `ping` what the server's pings hold (RFC 6455, 5.5.2). */
export function framesTap(up: Hear, down: Hear, ping?: (payload: Buffer) => void): Tap {
  let isSocket = false;
  const asked = reader(up, (head) => {
    isSocket = /^GET \S+\/websocket HTTP/.test(head);
    return isSocket;
  });
  // The request has come in before its answer.
  const answered = reader(down, (head) => isSocket && head.startsWith('HTTP/1.1 101'), ping);
  return { up: asked, down: answered };
}

function reader(
  hear: Hear,
  isSocket: (head: string) => boolean,
  ping?: (payload: Buffer) => void,
): (bytes: Buffer) => void {
  let state: 'head' | 'frames' | 'other' = 'head';
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    if (state === 'other') return;
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    if (state === 'head') {
      const end = rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      state = isSocket(rest.toString('latin1', 0, end)) ? 'frames' : 'other';
      rest = rest.subarray(end + 4);
    }
    if (state !== 'frames') return;
    for (let frame = firstFrame(rest); frame; frame = firstFrame(rest)) {
      rest = rest.subarray(frame.length);
      if (frame.opcode === opcodes.text)
        for (const message of messagesOf(frame.payload.toString('utf8'))) hear(message);
      else if (frame.opcode === opcodes.ping) ping?.(frame.payload);
    }
  };
}

const opcodes = { text: 1, ping: 9 };

/** RFC 6455, 5.2. Null where the frame is not there whole. */
function firstFrame(bytes: Buffer): { length: number; opcode: number; payload: Buffer } | null {
  if (bytes.length < 2) return null;
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)];
  const short = second & 0x7f;
  const head = short === 126 ? 4 : short === 127 ? 10 : 2;
  const isMasked = (second & 0x80) !== 0;
  if (bytes.length < head + (isMasked ? 4 : 0)) return null;
  const size = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  const start = head + (isMasked ? 4 : 0);
  if (bytes.length < start + size) return null;
  const opcode = first & 0x0f;
  if ((first & 0x80) === 0 || opcode === 0) throw new Error('A message in pieces: this reader knows none.');
  const masked = bytes.subarray(start, start + size);
  return { length: start + size, opcode, payload: isMasked ? unmasked(masked, bytes.subarray(head, start)) : masked };
}

function unmasked(masked: Buffer, mask: Buffer): Buffer {
  const payload = Buffer.from(masked);
  for (let place = 0; place < payload.length; place += 1) {
    payload[place] = (payload[place] ?? 0) ^ (mask[place % 4] ?? 0);
  }
  return payload;
}

/** `a[…]` holds messages, of the server's; of the client's, `[…]` does. Opening, closing and heartbeats hold none. */
function messagesOf(text: string): string[] {
  const list = text.startsWith('a') ? text.slice(1) : text;
  return list.startsWith('[') ? (JSON.parse(list) as string[]) : [];
}
