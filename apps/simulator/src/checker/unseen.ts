import type { EventOf, Fields, HistoryEvent } from '../history/event.js';
import { type Call, doneOf, isWrite, type Write, type WriteOp } from './call.js';
import type { Facts } from './facts.js';
import { Findings } from './findings.js';
import { added, lacking, quote, ruleOf, same } from './values.js';
import type { Check } from './verdict.js';

// V2, where there is no log: a value that somebody typed and that was acknowledged is gone, as a later reading shows, and
// nobody who had seen it has typed into that field since. Then somebody saved over it unseen.

/** An acknowledged value that nobody is known to have replaced. */
interface Claim {
  write: Write;
  value: unknown;
  /** Of a text or a list: the words or entries that it has put in; null for a value that replaces. */
  words: readonly string[] | null;
  /** By editor, since when they have seen it. */
  seen: Map<string, number>;
  isReplaced: boolean;
}

interface FieldState {
  claims: Claim[];
  /** The writes that brought a value here, newest last. */
  writers: Array<{ write: Write; value: unknown }>;
}

/** Readings retire claims; where nobody reads, the oldest are let go. */
const most = 64;

export function unseen(facts: Facts): Check {
  const found = new Findings('lost-update', 'V2');
  const records = new Map<string, Map<string, FieldState>>();
  /** When an editor typed into a field, chose, or read a record last. */
  const typedAt = new Map<string, number>();
  const choseAt = new Map<string, number>();
  const lastRead = new Map<string, Call>();
  const readBefore = new Map<Write, Call | undefined>();

  function state(record: string, field: string): FieldState {
    const fields = records.get(record) ?? new Map<string, FieldState>();
    records.set(record, fields);
    const known = fields.get(field) ?? { claims: [], writers: [] };
    fields.set(field, known);
    return known;
  }

  /** Whoever types into a field after seeing what stood there has replaced it knowingly. */
  function begin(write: Write): void {
    const { op, editor } = write;
    readBefore.set(write, lastRead.get(`${editor}\n${op.record}`));
    for (const field of typedIn(op) ?? [...(records.get(op.record)?.keys() ?? [])]) {
      const acted = Math.max(
        typedAt.get(`${editor}\n${op.record}\n${field}`) ?? -1,
        choseAt.get(`${editor}\n${op.record}`) ?? -1,
      );
      const since = acted < 0 || op.do !== 'update' ? write.begun : acted;
      for (const claim of state(op.record, field).claims) {
        if ((claim.seen.get(editor) ?? Infinity) < since) claim.isReplaced = true;
      }
    }
    if (op.do !== 'create' && op.do !== 'update') return;
    for (const [field, value] of Object.entries(op.set)) {
      const { writers } = state(op.record, field);
      writers.push({ write, value });
      if (writers.length > most) writers.shift();
    }
  }

  function claim(write: Write): void {
    const { op, editor, begun } = write;
    if (op.do !== 'create' && op.do !== 'update') return;
    const before = readBefore.get(write)?.result?.result;
    const from = before?.is === 'ok' ? before.fields : null;
    for (const field of typedIn(op) ?? []) {
      const { claims } = state(op.record, field);
      const value = op.set[field];
      const words = ruleOf(field) === 'replace' ? null : added(from?.[field], value);
      // A value that was there before proves nothing when it is there no more, nor does one that says nothing.
      if (same(field, value, from?.[field]) || same(field, value, null) || words?.length === 0) continue;
      claims.push({ write, value, words, seen: new Map([[editor, begun]]), isReplaced: false });
      if (claims.length > most) claims.shift();
    }
  }

  /** What somebody sees of a record, in an answer to what they asked after `since`. */
  function look(
    record: string,
    fields: Fields,
    by: { editor: string | null; since: number; shown: HistoryEvent[] },
  ): void {
    for (const [field, known] of records.get(record) ?? []) {
      if (known.claims.length === 0) continue;
      const value = fields[field];
      known.claims = known.claims.filter((each) => {
        const isThere = each.words
          ? lacking(value, each.words).length < each.words.length
          : same(field, value, each.value);
        if (isThere) {
          if (by.editor !== null && !each.seen.has(by.editor)) each.seen.set(by.editor, facts.place);
          return true;
        }
        if (each.write.ended >= by.since) return true;
        if (each.isReplaced) found.proven += 1;
        else lost(record, field, each, value, by.shown);
        return false;
      });
    }
  }

  function lost(record: string, field: string, gone: Claim, value: unknown, shown: readonly HistoryEvent[]): void {
    const { write } = gone;
    const writers = state(record, field).writers.filter(
      (each) => each.write !== write && same(field, each.value, value),
    );
    const other = (writers.findLast((each) => each.write.ended > write.begun) ?? writers.at(-1))?.write;
    const typedIt = other && (typedIn(other.op)?.includes(field) ?? true);
    const what = gone.words ? lacking(value, gone.words).join(' ') : gone.value;
    const how = typedIt ? 'had not seen it' : 'had never typed there';
    const by = other ? `, overwritten by ${other.user}, who ${how}` : '';
    const [mine, theirs] = [readBefore.get(write), other && readBefore.get(other)];
    found.add(
      `${write.user} saved ${quote(what)} as ${field} of ${record} and was told so, and it is gone${by}`,
      record,
      [
        ...(mine ? [mine.invoke, mine.result] : []),
        ...(theirs ? [theirs.invoke, theirs.result] : []),
        ...[write.invoke, write.result, other?.invoke, other?.result],
        ...shown,
      ],
    );
  }

  function answer(call: Call, event: EventOf<'result'>): void {
    const { result } = event;
    const by = { editor: call.editor, since: call.begun, shown: [call.invoke, event] };
    if (call.op.do === 'list') {
      if (result.is === 'list') for (const { record, fields } of result.records) look(record, fields, by);
      return;
    }
    const { record } = call.op;
    if (call.op.do === 'read') lastRead.set(`${call.editor}\n${record}`, call);
    const standing =
      result.is === 'refused' ? result.current?.fields : call.op.do === 'read' ? doneOf(call)?.fields : null;
    if (standing) look(record, standing, by);
    // A record that is gone was destroyed: that is another question.
    else if (call.op.do === 'read' && (result.is === 'ok' || result.is === 'refused')) records.delete(record);
    if (isWrite(call) && result.is === 'ok') claim(call);
  }

  return {
    name: 'lost-update',
    rule: 'V2',
    see(event) {
      // Stet has a log, which says more.
      if (facts.run?.store === 'stet') return;
      if (event.kind === 'typed') typedAt.set(`${event.editor}\n${event.record}\n${event.field}`, facts.place);
      else if (event.kind === 'chose') choseAt.set(`${event.editor}\n${event.record}`, facts.place);
      else if (event.kind === 'hear' && event.told.fields) {
        look(event.told.record, event.told.fields, { editor: event.editor, since: -1, shown: [event] });
      } else if (event.kind === 'stands' && event.fields) {
        look(event.record, event.fields, { editor: null, since: facts.place, shown: [event] });
      } else if (event.kind === 'invoke' || event.kind === 'result') {
        const call = facts.calls.get(event.call);
        if (!call) return;
        if (event.kind === 'result') {
          if (call.result === event) answer(call, event);
        } else if (isWrite(call)) begin(call);
      }
    },
    end: () => (facts.isWhole ? new Findings('lost-update', 'V2').end() : found.end()),
  };
}

/** Null for all fields. */
function typedIn(op: WriteOp): readonly string[] | null {
  switch (op.do) {
    case 'create':
      return Object.keys(op.set);
    case 'update':
      return op.typed;
    case 'restore':
      return op.fields ?? null;
    case 'destroy':
      return null;
  }
}
