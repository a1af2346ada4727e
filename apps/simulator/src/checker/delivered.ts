import type { EventOf, HistoryEvent } from '../history/event.js';
import type { Role } from './access.js';
import { type Audible, audibleIn } from './audible.js';
import type { Facts } from './facts.js';
import { Findings } from './findings.js';
import { type Line, Lines, type Mark } from './lines.js';
import type { Check } from './verdict.js';

// H2: on each line every change that the reader may know of comes once, in order, without a gap from where the line began;
// after a reset, from where it goes on. Who asks for what came after a place has heard all before it. Who is connected
// when all is settled has heard all.

type Heard = EventOf<'hear'>;

/** Asked to hear what came after a place, by one who had got as far as `had`. */
interface Asked {
  event: EventOf<'line'>;
  last: HistoryEvent;
  user: string;
  place: number;
  from: number;
  had: number;
}

export function delivered(facts: Facts): Check {
  const lines = new Lines(facts);
  const skipped: Asked[] = [];
  /** How far each editor has got; after a reset nobody can say, until it asks again. */
  const had = new Map<string, { seq: number; event: HistoryEvent }>();
  let settledAt = Infinity;

  function get(editor: string, seq: number, event: HistoryEvent): void {
    if (seq > (had.get(editor)?.seq ?? Infinity)) had.set(editor, { seq, event });
  }
  function begin(editor: string, seq: number, event: HistoryEvent): void {
    if (!had.has(editor)) had.set(editor, { seq, event });
    else get(editor, seq, event);
  }
  function follow(event: EventOf<'line'>): void {
    const { editor } = event;
    const far = had.get(editor);
    if (event.is === 'asked' && event.from !== null && far && event.from > far.seq) {
      const { from } = event;
      skipped.push({ event, last: far.event, user: facts.userOf(editor), place: facts.place, from, had: far.seq });
    }
    if (event.is === 'asked' && event.from !== null) begin(editor, event.from, event);
    if (event.is === 'open') begin(editor, event.from, event);
    if (event.is === 'reset') had.delete(editor);
  }

  return {
    name: 'delivered',
    rule: 'H2',
    see(event) {
      lines.see(event);
      if (event.kind === 'line') follow(event);
      else if (event.kind === 'hear') get(event.editor, event.told.seq, event);
      else if (event.kind === 'settled') settledAt = facts.place;
      else if (event.kind === 'went' && event.where === 'reload') had.delete(event.editor);
      else if (event.kind === 'result' && event.result.is === 'list') {
        const editor = facts.calls.get(event.call)?.editor;
        if (editor !== undefined && event.result.seq !== null) get(editor, event.result.seq, event);
      }
    },
    end() {
      const found = new Findings('delivered', 'H2');
      const all = lines.all;
      const audible = audibleIn(facts);
      for (const line of all) onTheLine(facts, audible, line, found);
      for (const each of skipped) past(facts, audible, each, found);
      if (facts.isWhole) for (const line of lines.last) toTheHead(facts, audible, line, settledAt, found);
      return found.end(unknownOf(facts, all));
    },
  };
}

function unknownOf(facts: Facts, all: readonly Line[]): string | undefined {
  if (all.length === 0) return 'the store tells nobody of changes';
  if (!facts.isWhole) return 'the log is not known: gaps cannot be told';
  return facts.settled ? undefined : 'the run was not settled: who had not heard all may have heard it later';
}

/** The least that a user may have known between two places; null where that is nothing, or nobody can say. */
function roleOf(facts: Facts, user: string, from: number, to: number): Exclude<Role, null> | null {
  const roles = facts.access.between(user, from, to) ?? [null];
  if (roles.includes(null)) return null;
  return roles.includes('viewer') ? 'viewer' : 'editor';
}

