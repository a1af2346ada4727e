import type { Action, How } from '../change.js';
import { type Body, equal, type Resource } from '../resource.js';
import { differences } from './differences.js';
import type { RecordFlaw } from './flaw.js';
import { noValues, type Values } from './values.js';

// One record's history, version by version: whether each follows from the one before, and what became of each value that
// was accepted.

/** A version, as the history keeps it. */
export interface LedgerEntry {
  version: number;
  /** Its place in the log. */
  seq: number;
  action: Action;
  fields: readonly string[];
  /** Who wrote it. */
  by: string;
  at: string;
  body: Body | null;
  how: How | null;
}

/** The record itself, as it is kept beside its history. */
export interface LedgerRow {
  version: number;
  body: Body | null;
  createdAt: string;
  createdBy: string;
  updatedAt: string;
  updatedBy: string;
}

interface Writer {
  version: number;
  by: string;
}

export class RecordLedger {
  readonly #resource: Resource | undefined;
  readonly #flaws: RecordFlaw[] = [];
  readonly #values: Values = noValues();
  /** Whose value stands in each field. */
  readonly #standing = new Map<string, Writer>();
  readonly #tombstones = new Set<number>();
  #first: LedgerEntry | null = null;
  #last: LedgerEntry | null = null;
  #version = 0;
  #seq = 0;
  #missing = 0;

  /** @param resource undefined for one that is not known here: what is empty in it is not known either */
  constructor(resource: Resource | undefined) {
    this.#resource = resource;
  }

  /** In the order of versions. */
  take(entry: LedgerEntry): void {
    const follows = this.#follows(entry);
    if (entry.body === null && entry.action !== 'destroy') this.#lost(entry);
    else if (follows) this.#judge(entry, this.#last);
    else this.#settle(entry, this.#changedSince(this.#last, entry));
    this.#first ??= entry;
    this.#last = entry;
    if (entry.action === 'destroy') this.#tombstones.add(entry.version);
  }

  /** A version that is there, of which a part can't be read. */
  unreadable({ version, seq }: Pick<LedgerEntry, 'version' | 'seq'>, part: string): void {
    this.#follows({ version, seq });
    this.#flaws.push({ kind: 'content-unreadable', version, part });
    this.#values.vanished += 1;
    this.#last = null;
  }

