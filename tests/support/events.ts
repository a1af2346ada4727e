// People who hear by server-sent events: a reader of the wire after the WHATWG's rules, which keeps all it was told.
import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { Change } from '@stet/protocol';
import type { Headers } from './http.js';
import { until } from './until.js';

export interface Heard {
  name: string;
  /** The last event's id, as a page would send it when it comes back. */
  id: string;
  data: string;
}

export interface EventStream {
  status: number;
  headers: IncomingHttpHeaders;
  /** All events, in order. */
  readonly events: readonly Heard[];
  readonly comments: readonly string[];
  /** What was said last of when to come back; null where nothing was. */
  readonly retry: number | null;
  readonly lastEventId: string;
  /** What was told of `message`. */
  changes(): Change[];
  /** Resolves when such a change was heard. */
  until(fits: (change: Change) => boolean): Promise<Change>;
  /** `end`: as it should be; `cut`: in the middle. */
  readonly over: Promise<'end' | 'cut'>;
  readonly isOver: boolean;
  readonly bytes: number;
  /** Takes no more from the network until it goes on. */
  pause(): void;
  goOn(): void;
  close(): void;
}

export async function openEvents(url: string, path: string, headers: Headers): Promise<EventStream> {
  const asked = request(new URL(path, url), { headers: { accept: 'text/event-stream', ...headers }, agent: false });
  return listen(asked, await answerTo(asked));
}

const answerTo = (asked: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    asked.on('response', resolve);
    asked.on('error', reject);
    asked.end();
  });

function listen(asked: ClientRequest, answer: IncomingMessage): EventStream {
  const events: Heard[] = [];
  const comments: string[] = [];
  let retry: number | null = null;
  let lastEventId = '';
  let field = { id: '', name: '', data: [] as string[] };
  let rest = '';
  let isOver = false;

  function line(text: string): void {
    if (text === '') return dispatch();
    const colon = text.indexOf(':');
    const name = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (name === '') comments.push(value);
    else if (name === 'data') field.data.push(value);
    else if (name === 'id') field.id = value;
    else if (name === 'event') field.name = value;
    else if (name === 'retry' && /^\d+$/.test(value)) retry = Number(value);
  }
  function dispatch(): void {
    lastEventId = field.id;
    if (field.data.length > 0) {
      events.push({ name: field.name || 'message', id: lastEventId, data: field.data.join('\n') });
    }
    field = { id: lastEventId, name: '', data: [] };
  }
  let bytes = 0;
  answer.setEncoding('utf8').on('data', (text: string) => {
    bytes += Buffer.byteLength(text);
    const lines = `${rest}${text}`.split(/\r\n|\n|\r/);
    rest = lines.pop() ?? '';
    for (const each of lines) line(each);
  });
  const over = new Promise<'end' | 'cut'>((resolve) => {
    answer.on('end', () => resolve('end'));
    answer.on('error', () => resolve('cut'));
    answer.on('close', () => resolve(answer.complete ? 'end' : 'cut'));
  });
  void over.then(() => {
    isOver = true;
  });
  const changes = () => events.filter(({ name }) => name === 'message').map(({ data }) => JSON.parse(data) as Change);
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    events,
    comments,
    over,
    changes,
    get bytes() {
      return bytes;
    },
    get retry() {
      return retry;
    },
    get lastEventId() {
      return lastEventId;
    },
    get isOver() {
      return isOver;
    },
    until: (fits) =>
      until('such a change', () => {
        const found = changes().find(fits);
        if (!found && isOver) throw new Error('The stream was over before such a change');
        return found;
      }),
    pause: () => void answer.pause(),
    goOn: () => void answer.resume(),
    close: () => void asked.destroy(),
  };
}
