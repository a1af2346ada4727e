import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { issuesOf } from '@stet/protocol';
import type { Logger } from 'pino';
import type { Engine } from '../engine.js';
import { claim } from './claim.js';
import { type Heard, type Operation, operationSchema, refused, sentence } from './operations.js';
import { perform } from './perform.js';
import { type AnswerLine, busy, callHeader, type Holder, misunderstood } from './wire.js';

// The operator's way into the process that has the engine: an HTTP server on a socket in the data folder that only its
// owner can open. A lost connection stops what it asked for.

export interface Channel {
  /** Lets those in who may be waiting already. */
  open(engine: Engine): void;
  /** Begins nothing new and ends, or stops, what others have under way; all are answered. The folder stays taken. */
  drain(how: 'finish' | 'stop'): Promise<void>;
  /** Gives the folder free, once the engine is closed. */
  release(): Promise<void>;
}

const mostBytes = 1024 * 1024;

/** The channel of this process, or null where another process holds the folder. */
export async function openChannel(data: string, what: string, log: Logger): Promise<Channel | null> {
  const holder: Holder = { pid: process.pid, what };
  const running = new Map<AbortController, Promise<void>>();
  const named = new Map<string, AbortController>();
  let draining = false;
  let letIn = (_engine: Engine): void => {};
  const opened = new Promise<Engine>((resolve) => {
    letIn = resolve;
  });

  const http = createServer((request, response) => {
    response.on('error', () => response.destroy());
    if (request.method === 'GET') return void response.end(JSON.stringify(holder));
    if (request.method === 'DELETE') {
      named.get(callOf(request))?.abort();
      return void response.writeHead(204).end();
    }
    const stop = new AbortController();
    response.on('close', () => response.writableFinished || stop.abort());
    const work = answer(request, response, stop).catch((error: unknown) => {
      log.error({ err: error }, 'an operation failed');
      response.destroy();
    });
    running.set(stop, work);
    named.set(callOf(request), stop);
    void work.finally(() => {
      running.delete(stop);
      named.delete(callOf(request));
    });
  });

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    { signal }: AbortController,
  ): Promise<void> {
    const asked = await read(request);
    if (asked.kind === 'refused') return end(response, misunderstood, asked.message);
    const engine = await Promise.race([opened, aborted(signal)]);
    if (!engine || draining) return end(response, busy, 'The process is stopping.');
    // Sent before anything is done: whoever has not got it may ask somebody else.
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).flushHeaders();
    const line = (text: AnswerLine) => response.write(`${JSON.stringify(text)}\n`);
    const onHeard = (heard: Heard) => (line({ heard }) ? undefined : drained(response));
    const result = await perform(engine, asked.operation, { onHeard, signal }).catch((error: unknown) => {
      log.error({ err: error, operation: asked.operation.kind }, 'an operation failed');
      return refused(`It failed: ${error instanceof Error ? error.message : String(error)}`);
    });
    line({ result });
    response.end();
    // Answered is what the system has taken, or what nobody waits for any more.
    if (!response.closed) await once(response, 'close');
  }

  const claimed = await claim(data, http);
  if (claimed.kind === 'taken') return null;
  return {
    open: letIn,
    async drain(how) {
      draining = true;
      if (how === 'stop') for (const stop of running.keys()) stop.abort();
      await Promise.all(running.values());
    },
    async release() {
      const released = claimed.release();
      http.closeAllConnections();
      await released;
    },
  };
}

type Asked = { kind: 'asked'; operation: Operation } | { kind: 'refused'; message: string };

async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) return refused('The operation is too long.');
    chunks.push(chunk);
  }
  let json: unknown;
  try {
    json = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return refused('The operation is not JSON.');
  }
  const parsed = operationSchema.safeParse(json);
  return parsed.success ? { kind: 'asked', operation: parsed.data } : refused(sentence(issuesOf(parsed.error)));
}

const callOf = (request: IncomingMessage): string => String(request.headers[callHeader] ?? '');

const end = (response: ServerResponse, status: number, message: string): void =>
  void response.writeHead(status).end(JSON.stringify({ message }));

const aborted = (signal: AbortSignal): Promise<null> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));

/** When the listener has read what was written, or has gone. */
const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    if (response.destroyed) return resolve();
    const go = () => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.on('drain', go).on('close', go);
  });