function onTheLine(facts: Facts, audible: Audible, { user, editor, marks }: Line, found: Findings): void {
  let last: number | null = null;
  let before: Mark | null = null;
  for (const mark of marks) {
    const { event, place } = mark;
    if (event.kind === 'line') {
      if (event.is === 'asked' || event.is === 'open') last = event.from;
      else if (event.is === 'reset') last = null;
      before = mark;
    }
    if (event.kind !== 'hear' || event.workspace !== (facts.run?.workspace ?? event.workspace)) continue;
    const { seq } = event.told;
    if (last !== null) ofChange(facts, audible, { user, editor, event, place, last, before }, found);
    else found.proven += 1;
    if (facts.isWhole) isInTheLog(facts, audible, event, found);
    last = Math.max(last ?? 0, seq);
    before = mark;
  }
}

interface Next {
  user: string;
  editor: string;
  event: Heard;
  place: number;
  last: number;
  before: Mark | null;
}

function ofChange(
  facts: Facts,
  audible: Audible,
  { user, editor, event, place, last, before }: Next,
  found: Findings,
): void {
  const { seq, record } = event.told;
  const shown = [before?.event, event];
  if (seq <= last) {
    const isRepeat = before?.event.kind === 'hear' && before.event.told.seq === seq;
    const how = isRepeat ? 'twice' : `after it had got to change ${last}`;
    return found.add(`${editor} was told of change ${seq} ${how}`, record, shown);
  }
  const role = facts.isWhole ? roleOf(facts, user, before?.place ?? place, place) : null;
  const due = role === null ? seq : audible.after(role, last);
  const missed = facts.entries[due - 1]?.told.seq === due ? facts.entries[due - 1] : null;
  found.expect(
    due >= seq,
    () => `${editor} was told of change ${seq} after ${last}, and never of change ${due} in between`,
    missed?.told.record ?? record,
    () => [before?.event, missed, event],
  );
}

/** What somebody was told of has been written, and the log says the same of it. */
function isInTheLog(facts: Facts, audible: Audible, event: Heard, found: Findings): void {
  const { seq, record, version } = event.told;
  const entry = facts.at(record, version.n);
  if (entry?.told.seq === seq) return;
  const isThere = audible.at('editor', seq) !== undefined;
  const what = isThere
    ? `${event.editor} was told that change ${seq} is version ${version.n} of ${record}, and the log has another one there`
    : `${event.editor} was told of change ${seq}, version ${version.n} of ${record}, and there is no such change`;
  found.add(what, record, [event, facts.log], 'V6');
}

/** Going on from a later place than one has got to leaves out what lies between. */
function past(facts: Facts, audible: Audible, asked: Asked, found: Findings): void {
  const { event, last, user, place, from, had } = asked;
  // Access that has come or gone is another beginning, and the page may learn of it by itself.
  if (!facts.isWhole || !facts.access.isSteady(user)) return;
  const role = roleOf(facts, user, place, place);
  const due = role === null ? Infinity : audible.after(role, had);
  const missed = facts.entries[due - 1];
  found.expect(
    due > from,
    () => `${event.editor} went on from change ${from}, had heard up to ${had}, and was never told of change ${due}`,
    missed?.told.record ?? null,
    () => [last, missed, event],
  );
}

function toTheHead(facts: Facts, audible: Audible, line: Line, settledAt: number, found: Findings): void {
  const { user, editor } = line;
  const marks = line.marks.filter(({ place }) => place < settledAt);
  const isOpen = marks.some(({ event }) => event.kind === 'line' && event.is === 'open');
  const final = marks.findLast(({ event }) => event.kind !== 'about');
  if (settledAt === Infinity || !isOpen || !final || final.event.kind === 'about') return;
  const { event } = final;
  if (event.kind === 'line' && event.is !== 'open' && event.is !== 'asked') return;
  const last = event.kind === 'hear' ? event.told.seq : event.from;
  const role = roleOf(facts, user, final.place, settledAt);
  if (role === null || last === null) return;
  const due = audible.after(role, last);
  const missed = facts.entries[due - 1];
  found.expect(
    due === Infinity,
    () => `${editor} is connected, has heard up to change ${last}, and was never told of change ${due}`,
    missed?.told.record ?? null,
    () => [event, missed],
  );
}
