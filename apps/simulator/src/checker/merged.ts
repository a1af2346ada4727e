import type { Fields } from '../history/event.js';
import type { Entry, Write } from './call.js';
import { callOf } from './changed.js';
import type { Facts } from './facts.js';
import { atTheEnd, type Findings } from './findings.js';
import { added, lacking, quote, ruleOf, same, tokens } from './values.js';
import type { Check } from './verdict.js';

// M1: a version that was combined of two edits holds what both have done: of a field that one side changed, its value;
// of a text or a list that both changed, every word or entry that either has put in.

export const merged = (facts: Facts): Check =>
  atTheEnd('merged', 'M1', (found) => {
    for (const entry of facts.entries) {
      const maker = facts.makerOf(entry);
      if (maker?.op.do === 'update') ofEntry(facts, entry, maker, maker.op.base?.n ?? null, found);
    }
    return facts.isWhole ? undefined : 'the log is not known';
  });

function ofEntry(facts: Facts, entry: Entry, maker: Write, base: number | null, found: Findings): void {
  const { record, version, fields } = entry.told;
  if (version.n === null || base === null || base >= version.n - 1 || maker.op.do !== 'update' || !fields) return;
  const [from, theirs] = [facts.at(record, base), facts.at(record, version.n - 1)];
  if (!from?.told.fields || !theirs?.told.fields) return;
  const mine = { ...from.told.fields, ...maker.op.set };
  for (const field of new Set([...Object.keys(fields), ...Object.keys(mine), ...Object.keys(theirs.told.fields)])) {
    const flaw = flawOf(field, { base: from.told.fields, mine, theirs: theirs.told.fields, is: fields });
    const theirEntry = () => writerOf(facts, record, field, base, version.n ?? 0) ?? theirs;
    found.expect(
      flaw === null,
      () =>
        entry.told.combined
          ? `Version ${version.n} of ${record} combines what ${entry.told.by} and ${theirEntry().told.by} had done, and in ${field} it ${flaw}`
          : `${entry.told.by} saved ${record} based on version ${base} and overwrote what ${theirEntry().told.by} had saved since: ${field} ${flaw}`,
      record,
      () => [...callOf(facts, theirEntry()), ...callOf(facts, entry), entry],
      entry.told.combined ? 'M1' : 'V2',
    );
  }
}

/** Who has changed a field last, after one version and before another. */
export function writerOf(facts: Facts, record: string, field: string, after: number, before: number): Entry | null {
  for (let version = before - 1; version > after; version -= 1) {
    const entry = facts.at(record, version);
    if (entry && (entry.told.action !== 'update' || entry.told.changed.includes(field))) return entry;
  }
  return null;
}

interface Sides {
  base: Fields;
  mine: Fields;
  theirs: Fields;
  is: Fields;
}

function flawOf(field: string, sides: Sides): string | null {
  const [base, mine, theirs, is] = [sides.base[field], sides.mine[field], sides.theirs[field], sides.is[field]];
  if (same(field, mine, theirs) || same(field, base, mine)) {
    return same(field, is, theirs) ? null : `has ${quote(is, theirs)} instead of ${quote(theirs, is)}`;
  }
  if (same(field, base, theirs)) return same(field, is, mine) ? null : `has ${quote(is)} instead of ${quote(mine)}`;
  const rule = ruleOf(field);
  if (rule === 'replace') return `has ${quote(is)}, though one had saved ${quote(theirs)} and the other ${quote(mine)}`;
  const missing = lacking(is, [...added(base, mine), ...added(base, theirs)]);
  if (missing.length > 0) return `lacks ${quote(missing)}`;
  // In a text, what one side took out may have been moved by the other: that is no proof.
  const back = rule === 'text' ? [] : takenOut(base, mine, theirs).filter((token) => tokens(is).includes(token));
  return back.length > 0 ? `still has ${quote(back)}, which was taken out` : null;
}

/** Entries that one side took out and the other left as they were. */
function takenOut(base: unknown, mine: unknown, theirs: unknown): string[] {
  const count = (value: unknown, token: string) => tokens(value).filter((each) => each === token).length;
  return tokens(base).filter((token) => {
    const [b, m, t] = [count(base, token), count(mine, token), count(theirs, token)];
    return (m === 0 && t === b) || (t === 0 && m === b);
  });
}
