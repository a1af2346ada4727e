import type { EventOf } from '../history/event.js';
import type { Figures } from './figures.js';
import { createTimes, type Times } from './spread.js';

// How long it takes until the others hear of a write. A write is known by its key; where a store has none, by the version
// that it made, and then it may be heard of before its author has the answer.

/** So many writes are remembered: what is told later than that was away, and is no delay of the way there. */
const remembered = 20_000;

export interface Deliveries {
  readonly times: Times;
  readonly heard: Figures['heard'];
  /** `again`: with the key of an earlier one. */
  invoked(event: EventOf<'invoke'>): 'first' | 'again';
  /** The write has made this version. */
  made(call: EventOf<'invoke'>, version: number | null, tag: string | null): void;
  opened(editor: string, at: number): void;
  hears(event: EventOf<'hear'>): void;
}

interface Write {
  at: number;
  editor: string;
}

export function createDeliveries(): Deliveries {
  const times = createTimes();
  const heard = { all: 0, own: 0, caughtUp: 0 };
  const writes = new Map<string, Write>();
  const early = new Map<string, Array<{ at: number; editor: string }>>();
  const openSince = new Map<string, number>();

  function reaches(write: Write, editor: string, at: number): void {
    if (editor === write.editor) heard.own += 1;
    else if ((openSince.get(editor) ?? 0) > write.at) heard.caughtUp += 1;
    else times.add(at - write.at);
  }

  return {
    times,
    heard,
    invoked({ key, editor, at }) {
      // Sent again with the same key: the person has waited since the first time.
      if (key !== null && writes.has(key)) return 'again';
      if (key !== null) keep(writes, key, { at, editor });
      return 'first';
    },
    made({ key, at, editor, op }, n, tag) {
      if (key !== null || !('record' in op)) return;
      const name = versionName(op.record, n, tag);
      const write = { at, editor };
      keep(writes, name, write);
      for (const one of early.get(name) ?? []) reaches(write, one.editor, one.at);
      early.delete(name);
    },
    opened: (editor, at) => void openSince.set(editor, at),
    hears({ told, editor, at }) {
      heard.all += 1;
      const name = told.key ?? versionName(told.record, told.version.n, told.version.tag);
      const write = writes.get(name);
      if (write) reaches(write, editor, at);
      else if (told.key === null) {
        const waiting = early.get(name);
        if (waiting) waiting.push({ at, editor });
        else keep(early, name, [{ at, editor }]);
      }
    },
  };
}

/** As a record's name and version: no key looks like it, since it has a line break. */
const versionName = (record: string, n: number | null, tag: string | null): string => `${record}\n${n ?? tag ?? ''}`;

/** What is oldest goes, where it gets too many. */
function keep<T>(map: Map<string, T>, name: string, value: T): void {
  map.set(name, value);
  if (map.size <= remembered) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
