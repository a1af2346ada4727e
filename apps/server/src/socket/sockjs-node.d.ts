// What sockjs 0.3.24 has and @types/sockjs does not know.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

declare module 'sockjs' {
  interface ServerOptions {
    /** Leaves out all CORS headers. */
    disable_cors?: boolean;
    /** `maxLength`: bytes of a WebSocket message. */
    faye_server_options?: { maxLength: number };
  }

  interface Server {
    /** A handler for requests and, with the head, upgrades; true when the path was its own. */
    middleware(options: ServerOptions): {
      (request: IncomingMessage, response: ServerResponse): boolean;
      (request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
    };
  }

  interface Connection {
    close(code?: number, reason?: string): boolean;
  }
}
