// One open connection as the rest of the server sees it, whatever carries it; nothing that goes wrong inside
// a handler gets past this file.

import type { Logger } from 'pino';
import type { Connection } from 'sockjs';
import { closings } from './closings.js';
import type { Line } from './line.js';

export interface Wire {
  readonly id: string;
  /** `websocket`, `xhr-streaming` or `xhr-polling`. */
  readonly transport: string;
  readonly remoteAddress: string;
  /** Takes an already serialised JSON message. Never throws; ignored once closed. */
  send(message: string): void;
  /** Bytes accepted by `send` that have not yet left for the network. */
  buffered(): number;
  /** Says goodbye and hears nothing more; `closed` follows in a later tick. */
  close(code: number, reason: string): void;
}

export interface WireHandlers {
  /**
   * What is not a text (SockJS lets objects, numbers and null through) comes as the empty one: no JSON, so it is
   * refused and counted like everything else that is not understood.
   */
  message(text: string): void;
  /** Some of what was `buffered` has left for the network. */
  flowing?(): void;
  /** Called once, whoever ended it, and never from within `close` or `message`. */
  closed(): void;
}

/** The side of a wire that faces the network. */
export interface OpenWire extends Wire {
  /** Hands the wire to the server. */
  open(): void;
  receive(data: unknown): void;
  /** The other end is gone. */
  lost(): void;
}

export interface WireOptions {
  log: Logger;
  onWire(wire: Wire): WireHandlers;
  /** The wire has ended; its line may still have a goodbye to say. */
  onOver(): void;
}

export function createWire(
  connection: Pick<Connection, 'id' | 'protocol' | 'remoteAddress'>,
  line: Line,
  options: WireOptions,
): OpenWire {
  const log = options.log.child({ wire: connection.id });
  let live = true;
  let handlers: WireHandlers | null = null;

  const guarded = (step: string, run: () => void) => {
    try {
      run();
    } catch (error) {
      log.error({ err: error, step }, 'socket handler failed');
      wire.close(closings.failed.code, closings.failed.reason);
    }
  };
  const end = (how: object, line: string) => {
    live = false;
    log.info(how, line);
    options.onOver();
    process.nextTick(() => guarded('closed', () => handlers?.closed()));
  };

  const wire: OpenWire = {
    id: connection.id,
    transport: connection.protocol,
    remoteAddress: connection.remoteAddress ?? '',
    open() {
      log.info({ transport: wire.transport, remoteAddress: wire.remoteAddress }, 'socket opened');
      guarded('open', () => {
        handlers = options.onWire(wire);
      });
    },
    send(message) {
      if (live) line.send(message);
    },
    buffered: () => line.buffered(),
    close(code, reason) {
      if (!live) return;
      end({ code, reason }, 'socket closed by the server');
      // sockjs walks through the messages of a frame without looking whether the session is still there: closed
      // between two of them, it would throw where nobody catches.
      process.nextTick(() => line.close(code, reason));
    },
    receive(data) {
      // Whoever talks on after the goodbye is cut for it: what is not heard adds up.
      if (!live) return;
      line.heard();
      guarded('message', () => handlers?.message(typeof data === 'string' ? data : ''));
    },
    lost() {
      if (live) end({}, 'socket closed by the client');
    },
  };
  line.onFlow(() => {
    if (live) guarded('flowing', () => handlers?.flowing?.());
  });
  return wire;
}
