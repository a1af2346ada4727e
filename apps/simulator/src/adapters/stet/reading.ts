import { problemName } from '@stet/protocol';
import type { Recorder } from '../../history/recorder.js';
import { type PageTold, seqOf } from './words.js';

// Where there is no socket, the log is asked again and again, each time from where the last answer ended: such a chain
// is a line of the history, too.

export interface ReadingOptions {
  editor: string;
  workspace: string;
  recorder: Recorder;
  page(text: string): PageTold;
  newLine(): number;
}

export interface Reading {
  /** Asked from this cursor; answers with who takes the answer, which counts only while nothing was asked after it. */
  ask(since: string): (status: number, text: string) => void;
  /** From here on nobody goes on with it. */
  over(why: string): void;
}

export function createReading({ editor, workspace, recorder, page, newLine }: ReadingOptions): Reading {
  let chain: { line: number; next: string; isOpen: boolean } | null = null;
  let asks = 0;

  function over(why: string): void {
    asks += 1;
    if (chain) recorder.note({ kind: 'line', editor, line: chain.line, is: 'over', why });
    chain = null;
  }

  function goOn(since: string): NonNullable<typeof chain> {
    if (chain?.next === since) return chain;
    over('asked anew');
    const begun = { line: newLine(), next: since, isOpen: false };
    recorder.note({ kind: 'line', editor, line: begun.line, is: 'asked', from: seqOf(since) });
    chain = begun;
    return begun;
  }

  return {
    ask(since) {
      const going = goOn(since);
      asks += 1;
      const mine = asks;
      return (status, text) => {
        if (mine !== asks) return;
        const { line } = going;
        if (status === 200) {
          const from = seqOf(since) ?? 0;
          if (!going.isOpen) recorder.note({ kind: 'line', editor, line, is: 'open', from, workspaces: [workspace] });
          going.isOpen = true;
          const { told, cursor } = page(text);
          for (const each of told) recorder.note({ kind: 'hear', editor, line, workspace, told: each });
          going.next = cursor;
        } else if (status === 410 && problemName(JSON.parse(text)) === 'reset') {
          recorder.note({ kind: 'line', editor, line, is: 'reset', workspace });
          over('reset');
        } else if (status === 404) over('not-found');
      };
    },
    over,
  };
}