  /** `row`: the record as it stands; null where there is none. `missing`: versions that are not there, of those vanished. */
  end(row: LedgerRow | null): { flaws: RecordFlaw[]; values: Values; missing: number } {
    const last = this.#version;
    if (row && row.version > last) this.#miss(row.version - last);
    this.#values.current += this.#standing.size;
    const flaws = [...this.#flaws];
    if (!row) flaws.push({ kind: 'record-missing', version: last });
    else if (row.version !== last) flaws.push({ kind: 'record-astray', version: row.version, last });
    else {
      const parts = this.#partsThatDiffer(row);
      if (parts.length > 0) {
        flaws.push({ kind: 'record-differs', version: last, parts, destroyed: this.#tombstones.has(last) });
      }
    }
    return { flaws, values: this.#values, missing: this.#missing };
  }

  #miss(versions: number): void {
    this.#missing += versions;
    this.#values.vanished += versions;
  }

  /** Whether it is the very next version, so that it can be judged by the one before. */
  #follows({ version, seq }: Pick<LedgerEntry, 'version' | 'seq'>): boolean {
    const [from, to] = [this.#version + 1, version - 1];
    if (from <= to) {
      this.#flaws.push({ kind: 'version-missing', version, from, to });
      this.#miss(to - from + 1);
    }
    if (seq <= this.#seq) this.#flaws.push({ kind: 'version-out-of-order', version, seq, after: this.#seq });
    const isAfterKnown = this.#last !== null || this.#version === 0;
    this.#version = version;
    this.#seq = seq;
    return from > to && isAfterKnown;
  }

  #lost({ version }: LedgerEntry): void {
    this.#flaws.push({ kind: 'content-missing', version });
    this.#values.vanished += 1;
  }

  #judge(entry: LedgerEntry, before: LedgerEntry | null): void {
    const { version, action, body, fields, how } = entry;
    const upon = before === null ? 'nothing' : before.action === 'destroy' ? 'a tombstone' : 'a live record';
    const isNew = upon !== 'a live record';
    if ((action === 'create') !== isNew) this.#flaws.push({ kind: 'action-impossible', version, action, upon });
    if (upon === 'a tombstone' && !how?.restored) this.#flaws.push({ kind: 'came-back', version });
    this.#judgeBases(entry);
    if (action === 'destroy') {
      if (body !== null) this.#flaws.push({ kind: 'tombstone-with-content', version });
      return this.#settle(entry, [...this.#standing.keys()]);
    }
    // What stood there has no content itself: that was said already, and nothing can be held against it.
    if (body !== null && (isNew || before?.body)) this.#compare(entry, isNew ? null : (before?.body ?? null));
    this.#settle(entry, fields);
  }

  #compare({ version, body, fields }: LedgerEntry, before: Body | null): void {
    if (body === null || (before === null && !this.#resource)) return;
    const { unsaid, untrue } = differences(this.#resource, before, body, fields);
    if (unsaid.length > 0) this.#flaws.push({ kind: 'change-unsaid', version, fields: unsaid });
    if (before !== null && fields.length === 0) this.#flaws.push({ kind: 'change-empty', version });
    if (untrue.length > 0) this.#flaws.push({ kind: 'change-untrue', version, fields: untrue });
  }

  #judgeBases({ version, how }: LedgerEntry): void {
    if (how === null) return;
    const { combined, over } = how;
    // What stood there when it was written is the version before.
    if (over && !combined && over.seen < version - 1) {
      this.#flaws.push({ kind: 'combined-unsaid', version, seen: over.seen });
    }
    const bases = [combined?.base, over?.seen, how.restored?.version];
    for (const base of bases) {
      if (base !== undefined && (base >= version || this.#tombstones.has(base))) {
        this.#flaws.push({ kind: 'base-impossible', version, base });
      }
    }
  }

  /** What becomes of the values that stood in these fields, and whose stand there now. */
  #settle({ version, by, how, action }: LedgerEntry, fields: readonly string[]): void {
    // Without a word of another one it was written upon what its author had started from: the guard lets no other through.
    const base = how?.combined?.base ?? version - 1;
    const writer = { version, by };
    for (const field of fields) {
      const before = this.#standing.get(field);
      if (before) {
        const isKnown = before.version <= base || before.by === by || isSaidOver(how, field);
        this.#values[isKnown ? 'replaced' : 'recoverable'] += 1;
      }
      if (action === 'destroy') this.#standing.delete(field);
      else this.#standing.set(field, writer);
    }
  }

  /** Across a gap, nobody knows who changed what. */
  #changedSince(before: LedgerEntry | null, { body, fields }: LedgerEntry): readonly string[] {
    if (body === null) return [...this.#standing.keys()];
    const others = [...this.#standing.keys()].filter((name) => !before?.body || !equal(before.body[name], body[name]));
    return [...new Set([...fields, ...others])];
  }

  #partsThatDiffer({ body, createdAt, createdBy, updatedAt, updatedBy }: LedgerRow): string[] {
    const [first, last] = [this.#first, this.#last];
    // Of what can't be read, or has no content, nothing more is to be said.
    if (!last) return [];
    const parts = last.action === 'destroy' || last.body ? contentParts(body, last.body) : [];
    if (updatedAt !== last.at) parts.push('updatedAt');
    if (updatedBy !== last.by) parts.push('updatedBy');
    if (first?.version === 1 && createdAt !== first.at) parts.push('createdAt');
    if (first?.version === 1 && createdBy !== first.by) parts.push('createdBy');
    return parts;
  }
}

const isSaidOver = (how: How | null, field: string): boolean =>
  how?.over?.whose.some(({ fields }) => fields.includes(field)) ?? false;

function contentParts(row: Body | null, last: Body | null): string[] {
  if (row === last) return [];
  if (row === null || last === null) return ['all of its content'];
  return [...new Set([...Object.keys(row), ...Object.keys(last)])].filter((name) => !equal(row[name], last[name]));
}
