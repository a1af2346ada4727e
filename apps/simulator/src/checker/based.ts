import { baseOf, type Done, doneOf, type Entry, isUnchanged, type Write } from './call.js';
import type { Facts } from './facts.js';
import { Findings } from './findings.js';
import { writerOf } from './merged.js';
import { differing, ruleOf, same } from './values.js';
import type { Check } from './verdict.js';

// V2 and V3: an accepted write names the version before the one that it made, or says that it was combined; and a write
// that is refused as stale was late indeed. M4: who was combined with others is told with whom.

export function based(facts: Facts): Check {
  return {
    name: 'based',
    rule: 'V2',
    see: () => undefined,
    end() {
      const found = new Findings('based', 'V2');
      for (const write of facts.writes) {
        const done = doneOf(write);
        if (done) {
          accepted(facts, write, done, found);
          receipted(facts, write, done, found);
        } else refused(facts, write, found);
      }
      return found.end(facts.counts ? undefined : 'the store knows no versions: nothing names what it is based on');
    },
  };
}

function accepted(facts: Facts, write: Write, done: Done, found: Findings): void {
  const { op, user, invoke, result, key } = write;
  const { n } = done.version;
  if (op.do === 'create' || n === null) return;
  const shown = () => [invoke, result];
  if (op.base === null) {
    const what = () => `${user} saved ${op.record} without naming a version, and was told: saved as version ${n}`;
    return found.add(what(), op.record, shown(), 'V3');
  }
  const base = op.base.n;
  if (base === null || isUnchanged(write, done)) return;
  // Who repeats a write gets the answer to the first: any of them may have been it.
  const tries = key === null ? [write] : (facts.groupOf(user, key)?.writes ?? [write]);
  if (tries.some((each) => each.op.record === op.record && baseOf(each.op) === n - 1)) {
    found.proven += 1;
    return;
  }
  const entry = facts.at(op.record, n);
  const isAnothers = entry !== undefined && (entry.told.by !== user || entry.told.key !== key);
  const mayCombine = op.do === 'restore' || (op.do === 'update' && op.merge === true);
  if (base < n - 1 && mayCombine) {
    // What it came to stood there already, as somebody else's version; `acknowledged` looks whether it does.
    if (isAnothers && !done.receipt) return;
    // Where the log does not say either that it was combined, it was just let through.
    const isSaid = entry === undefined || entry.told.combined !== undefined;
    if (isSaid) {
      return found.expect(
        done.receipt !== undefined,
        () =>
          `${user} saved ${op.record} on version ${base}, it became version ${n}, and nobody was told with what it was combined`,
        op.record,
        shown,
        'M4',
      );
    }
  }
  const other = facts.at(op.record, base + 1);
  const maker = (other && facts.makerOf(other)) ?? facts.answered(op.record, base + 1)[0];
  found.add(
    base < n
      ? `${user} saved ${op.record} based on version ${base}, though ${maker?.user ?? 'somebody'} had made version ${base + 1} of it, and was told: saved as version ${n}`
      : `${user} saved ${op.record} based on version ${base}, and was told: saved as version ${n}`,
    op.record,
    [maker?.invoke, maker?.result, invoke, result],
  );
}

/** An answer names those whose values stand in the version beside the writer's own, and nobody who had no part in it. */
function receipted(facts: Facts, write: Write, done: Done, found: Findings): void {
  const { op, user, key, invoke, result } = write;
  const { version, receipt } = done;
  const entry = facts.at(op.record, version.n);
  if (!entry || version.n === null || isUnchanged(write, done)) return;
  const { told } = entry;
  if (told.by !== user || told.key !== key) return;
  const due = new Set([...(told.combined?.with ?? []), ...beside(facts, write, entry)]);
  const named = receipt?.with ?? [];
  const shown = () => [invoke, result, entry];
  const missing = [...due].find((one) => !named.includes(one));
  // Of a long way back an answer tells only the newest part.
  const isLong = told.combined !== undefined && version.n - 1 - told.combined.base > mostTold;
  if (due.size > 0 || receipt || told.combined) {
    found.expect(
      receipt !== undefined && named.length > 0 && (missing === undefined || isLong),
      () =>
        `Version ${version.n} of ${op.record} holds what ${missing ?? 'somebody else'} had saved beside what ${user} did, and ${user} was not told so`,
      op.record,
      shown,
      'M4',
    );
  }
  if (!receipt || !told.combined || !facts.isWhole) return;
  const { base } = told.combined;
  const writers = new Set<string>();
  for (let n = Math.max(base + 1, version.n - mostTold); n < version.n; n += 1) {
    const by = facts.at(op.record, n)?.told.by;
    if (by !== undefined) writers.add(by);
  }
  const stranger = named.find((one) => !writers.has(one));
  found.expect(
    stranger === undefined,
    () =>
      `${user} was told that version ${version.n} of ${op.record} was combined with what ${stranger} had saved, who had saved nothing since version ${base}`,
    op.record,
    shown,
    'M4',
  );
}

/** How many versions an answer tells of at most. */
const mostTold = 100;

/** Whose values stand in a version, though its edit was begun before them; only of those that replace, which have one writer. */
function beside(facts: Facts, { op, user }: Write, { told }: Entry): string[] {
  const { n } = told.version;
  if (op.do !== 'update' || !op.started || n === null || !told.fields || op.base?.n !== n - 1) return [];
  const start = op.started.n;
  const [from, before] = [facts.at(op.record, start)?.told.fields, facts.at(op.record, n - 1)?.told.fields];
  if (start === null || start >= n - 1 || !from || !before) return [];
  const stands = differing(from, before).filter(
    (field) => ruleOf(field) === 'replace' && same(field, told.fields?.[field], before[field]),
  );
  const writers = stands.map((field) => writerOf(facts, op.record, field, start, n)?.told.by);
  return [...new Set(writers)].filter((by): by is string => by !== undefined && by !== user);
}

/** Nobody is sent away for a version that does not exist. */
function refused(facts: Facts, write: Write, found: Findings): void {
  const { op, result, invoke, user, ended } = write;
  if (result?.result.is !== 'refused' || result.result.why !== 'stale') return;
  const { current } = result.result;
  const base = baseOf(op);
  if (base === null) return;
  const next = facts.at(op.record, base + 1);
  const isLate = (current?.version.n ?? Infinity) > base;
  const maker = next && facts.makerOf(next);
  const wasThere = facts.isWhole ? next !== undefined && facts.notBefore(next) < ended : true;
  if (!current && !facts.isWhole) return;
  found.expect(
    isLate && wasThere,
    () => `${user} was refused as too late for version ${base} of ${op.record}, and nobody had saved after it`,
    op.record,
    () => [invoke, result, maker?.invoke],
  );
}
