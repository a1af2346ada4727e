// Why a connection ends, each reason with its code: one table for the socket's close frame and for `bye`.

import type { Bye } from '@stet/protocol';

export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/**
 * Codes under 3000 are RFC 6455's, from 4000 on our own, after the HTTP status that says the like.
 * The libraries below add their own: 1009 a frame is too large; 2010 a second poll of one session;
 * 3000 broken framing, or no answer to the heartbeat.
 */
export const closings = {
  stopping: { code: 1001, reason: 'The server is stopping, or its store is away: come back' },
  failed: { code: 1011, reason: 'The server failed on a message of this connection' },
  refused: { code: 4400, reason: 'The connection was refused: see the message before' },
  'signed-out': { code: 4401, reason: 'Signed out' },
  idle: { code: 4408, reason: 'Nothing was heard for too long' },
  'too-slow': { code: 4429, reason: 'Messages were not read in time: resume from the cursor' },
} as const satisfies Record<Bye['reason'] | 'failed', Closing>;
