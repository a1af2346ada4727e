import type { HistoryEvent, Op, Result, Unstamped } from './event.js';

// Where a run is written down. Whoever looks on (the live view, a file) subscribes; the checker reads it at the end.

export interface Recorder {
  readonly events: readonly HistoryEvent[];
  note(event: Unstamped): void;
  /** Begins a call and answers with what ends it: the first result counts, what comes after is no news. */
  call(editor: string, op: Op, key?: string | null): (result: Result) => void;
  subscribe(listener: (event: HistoryEvent) => void): () => void;
}

export function createRecorder(now: () => number = () => performance.now()): Recorder {
  const began = now();
  const events: HistoryEvent[] = [];
  const listeners = new Set<(event: HistoryEvent) => void>();
  let calls = 0;

  function note(event: Unstamped): void {
    // A microsecond is as exact as anybody can read it.
    const stamped = { at: Math.round((now() - began) * 1_000) / 1_000, ...event } as HistoryEvent;
    events.push(stamped);
    for (const listener of listeners) listener(stamped);
  }

  return {
    events,
    note,
    call(editor, op, key = null) {
      calls += 1;
      const call = calls;
      let isOver = false;
      note({ kind: 'invoke', call, editor, op, key });
      return (result) => {
        if (isOver) return;
        isOver = true;
        note({ kind: 'result', call, result });
      };
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
