import type { HistoryEvent } from '../history/event.js';

// Who has heard all of the log by now, as the history tells it.

export interface Hearing {
  /** Whether each line that is open for this editor has told it all up to the log's head. */
  isUpToDate(editor: string): boolean;
}

/** Reads on in the events each time that it is asked. */
export function createHearing(events: readonly HistoryEvent[]): Hearing {
  /** By editor and line: the place in the log up to which it has told; null where it said that it cannot prove more. */
  const lines = new Map<string, Map<number, number | null>>();
  let head = 0;
  let read = 0;

  function see(event: HistoryEvent): void {
    if (event.kind === 'log') head = event.head;
    if (event.kind !== 'line' && event.kind !== 'hear') return;
    const own = lines.get(event.editor) ?? new Map<number, number | null>();
    lines.set(event.editor, own);
    const before = own.get(event.line);
    if (event.kind === 'hear') {
      if (typeof before === 'number') own.set(event.line, Math.max(before, event.told.seq));
    } else if (event.is === 'open') own.set(event.line, event.from);
    else if (event.is === 'reset') own.set(event.line, null);
    else if (event.is === 'over') own.delete(event.line);
  }

  return {
    isUpToDate(editor) {
      for (; read < events.length; read += 1) see(events[read] as HistoryEvent);
      return [...(lines.get(editor)?.values() ?? [])].every((told) => told === null || told >= head);
    },
  };
}
