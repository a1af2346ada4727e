import type { EventOf, HistoryEvent, Told } from '../history/event.js';
import { mayWrite, type Role } from './access.js';
import { type Audible, audibleIn, type Hearing } from './audible.js';
import type { Entry } from './call.js';
import type { Facts } from './facts.js';
import { Findings } from './findings.js';
import { isToldAsGone } from './leaks.js';
import { type Line, Lines, type Mark } from './lines.js';
import type { Check } from './verdict.js';

// H2: on each line every change that the reader may know of comes once, in order, without a gap from where the line began;
// after a reset, from where it goes on. Who asks for what came after a place has heard all before it. Who is connected
// when all is settled has heard all. What is told of a change is what the log says of it, and not before it was asked for.

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
  const joined = new Map<string, number>();
  const firstHeard = new Map<number, number>();
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
      else if (event.kind === 'editor' && !joined.has(event.user)) joined.set(event.user, facts.place);
      else if (event.kind === 'hear') {
        get(event.editor, event.told.seq, event);
        if (!firstHeard.has(event.told.seq)) firstHeard.set(event.told.seq, facts.place);
      } else if (event.kind === 'settled') settledAt = facts.place;
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
      // Whoever was told of before they joined may have had another name then.
      const isNamed = (user: string, seq: number) => (joined.get(user) ?? -1) <= (firstHeard.get(seq) ?? 0);
      for (const line of all) onTheLine(facts, audible, line, isNamed, found);
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

type IsNamed = (user: string, seq: number) => boolean;

function onTheLine(facts: Facts, audible: Audible, line: Line, isNamed: IsNamed, found: Findings): void {
  const { user, editor, marks } = line;
  const asked = marks[0]?.place ?? 0;
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
    if (facts.isWhole) {
      const roles = facts.access.between(user, Math.max(asked, audible.notBefore(seq)), place);
      isInTheLog(facts, audible, { event, place, roles, isNamed }, found);
    }
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

interface Delivery {
  event: Heard;
  place: number;
  /** What its reader may have been allowed meanwhile; null where nobody has said. */
  roles: readonly Role[] | null;
  isNamed: IsNamed;
}

/** What somebody was told of has been written, and the log says the same of it. */
function isInTheLog(facts: Facts, audible: Audible, delivery: Delivery, found: Findings): void {
  const { event, place } = delivery;
  const { seq, record, version } = event.told;
  const entry = facts.at(record, version.n);
  if (entry?.told.seq === seq) {
    const flaw = flawOf(entry.told, audible.at('viewer', seq), delivery);
    if (flaw !== null) {
      found.add(`${event.editor} was told of change ${seq}, of ${record}, ${flaw}`, record, [event, entry]);
    } else if (place < begunAt(facts, entry)) {
      const what = `${event.editor} was told of change ${seq}, of ${record}, before anybody had asked for it`;
      found.add(what, record, [event, facts.makerOf(entry)?.invoke, entry]);
    } else found.proven += 1;
    return;
  }
  const isThere = audible.at('editor', seq) !== undefined;
  const what = isThere
    ? `${event.editor} was told that change ${seq} is version ${version.n} of ${record}, and the log has another one there`
    : `${event.editor} was told of change ${seq}, version ${version.n} of ${record}, and there is no such change`;
  found.add(what, record, [event, facts.log], 'V6');
}

/** What is told otherwise than it stands in the log; the content is judged by `contents`. */
function flawOf(entry: Told, viewer: Hearing | undefined, { event, roles, isNamed }: Delivery): string | null {
  const { told } = event;
  // More than a viewer may hear, `leaks` tells.
  if (viewer === 'gone' && isToldAsGone(told) && (roles?.some((role) => !mayWrite(role)) ?? true)) return null;
  const isWho = (a: string, b: string) => a === b || !isNamed(b, entry.seq);
  if (told.action !== entry.action) return `as one that ${verbs[told.action]} it, and it ${verbs[entry.action]} it`;
  if (told.fields === null && entry.fields !== null) return 'without its content';
  if (!isWho(told.by, entry.by)) return `as one by ${told.by || 'nobody'}, and it is by ${entry.by}`;
  if (!sameList(told.changed, entry.changed))
    return `as a change of ${listOf(told.changed)}, and it is one of ${listOf(entry.changed)}`;
  if (told.key !== entry.key) return 'with another key than it was asked for with';
  const [combined, inLog] = [told.combined, entry.combined];
  if (combined?.base !== inLog?.base || !sameList(combined?.with ?? [], inLog?.with ?? [], isWho)) {
    return 'and not with whose changes it was combined';
  }
  const isSameOver =
    (told.over ?? []).length === (entry.over ?? []).length &&
    (told.over ?? []).every(({ user, fields }, at) => {
      const due = entry.over?.[at];
      return due !== undefined && isWho(user, due.user) && sameList(fields, due.fields);
    });
  return isSameOver ? null : 'and not whose values it has replaced';
}

const verbs = { create: 'creates', update: 'changes', destroy: 'deletes' } as const;
const listOf = (names: readonly string[]): string => names.join(', ') || 'nothing';
const sameList = (
  a: readonly string[],
  b: readonly string[],
  isSame: (a: string, b: string) => boolean = (a, b) => a === b,
): boolean => a.length === b.length && a.every((each, at) => isSame(each, b[at] ?? ''));

/** The place at which the first try of it was sent; only a key tells for certain which write it was. */
function begunAt(facts: Facts, { told }: Entry): number {
  let place = Infinity;
  for (const { begun, op } of facts.groupOf(told.by, told.key)?.writes ?? []) {
    if (op.record === told.record) place = Math.min(place, begun);
  }
  return place === Infinity ? 0 : place;
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
