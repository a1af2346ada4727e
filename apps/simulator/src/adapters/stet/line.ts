import type { Down, Up } from '@stet/protocol';
import type { Told } from '../../history/event.js';
import type { Recorder } from '../../history/recorder.js';
import type { Names } from './names.js';
import { opOf, resultOf, type Said, seqOf, toldOf } from './words.js';

// One socket, as the history tells it: what is asked over it, and what it tells by itself.

/** A frame, read once for all who are told the same. */
export type Frame =
  | { kind: 'change'; workspace: string; told: Told }
  | { kind: 'about'; workspace: string; what: 'presence' | 'notice' }
  | { kind: 'down'; down: Down }
  /** It says nothing to the history. */
  | { kind: 'other' };

export function frameOf(text: string, named: Names): Frame {
  const down = JSON.parse(text) as Down;
  switch (down.type) {
    case 'rt-change':
      return { kind: 'change', workspace: down.workspace, told: toldOf(down, named) };
    case 'presence':
    case 'notice':
      return { kind: 'about', workspace: down.workspace, what: down.type };
    case 'welcome':
    case 'reply':
    case 'reset':
    case 'bye':
      return { kind: 'down', down };
    default:
      return { kind: 'other' };
  }
}

export interface LineOptions {
  editor: string;
  workspace: string;
  recorder: Recorder;
  named: Names;
  read(text: string): Frame;
  newLine(): number;
  /** A socket speaks for the page: the log is not read any more. */
  opened(): void;
}

export interface Line {
  say(text: string): void;
  hear(text: string): void;
  over(why: string): void;
  readonly isOver: boolean;
}

interface Waiting {
  answer(said: Said): void;
  lose(): void;
}

export function createLine({ editor, workspace, recorder, named, read, newLine, opened }: LineOptions): Line {
  const waiting = new Map<string, Waiting>();
  /** Null until it has said hello. */
  let line: number | null = null;
  let asked: number | null = null;
  let isOver = false;

  function say(text: string): void {
    // Presence, which goes out most, and what is neither question nor hello.
    if (!text.startsWith('{"type":"request"') && !text.startsWith('{"type":"hello"')) return;
    const up = JSON.parse(text) as Up;
    if (up.type === 'hello') {
      line = newLine();
      asked = seqOf(up.cursors?.[workspace] ?? '');
      recorder.note({ kind: 'line', editor, line, is: 'asked', from: asked });
    } else if (up.type === 'request') {
      const { ref, method, path, headers = {}, body } = up;
      const header = (name: string) => headers[name] ?? null;
      const op = opOf({ method, path, header, body }, named);
      if (!op) return;
      const done = recorder.call(editor, op, header('idempotency-key'));
      waiting.set(ref, {
        answer: (said) => done(resultOf(op, said, named, true)),
        lose: () => done({ is: 'unknown', why: 'The line was lost before the reply.' }),
      });
    }
  }

  function hear(text: string): void {
    const frame = read(text);
    if (line === null) return;
    switch (frame.kind) {
      case 'change':
        return recorder.note({ kind: 'hear', editor, line, workspace: frame.workspace, told: frame.told });
      case 'about':
        return recorder.note({ kind: 'about', editor, line, workspace: frame.workspace, what: frame.what });
      case 'down':
        return told(frame.down, line);
    }
  }

  function told(down: Down, line: number): void {
    switch (down.type) {
      case 'welcome': {
        const stands = down.workspaces.find(({ id }) => id === workspace);
        const from = asked ?? (stands ? seqOf(stands.cursor) : null) ?? 0;
        const workspaces = down.workspaces.map(({ id }) => id);
        recorder.note({ kind: 'line', editor, line, is: 'open', from, workspaces });
        return opened();
      }
      case 'reset':
        return recorder.note({ kind: 'line', editor, line, is: 'reset', workspace: down.workspace });
      case 'reply': {
        const { ref, status, headers, body } = down;
        waiting.get(ref)?.answer({ status, header: (name) => headers[name] ?? null, body });
        return void waiting.delete(ref);
      }
      case 'bye':
        return over(`bye: ${down.reason}`);
    }
  }

  function over(why: string): void {
    if (isOver) return;
    isOver = true;
    for (const { lose } of waiting.values()) lose();
    waiting.clear();
    if (line !== null) recorder.note({ kind: 'line', editor, line, is: 'over', why });
  }

  return {
    say,
    hear,
    over,
    get isOver() {
      return isOver;
    },
  };
}
