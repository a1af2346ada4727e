import type { Entry, Write } from './call.js';
import type { Facts } from './facts.js';
import { atTheEnd, type Findings } from './findings.js';
import { differing, quote, same } from './values.js';
import type { Check } from './verdict.js';

// V2, where the log is known (`unseen` judges where it is not): each version is the one before it and what its writer has
// typed. Whatever else has changed was somebody's saved work, overwritten by a person who never touched it.

export const changed = (facts: Facts): Check =>
  atTheEnd('lost-update', 'V2', (found) => {
    for (const history of facts.histories.values()) ofHistory(facts, history, found);
    return facts.isWhole || facts.run?.store !== 'stet' ? undefined : 'the log is not known';
  });

function ofHistory(facts: Facts, history: readonly Entry[], found: Findings): void {
  /** By field: the version that wrote it last. */
  const last = new Map<string, Entry>();
  let before: Entry | null = null;
  for (const entry of history) {
    if (before) ofStep(facts, before, entry, last, found);
    const names = entry.told.action === 'create' ? Object.keys(entry.told.fields ?? {}) : entry.told.changed;
    for (const field of names) last.set(field, entry);
    before = entry;
  }
}

function ofStep(facts: Facts, before: Entry, entry: Entry, last: ReadonlyMap<string, Entry>, found: Findings): void {
  const [was, is] = [before.told, entry.told];
  if (was.fields === null || is.fields === null || is.version.n !== (was.version.n ?? 0) + 1) return;
  const maker = facts.makerOf(entry);
  const mayChange = maker ? typedBy(maker) : is.changed;
  for (const field of differing(was.fields, is.fields)) {
    const [old, now] = [was.fields[field], is.fields[field]];
    if (mayChange !== null && !mayChange.includes(field)) {
      const author = last.get(field) ?? before;
      const names = `${field} was ${quote(old, now)}, as ${author.told.by} had saved it, and is ${quote(now, old)}`;
      found.add(
        `With version ${is.version.n} of ${is.record} by ${is.by}, ${names}, though ${is.by} had not typed it`,
        is.record,
        [...callOf(facts, author), ...callOf(facts, entry)],
      );
    } else if (!is.changed.includes(field)) {
      found.add(
        `Version ${is.version.n} of ${is.record} changes ${field} from ${quote(old)} to ${quote(now)} and does not say so`,
        is.record,
        [before, entry],
      );
    } else found.proven += 1;
  }
  if (maker) asTyped(facts, maker, before, entry, found);
}

/** On top of what its author has seen, every value stands as it was typed. What was combined is judged by `merged`. */
function asTyped(facts: Facts, { op, invoke, result }: Write, before: Entry, entry: Entry, found: Findings): void {
  if (op.do !== 'update' || op.base?.n !== before.told.version.n) return;
  const { fields, record, version, by } = entry.told;
  for (const field of op.typed) {
    found.expect(
      same(field, op.set[field], fields?.[field]),
      () =>
        `${by} saved ${quote(op.set[field], fields?.[field])} as ${field} of ${record}, and version ${version.n} of it has ${quote(fields?.[field], op.set[field])}`,
      record,
      () => [invoke, result, facts.at(record, version.n)],
      'V6',
    );
  }
}

/** The fields that this write may change; null for any. */
function typedBy({ op }: Write): readonly string[] | null {
  switch (op.do) {
    case 'update':
      return op.typed;
    case 'restore':
      return op.fields ?? null;
    default:
      return null;
  }
}

/** What shows a version best: the call that made it, or else its line in the log. */
export function callOf(facts: Facts, entry: Entry) {
  const maker = facts.makerOf(entry);
  return maker?.result ? [maker.invoke, maker.result] : [maker?.invoke, entry];
}
