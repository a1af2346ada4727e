import type { EventOf } from '../history/event.js';
import type { Facts } from './facts.js';
import { Findings } from './findings.js';
import { quote, ruleOf, same, tokens } from './values.js';
import type { Check } from './verdict.js';

// C5: the last that somebody typed into a field is in a version of the record, or still unsaved on one of their pages;
// unless they gave it up themselves.

interface Typed {
  event: EventOf<'typed'>;
  place: number;
}

/** Choices after which what was typed may rightly be gone. */
const givenUp = new Set(['theirs', 'discard', 'fields']);

export function typed(facts: Facts): Check {
  const last = new Map<string, Typed>();
  const chose = new Map<string, Array<{ place: number; how: string }>>();
  const unsaved = new Map<string, Array<Readonly<Record<string, unknown>>>>();
  return {
    name: 'typed',
    rule: 'C5',
    see(event) {
      if (event.kind === 'typed') {
        last.set(`${event.editor}\n${event.record}\n${event.field}`, { event, place: facts.place });
      } else if (event.kind === 'chose') {
        const name = `${event.editor}\n${event.record}`;
        chose.set(name, [...(chose.get(name) ?? []), { place: facts.place, how: event.how }].slice(-100));
      } else if (event.kind === 'holds') {
        const user = facts.userOf(event.editor);
        const known = unsaved.get(user) ?? [];
        unsaved.set(user, known);
        if (event.unsaved) known.push(event.unsaved);
      }
    },
    end() {
      const found = new Findings('typed', 'C5');
      if (last.size === 0) return found.end();
      if (facts.run && facts.run.store !== 'stet') return found.end('the page of this store keeps no drafts');
      if (!facts.isWhole) return found.end('the log is not known');
      const written = new Written(facts);
      const destroyed = destroyedBy(facts);
      for (const { event, place } of last.values()) {
        const { editor, record, field, value } = event;
        const user = facts.userOf(editor);
        const keeps = unsaved.get(user);
        const after = (chose.get(`${editor}\n${record}`) ?? []).filter((choice) => choice.place > place);
        const isGivenUp =
          after.some(({ how }) => givenUp.has(how)) || (destroyed.get(`${editor}\n${record}`) ?? -1) > place;
        // Nothing was said of what their pages keep; or they may not save any more.
        if (isGivenUp || !keeps || !facts.access.mayWrite(user, place, facts.place)) continue;
        const isElsewhere = after.some(({ how }) => how === 'copy');
        const missing = written.missing(isElsewhere ? null : record, field, value, keeps);
        found.expect(
          missing === null,
          () => `${editor} typed ${missing} into ${field} of ${record}, and it is neither saved nor kept`,
          record,
          () => [event, ...savesOf(facts, editor, record, place)],
        );
      }
      return found.end();
    },
  };
}

function destroyedBy(facts: Facts): Map<string, number> {
  const places = new Map<string, number>();
  for (const { op, editor, ended, result } of facts.writes) {
    if (op.do === 'destroy' && result?.result.is === 'ok') places.set(`${editor}\n${op.record}`, ended);
  }
  return places;
}

/** What the editor asked for of that record after a place. */
const savesOf = (facts: Facts, editor: string, record: string, place: number) =>
  facts.writes
    .filter((write) => write.editor === editor && write.op.record === record && write.begun > place)
    .slice(0, 2)
    .flatMap(({ invoke, result }) => [invoke, result]);

/** All that has ever stood in a field, of one record or of any. */
class Written {
  readonly #values = new Map<string, Set<unknown>>();
  readonly #tokens = new Map<string, Set<string>>();

  constructor(facts: Facts) {
    for (const { told } of facts.entries) {
      if (!told.fields) continue;
      const names = told.action === 'create' ? Object.keys(told.fields) : told.changed;
      for (const field of names) {
        this.#note(`${told.record}\n${field}`, field, told.fields[field]);
        this.#note(`\n${field}`, field, told.fields[field]);
      }
    }
  }

  /** What of a typed value is nowhere; null where all of it is. `record` null: in any record. */
  missing(record: string | null, field: string, value: unknown, unsaved: readonly Readonly<Record<string, unknown>>[]) {
    const name = `${record ?? ''}\n${field}`;
    const kept = unsaved.map((fields) => fields[field]);
    if (ruleOf(field) === 'replace') {
      const values = this.#values.get(name) ?? new Set();
      if (same(field, value, null) || values.has(value) || kept.some((each) => same(field, value, each))) return null;
      return this.#stood(record, field, value) ? null : quote(value);
    }
    const known = this.#tokens.get(name);
    const isKept = new Set(kept.flatMap(tokens));
    const missing = tokens(value).filter((token) => !known?.has(token) && !isKept.has(token));
    return missing.length === 0 ? null : quote(missing.join(' '));
  }

  /** In another form than it was typed in. */
  #stood(record: string | null, field: string, value: unknown): boolean {
    for (const each of this.#values.get(`${record ?? ''}\n${field}`) ?? []) if (same(field, value, each)) return true;
    return false;
  }

  #note(name: string, field: string, value: unknown): void {
    if (ruleOf(field) === 'replace') {
      const values = this.#values.get(name) ?? new Set();
      this.#values.set(name, values.add(value));
      return;
    }
    const known = this.#tokens.get(name) ?? new Set();
    this.#tokens.set(name, known);
    for (const token of tokens(value)) known.add(token);
  }
}
