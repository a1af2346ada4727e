import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { cutOffText, type Progress } from '../import/report.js';
import {
  type Hearing,
  type Kind,
  type Listener,
  type Operation,
  type OperationOf,
  type Refused,
  type Result,
  refused,
} from './operations.js';
import { shortPath } from './socket-path.js';
import { type AnswerLine, busy, callHeader, type Holder } from './wire.js';

// The client's end of the operator's channel.

export type Asked<K extends Kind> =
  | { kind: 'answered'; result: Result<K> }
  /** Nobody has the folder. */
  | { kind: 'nobody' }
  /** Whoever has it is just going; nothing was done. */
  | { kind: 'leaving' };

/** Asks the process that has the data folder to perform this. */
export async function ask<K extends Kind>(
  data: string,
  operation: OperationOf<K>,
  hearing: Hearing,
): Promise<Asked<K>> {
  const path = shortPath(data);
  try {
    const call = randomUUID();
    const to = { socketPath: path.socket, path: '/', agent: false };
    const headers = { [callHeader]: call, 'content-type': 'application/json' };
    const asking = request({ ...to, headers, method: 'POST' });
    asking.end(JSON.stringify(operation));
    const first = await begun(asking);
    if (first.kind !== 'begun') return first;
    const { response } = first;
    if (response.statusCode === busy) return { kind: 'leaving' };
    if (response.statusCode !== 200) return { kind: 'answered', result: await misunderstood(response) };
    const stop = () =>
      void request({ ...to, headers, method: 'DELETE' })
        .on('error', () => {})
        .end();
    if (hearing.signal.aborted) stop();
    hearing.signal.addEventListener('abort', stop);
    try {
      return { kind: 'answered', result: await follow<K>(response, operation, hearing.onHeard) };
    } finally {
      hearing.signal.removeEventListener('abort', stop);
    }
  } finally {
    path.forget();
  }
}

/** Who has the folder; null where nobody answers. */
export async function holderOf(data: string): Promise<Holder | null> {
  const path = shortPath(data);
  try {
    const first = await begun(request({ socketPath: path.socket, path: '/', agent: false, timeout: 2_000 }).end());
    return first.kind === 'begun' ? (JSON.parse(await textOf(first.response)) as Holder) : null;
  } finally {
    path.forget();
  }
}

type First = { kind: 'begun'; response: IncomingMessage } | { kind: 'nobody' } | { kind: 'leaving' };

async function begun(asking: ClientRequest): Promise<First> {
  asking.on('timeout', () => asking.destroy());
  try {
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    // From now on a broken connection is told by the response's own end.
    asking.on('error', () => {});
    return { kind: 'begun', response };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ECONNREFUSED' || code === 'ENOENT') return { kind: 'nobody' };
    // Without the head of an answer nothing was begun.
    if (code === 'ECONNRESET' || code === 'EPIPE') return { kind: 'leaving' };
    throw error;
  }
}

async function follow<K extends Kind>(
  response: IncomingMessage,
  operation: Operation,
  onHeard: Listener,
): Promise<Result<K>> {
  let last: Progress | null = null;
  for await (const text of linesOf(response)) {
    const line = JSON.parse(text) as AnswerLine;
    if ('result' in line) return line.result as Result<K>;
    if (line.heard.kind === 'progress') last = line.heard.progress;
    await onHeard(line.heard);
  }
  if (operation.kind === 'importFile') return refused(cutOffText(last, operation.dryRun));
  return refused('The process that was doing it went away before it had answered: look whether it was done.');
}

/** Whole lines, until the connection ends in whatever way. */
async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    if (response.complete) throw error;
  }
}

/** A running server of another version may not know what this one asks for. */
async function misunderstood(response: IncomingMessage): Promise<Refused> {
  const { message } = JSON.parse(await textOf(response)) as { message: string };
  return refused(message);
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return text;
}
