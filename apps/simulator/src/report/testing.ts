import type { HistoryEvent, Told, Unstamped } from '../history/event.js';
import { randomOf } from '../random.js';

// A history that nobody has run, for tests of what is made of one: editors save in turn, some are combined, some refused.

export interface MadeUp {
  editors: number;
  /** Milliseconds. */
  lasts: number;
  /** Milliseconds between two saves of all together. */
  every: number;
  seed?: number;
}

export function madeUpHistory({ editors, lasts, every, seed = 1 }: MadeUp): HistoryEvent[] {
  const random = randomOf(seed);
  const events: HistoryEvent[] = [];
  const note = (at: number, event: Unstamped) => void events.push({ at, ...event } as HistoryEvent);
  const names = Array.from({ length: editors }, (_, place) => `editor-${place + 1}`);
  names.forEach((editor, place) => {
    note(0, { kind: 'editor', editor, user: `person-${place + 1}` });
    note(0, { kind: 'line', editor, line: 1, is: 'open', from: 0, workspaces: ['w'] });
  });
  let [call, n] = [0, 1];
  for (let at = every; at < lasts; at += every) {
    call += 1;
    const editor = random.pick(names);
    const key = `key-${call}`;
    const base = { n, tag: null };
    const took = 2 * 2 ** (6 * random.next() ** 3);
    const set = { title: `w${call}` };
    note(at, { kind: 'typed', editor, record: 'book-1', field: 'title', value: set.title });
    note(at, {
      kind: 'invoke',
      call,
      editor,
      key,
      op: { do: 'update', record: 'book-1', set, typed: ['title'], base },
    });
    if (random.chance(0.1)) {
      note(at + took, { kind: 'result', call, result: { is: 'refused', why: 'stale', status: 412 } });
      note(at + took + 1, { kind: 'chose', editor, record: 'book-1', how: random.pick(['mine', 'theirs']), over: n });
      continue;
    }
    n += 1;
    const version = { n, tag: `"${n}"` };
    const receipt = random.chance(0.2) ? { receipt: { with: ['person-1'], fields: ['title'] } } : {};
    note(at + took, { kind: 'result', call, result: { is: 'ok', version, fields: set, ...receipt } });
    const about = { seq: n, record: 'book-1', version, changed: ['title'], by: editor };
    const told: Told = { ...about, action: 'update', fields: set, key };
    for (const reader of names.slice(0, 20)) {
      note(at + took + 3 * random.next(), { kind: 'hear', editor: reader, line: 1, workspace: 'w', told });
    }
    if (random.chance(0.05)) {
      const back = random.pick(names);
      note(at + took, { kind: 'fault', what: 'cut', editor: back });
      note(at + took, { kind: 'line', editor: back, line: 1, is: 'over', why: 'cut' });
      note(at + took + 20, { kind: 'line', editor: back, line: 2, is: 'open', from: n, workspaces: ['w'] });
    }
  }
  note(lasts / 3, { kind: 'fault', what: 'kill server 1' });
  note(lasts / 2, { kind: 'fault', what: 'restart server 1' });
  events.sort((one, other) => one.at - other.at);
  note(events.at(-1)?.at ?? 0, { kind: 'settled' });
  return events;
}
