// The network under one connection: a WebSocket, or the XHR answers that follow one another. What sockjs does not
// tell, how much waits to be sent, is counted here from the sockets and answers themselves.

import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Connection } from 'sockjs';

export interface Line {
  /** sockjs has opened its connection on this line. */
  attach(connection: Connection): void;
  send(message: string): void;
  /** Bytes that were sent and have not left for the network. */
  buffered(): number;
  /** Hears each time that some of them have. */
  onFlow(listener: () => void): void;
  /** A message has come in whole. */
  heard(): void;
  close(code: number, reason: string): void;
  /** Ends the network side at once, whatever is still under way. */
  cut(): void;
}

/**
 * `maxUnheard` bounds the bytes that come in without making a message: the WebSocket library bounds the length of a
 * message but not the number of its fragments, so empty ones could fill the memory. `onGone`: nothing is held any more.
 */
export function webSocketLine(
  socket: Duplex,
  encode: (message: string) => Buffer,
  maxUnheard: number,
  onGone: () => void,
): Line {
  let connection: Connection | null = null;
  let unheard = 0;
  let flowed = (): void => {};
  const isOut = () => flowed();
  socket.on('data', (chunk: Buffer) => {
    unheard += chunk.length;
    if (unheard > maxUnheard) socket.destroy();
  });
  socket.once('close', onGone);
  return {
    attach(opened) {
      connection = opened;
    },
    // Past sockjs, straight to the socket: sockjs writes here too, and at once, so the order is kept.
    send(message) {
      if (socket.writable) socket.write(encode(message), isOut);
    },
    buffered: () => socket.writableLength,
    onFlow(listener) {
      flowed = listener;
    },
    heard() {
      unheard = 0;
    },
    close(code, reason) {
      connection?.close(code, reason);
    },
    cut() {
      socket.destroy();
    },
  };
}

export interface XhrLine extends Line {
  /** A poll or stream begins: sockjs gives it at once all that has waited. */
  begin(response: ServerResponse): void;
}

export function xhrLine(onGone: () => void): XhrLine {
  let connection: Connection | null = null;
  let response: ServerResponse | null = null;
  /** Those that are not out yet, the current one among them: who polls on and on without reading has many. */
  const unread = new Set<ServerResponse>();
  let waiting = 0;
  let closing = false;
  let flowed = (): void => {};

  /** The answer that sockjs can write to now. */
  const current = () => (response && !response.writableEnded && !response.destroyed ? response : null);
  const cut = () => {
    for (const answer of unread) if (!answer.writableFinished) answer.destroy();
  };
  const watch = (answer: ServerResponse) => {
    unread.add(answer);
    const isOut = () => {
      unread.delete(answer);
      flowed();
    };
    answer
      .on('drain', () => flowed())
      .once('finish', isOut)
      .once('close', isOut);
  };
  return {
    begin(next) {
      // A second poll beside an open one is turned away by sockjs, and the first goes on.
      if (current()) return;
      response = next;
      watch(next);
      // A poll carries one frame: where messages still waited, the close frame is for the poll after.
      if (closing && waiting === 0) next.once('close', onGone);
      waiting = 0;
    },
    attach(opened) {
      connection = opened;
      opened.on('close', () => {
        cut();
        onGone();
      });
    },
    send(message) {
      if (!current()) waiting += Buffer.byteLength(message);
      connection?.write(message);
    },
    buffered: () => [...unread].reduce((sum, answer) => sum + answer.writableLength, waiting),
    onFlow(listener) {
      flowed = listener;
    },
    heard() {},
    close(code, reason) {
      // The close frame goes out with the answer that is open, else with the next one.
      closing = true;
      current()?.once('close', onGone);
      connection?.close(code, reason);
    },
    cut,
  };
}
