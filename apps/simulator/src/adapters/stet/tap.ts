import type { Result } from '../../history/event.js';
import type { Recorder } from '../../history/recorder.js';
import type { Net } from '../../network/net.js';
import { createLine, type Frame, frameOf } from './line.js';
import { memo } from './memo.js';
import type { Names } from './names.js';
import { createReading } from './reading.js';
import { opOf, type PageTold, pageOf, resultOf } from './words.js';

// Writes the history from what goes over one editor's wire, whichever transport carries it. Nothing of it is changed.

/** What all taps of a run share. */
export interface Shared {
  recorder: Recorder;
  named: Names;
  /** The path of the interface, such as `/api`. */
  root: string;
  workspace: string;
  newLine(): number;
  frame(text: string): Frame;
  page(text: string): PageTold;
}

export function createShared(recorder: Recorder, named: Names, workspace: string, root: string): Shared {
  let lines = 0;
  return {
    recorder,
    named,
    root,
    workspace,
    newLine() {
      lines += 1;
      return lines;
    },
    frame: memo(500, (text) => frameOf(text, named)),
    page: memo(100, (text) => pageOf(JSON.parse(text), named)),
  };
}

export interface Tap extends Net {
  /** The page is gone, and nothing is heard by it any more. */
  end(): void;
}

export function tapped(net: Net, editor: string, shared: Shared): Tap {
  const { recorder, named, root, workspace, newLine } = shared;
  const reading = createReading({ editor, workspace, recorder, page: shared.page, newLine });
  const log = `/workspaces/${encodeURIComponent(workspace)}/changes?`;

  function noteOf(path: string, init: RequestInit): ((answer: Whole | null) => void) | null {
    if (path.startsWith(log)) {
      const since = new URLSearchParams(path.slice(log.length)).get('since');
      const heard = since === null ? null : reading.ask(since);
      return heard && ((answer) => answer && heard(answer.status, answer.text));
    }
    const headers = new Headers(init.headers);
    const header = (name: string) => headers.get(name);
    const body = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
    const op = opOf({ method: init.method ?? 'GET', path, header, body }, named);
    if (!op) return null;
    const done = recorder.call(editor, op, header('idempotency-key'));
    return (answer) => done(answer ? resultOf(op, saidBy(answer), named, false) : noAnswer(init));
  }

  return {
    async fetch(input, init = {}) {
      const { pathname, search } = new URL(String(input));
      const note = noteOf(pathname.slice(root.length) + search, init);
      if (!note) return net.fetch(input, init);
      try {
        const answer = await wholeOf(await net.fetch(input, init));
        // Who has left does not hear it.
        note(init.signal?.aborted ? null : answer);
        return again(answer);
      } catch (error) {
        note(null);
        throw error;
      }
    },
    dial(dialling) {
      const opened = () => reading.over('a socket is open');
      const line = createLine({ editor, workspace, recorder, named, read: shared.frame, newLine, opened });
      const dialled = net.dial({
        ...dialling,
        message(text) {
          if (line.isOver) return;
          line.hear(text);
          dialling.message(text);
        },
        lost() {
          line.over('lost');
          dialling.lost();
        },
      });
      return {
        send(text) {
          line.say(text);
          dialled.send(text);
        },
        close() {
          line.over('closed');
          dialled.close();
        },
      };
    },
    end: () => reading.over('the page is gone'),
  };
}

interface Whole {
  status: number;
  headers: Headers;
  text: string;
}

const wholeOf = async (response: Response): Promise<Whole> => ({
  status: response.status,
  headers: response.headers,
  text: await response.text(),
});

const noAnswer = (init: RequestInit): Result => ({
  is: 'unknown',
  why: init.signal?.aborted ? 'The editor went away before the answer.' : 'No answer came.',
});

function saidBy({ status, headers, text }: Whole) {
  const isJson = /\bjson\b/.test(headers.get('content-type') ?? '') && text !== '';
  return {
    status,
    header: (name: string) => headers.get(name),
    body: isJson ? (JSON.parse(text) as unknown) : undefined,
  };
}

/** The answer once more, for whoever asked. */
const again = ({ status, headers, text }: Whole): Response =>
  new Response(text === '' ? null : text, { status, headers });
