import type { Fields, Result, Told } from '../history/event.js';
import type { WriteOp } from './call.js';
import { added, differing, lacking, ruleOf, same } from './values.js';

// A tiny store that keeps every rule, for the tests of the checker: what a right history is made of.

export const tagOf = (n: number) => ({ n, tag: `${n}-epoch` });

/** What both sides come to in one field; undefined where a person must decide. */
function combined(field: string, base: unknown, mine: unknown, theirs: unknown): unknown {
  if (same(field, base, theirs) || same(field, mine, theirs)) return mine;
  if (same(field, base, mine)) return theirs;
  if (
    ruleOf(field) === 'replace' ||
    lacking(mine, added(null, base)).length + lacking(theirs, added(null, base)).length > 0
  ) {
    return undefined;
  }
  const more = lacking(theirs, added(base, mine));
  return Array.isArray(theirs) ? [...theirs, ...more].sort() : [theirs, ...more].join(' ');
}

/** Who has written a field last, after one version and up to another. */
function writerIn(history: readonly Told[], field: string, after: number, upTo: number): string {
  return (
    history.slice(after, upTo).findLast(({ action, changed }) => action !== 'update' || changed.includes(field))?.by ??
    ''
  );
}

export class ModelStore {
  readonly log: Told[] = [];
  readonly #histories = new Map<string, Told[]>();
  readonly #kept = new Map<string, Result>();

  history(record: string): readonly Told[] {
    return this.#histories.get(record) ?? [];
  }

  last(record: string): Told | undefined {
    return this.history(record).at(-1);
  }

  get records(): string[] {
    return [...this.#histories.keys()];
  }

  write(op: WriteOp, user: string, key: string): Result {
    const name = `${user} ${key}`;
    const first = this.#kept.get(name);
    if (first) return first;
    const result = this.#decide(op, user, key);
    if (result.is === 'ok') this.#kept.set(name, result);
    return result;
  }

  #decide(op: WriteOp, user: string, key: string): Result {
    const now = this.last(op.record);
    if (op.do === 'create') {
      if (now) return { is: 'refused', why: 'taken', status: 409 };
      return this.#append(op.record, 'create', op.set, { by: user, key, changed: Object.keys(op.set) });
    }
    if (!now) return { is: 'refused', why: 'absent', status: 404 };
    const current = { version: now.version, fields: now.fields };
    const stale: Result = { is: 'refused', why: 'stale', status: 412, current };
    const base = op.base?.n ?? 0;
    const isCurrent = base === now.version.n;
    if (op.do === 'update') {
      if (now.fields === null) return isCurrent ? { ...stale, why: 'gone', status: 410 } : stale;
      return this.#update(op, user, key, now, base) ?? stale;
    }
    if (!isCurrent) return stale;
    if (op.do === 'destroy') {
      if (now.fields === null) return { ...stale, why: 'gone', status: 410 };
      return this.#append(op.record, 'destroy', null, { by: user, key, changed: [] });
    }
    const old = this.history(op.record)[op.version - 1]?.fields;
    if (!old) return { is: 'refused', why: 'invalid', status: 422 };
    const changed = differing(now.fields ?? {}, old);
    if (now.fields && changed.length === 0)
      return { is: 'ok', version: now.version, fields: now.fields, unchanged: true };
    return this.#append(op.record, now.fields ? 'update' : 'create', old, { by: user, key, changed });
  }

  #update(op: WriteOp & { do: 'update' }, user: string, key: string, now: Told, base: number): Result | null {
    const history = this.history(op.record);
    const [seen, start] = [history[base - 1]?.fields, history[(op.started?.n ?? base) - 1]?.fields];
    if (!seen || !start || !now.fields) return null;
    const after: Record<string, unknown> = { ...now.fields };
    for (const [field, mine] of Object.entries(op.set)) {
      const value = combined(field, seen[field], mine, now.fields[field]);
      if (value === undefined) return null;
      after[field] = value;
    }
    const changed = differing(now.fields, after);
    if (changed.length === 0) return { is: 'ok', version: now.version, fields: now.fields, unchanged: true };
    const from = op.started?.n ?? base;
    const over = new Map<string, string[]>();
    for (const [field, mine] of Object.entries(op.set)) {
      if (same(field, start[field], seen[field]) || same(field, mine, seen[field])) continue;
      const isLost = ruleOf(field) === 'replace' || lacking(mine, added(start[field], seen[field])).length > 0;
      const writer = isLost ? writerIn(history, field, from, base) : user;
      if (writer !== user) over.set(writer, [...(over.get(writer) ?? []), field]);
    }
    const others = [...new Set(history.slice(from).map(({ by }) => by))].filter((by) => by !== user);
    const isCombined = base < (now.version.n ?? 0) || (from < base && others.length > 0);
    return this.#append(op.record, 'update', after, {
      by: user,
      key,
      changed,
      ...(isCombined ? { combined: { base: from, with: others } } : {}),
      ...(over.size > 0 ? { over: [...over].map(([whose, fields]) => ({ user: whose, fields })) } : {}),
    });
  }

  #append(
    record: string,
    action: Told['action'],
    fields: Fields | null,
    how: Pick<Told, 'by' | 'key' | 'changed' | 'combined' | 'over'>,
  ): Result {
    const history = this.#histories.get(record) ?? [];
    this.#histories.set(record, history);
    // An answer tells of all that was saved since, whoever it was by.
    const since = history.slice(how.combined?.base ?? 0).map(({ by }) => by);
    const version = tagOf(history.length + 1);
    const told: Told = { seq: this.log.length + 1, record, action, version, fields, ...how };
    history.push(told);
    this.log.push(told);
    const receipt = how.combined && { with: [...new Set(since)], fields: how.changed };
    return { is: 'ok', version, fields, ...(receipt ? { receipt } : {}) };
  }
}
