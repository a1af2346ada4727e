import type { ServerResponse } from 'node:http';
import { cursorOf, problem } from '@stet/protocol';
import type { Logger } from 'pino';
import type { Auth } from '../../auth/auth.js';
import type { Watch } from '../../auth/identity-cache.js';
import { type Answer, refuse, type Streamed } from '../../door/answer.js';
import { noteFailure } from '../../failure.js';
import type { Hub } from '../../hub/hub.js';
import type { Limits } from '../../limits.js';
import { Stream } from './stream.js';

// The event streams that are open: how many there may be, and what each is told.

export interface StreamsOptions {
  hub: Hub;
  watch: Auth['watch'];
  log: Logger;
  limits: Pick<Limits, 'streams' | 'waiting'>;
}

export interface Streams {
  /** Opens one, or answers why not. */
  open(response: ServerResponse, streamed: Streamed): Answer | null;
  readonly size: number;
  /** Bytes that wait on all of them. */
  waiting(): number;
  /** Opens none any more; the hub says goodbye to those that there are. */
  stop(): void;
}

export const streamHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  vary: 'Accept',
  // Proxies would hold it back until it ends.
  'x-accel-buffering': 'no',
  // Nothing else is asked on this connection; so it goes when the stream does.
  connection: 'close',
};

export function createStreams({ hub, watch, log, limits }: StreamsOptions): Streams {
  const { all, perUser, heartbeat } = limits.streams;
  const each = { waiting: limits.waiting, heartbeat };
  /** Each with what watches that its session stands. */
  const streams = new Map<Stream, Watch | null>();
  let stopping = false;

  function refusal({ who }: Streamed): Answer | null {
    if (stopping) return refuse(problem('unavailable', 'The server is stopping.'), { 'retry-after': '2' });
    if (streams.size >= all) {
      return refuse(problem('unavailable', `At most ${all} streams may be open.`), { 'retry-after': '10' });
    }
    const theirs = [...streams.keys()].filter(({ user }) => user === who.user.id).length;
    if (theirs < perUser) return null;
    const detail = `One person may have ${perUser} streams open.`;
    return refuse(problem('too-many-requests', detail), { 'retry-after': '10' });
  }

  function begin(response: ServerResponse, streamed: Streamed): Stream {
    const { workspace, from } = streamed;
    const cursor = from.kind === 'from' ? cursorOf({ epoch: workspace.epoch, seq: from.seq }) : from.reason;
    const stream = new Stream(response, streamed, each, (why) => {
      streams.get(stream)?.release();
      streams.delete(stream);
      hub.leave(stream);
      log.info({ stream: stream.id, why }, 'stream ended');
    });
    streams.set(stream, null);
    log.info({ stream: stream.id, workspace: workspace.id, from: cursor }, 'stream opened');
    return stream;
  }

  /** For as long as it is open: whoever asked was proven only to be signed in then. */
  async function keepWatch(stream: Stream, { who }: Streamed): Promise<void> {
    const watched = await watch(who);
    if (!watched?.stands()) stream.bye('signed-out', null);
    if (streams.has(stream)) streams.set(stream, watched);
    else watched?.release();
  }

  async function tell(stream: Stream, streamed: Streamed): Promise<void> {
    const { workspace, from } = streamed;
    if (from.kind === 'reset') return stream.reset(workspace.id, from.reason, cursorOf(workspace));
    const cursor = cursorOf({ epoch: workspace.epoch, seq: from.seq });
    // What ends a session is told to the hub's readers: this one was none yet when it was asked who it is.
    await Promise.all([hub.join(stream, [{ id: workspace.id, cursor }], {}), keepWatch(stream, streamed)]);
  }

  return {
    open(response, streamed) {
      // Whoever asked has hung up: nobody would ever say that the stream is over.
      if (response.destroyed) return null;
      const refused = refusal(streamed);
      if (refused) return refused;
      response.writeHead(200, streamHeaders);
      const stream = begin(response, streamed);
      tell(stream, streamed).catch((error: unknown) => {
        noteFailure(log, error, 'a stream failed', { stream: stream.id });
        stream.fail();
      });
      return null;
    },
    get size() {
      return streams.size;
    },
    waiting: () => [...streams.keys()].reduce((sum, stream) => sum + stream.waiting, 0),
    stop() {
      stopping = true;
    },
  };
}
