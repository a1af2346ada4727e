// A WebSocket by its bytes, for people who mean harm: it reads when it wants to, says what it likes, and nothing by itself.
import { once } from 'node:events';
import { connect } from 'node:net';
import { type Down, downSchema, type Up } from '@stet/protocol';
import { framesTap } from './frames.js';

/** It tells each message as it comes, and keeps none. */
export interface RawLine {
  say(up: Up): void;
  /** Whatever it is, as one SockJS message. */
  sayText(text: string): void;
  /** Past WebSocket and SockJS. */
  sayBytes(bytes: Buffer): void;
  pause(): void;
  goOn(): void;
  /** The other end has ended it. Seen only by who reads. */
  readonly isOver: boolean;
  readonly over: Promise<void>;
  close(): void;
}

export interface RawSocket extends RawLine {
  /** All that it has read, pings too, in order. */
  readonly heard: readonly Down[];
}

export async function openRawSocket(url: string): Promise<RawSocket> {
  const heard: Down[] = [];
  const line = await openRawLine(url, (message) => void heard.push(downSchema.parse(JSON.parse(message))));
  return Object.assign(line, { heard });
}

/** `answersPings`: those of WebSocket, without which SockJS ends a line after some time. */
export async function openRawLine(
  url: string,
  hear: (message: string) => void,
  { answersPings = false } = {},
): Promise<RawLine> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  let isOver = false;
  const over = new Promise<void>((resolve) => {
    const end = () => {
      isOver = true;
      resolve();
    };
    socket.once('end', end).once('close', end);
  });
  socket.on('error', () => {});
  const pong = (payload: Buffer) => void socket.write(clientFrame(0x8a, payload));
  const tap = framesTap(() => {}, hear, answersPings ? pong : undefined);
  socket.on('data', (bytes: Buffer) => tap.down(bytes));
  await once(socket, 'connect');
  const lines = ['GET /rt/0/rawsocket/websocket HTTP/1.1', `Host: ${hostname}:${port}`, 'Upgrade: websocket'];
  lines.push('Connection: Upgrade', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==');
  const asked = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
  tap.up(asked);
  socket.write(asked);
  await Promise.race([once(socket, 'data'), over]);
  const sayText = (text: string) => void socket.write(clientFrame(0x81, Buffer.from(JSON.stringify([text]))));
  return {
    say: (up) => sayText(JSON.stringify(up)),
    sayText,
    sayBytes: (bytes) => void socket.write(bytes),
    pause: () => void socket.pause(),
    goOn: () => void socket.resume(),
    get isOver() {
      return isOver;
    },
    over,
    close: () => void socket.destroy(),
  };
}

/** As a client sends it (RFC 6455, 5.2), whole; a mask of zeros leaves the content as it is. */
function clientFrame(first: number, body: Buffer): Buffer {
  const head = Buffer.alloc(body.length < 126 ? 6 : 8);
  head[0] = first;
  head[1] = 0x80 | (body.length < 126 ? body.length : 126);
  if (body.length >= 126) head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}
