import type { EventOf } from '../history/event.js';
import { baseOf, type Entry, type Write } from './call.js';
import { callOf } from './changed.js';
import type { Facts } from './facts.js';
import { atTheEnd, type Findings } from './findings.js';
import { writerOf } from './merged.js';
import { added, lacking, quote, ruleOf, same } from './values.js';
import type { Check } from './verdict.js';

// M4: whose value was knowingly replaced is named in the version that replaced it, and a notice waits for them, and for
// nobody else.

/** A list of notices ends there. */
const mostNotices = 100;

export const replaced = (facts: Facts): Check =>
  atTheEnd('replaced', 'M4', (found) => {
    const waiting = new Map<string, Set<string>>();
    for (const { user, record, version } of facts.notices) {
      waiting.set(user, (waiting.get(user) ?? new Set()).add(`${record}\n${version}`));
    }
    let isCut = false;
    for (const entry of facts.entries) {
      const maker = facts.makerOf(entry);
      if (maker) isNamed(facts, entry, maker, found);
      for (const { user } of entry.told.over ?? []) {
        const theirs = waiting.get(user) ?? new Set();
        if (theirs.size >= mostNotices) isCut = true;
        else if (facts.settled && facts.access.mayWrite(user, facts.place, facts.place)) {
          isTold(facts, entry, user, theirs, found);
        }
      }
    }
    if (!facts.isWhole) return 'the log is not known';
    for (const notice of facts.notices) isDue(facts, notice, found);
    return isCut ? 'somebody has more notices than one list holds' : undefined;
  });

function isNamed(facts: Facts, entry: Entry, { op, user }: Write, found: Findings): void {
  if (op.do !== 'update' || !op.started) return;
  const [start, seen] = [op.started.n, baseOf(op)];
  const [from, theirs] = [facts.at(op.record, start)?.told.fields, facts.at(op.record, seen)?.told.fields];
  if (start === null || seen === null || start >= seen || !from || !theirs) return;
  for (const field of op.typed) {
    const [base, mine, other] = [from[field], op.set[field], theirs[field]];
    if (same(field, base, other) || same(field, mine, other)) continue;
    const lost = lacking(mine, added(base, other));
    if (ruleOf(field) !== 'replace' && lost.length === 0) continue;
    const writer = writerOf(facts, op.record, field, start, seen + 1);
    if (!writer || writer.told.by === user) continue;
    const isSaid = entry.told.over?.some((one) => one.user === writer.told.by && one.fields.includes(field)) ?? false;
    found.expect(
      isSaid,
      () =>
        `${user} saw that ${writer.told.by} had made ${field} of ${op.record} ${quote(other)}, and saved ${quote(mine)} over it; the version does not say so, and ${writer.told.by} is not told`,
      op.record,
      () => [...callOf(facts, writer), ...callOf(facts, entry), entry],
    );
  }
}

function isTold(facts: Facts, entry: Entry, user: string, theirs: ReadonlySet<string>, found: Findings): void {
  const { record, version, by } = entry.told;
  found.expect(
    theirs.has(`${record}\n${version.n}`),
    () =>
      `With version ${version.n} of ${record} ${by} knowingly replaced a value of ${user}, and no notice waits for ${user}`,
    record,
    () => [...callOf(facts, entry), entry],
  );
}

/** A notice tells of what was done, and of no more. What was written after the log was read is nobody's proof. */
function isDue(facts: Facts, notice: EventOf<'notice'>, found: Findings): void {
  const { user, record, version, fields } = notice;
  const last = facts.history(record).at(-1)?.told.version.n ?? 0;
  if (version > last && !facts.writes.some(({ op }) => op.record === record)) return;
  const entry = facts.at(record, version);
  const over = entry?.told.over?.find((one) => one.user === user);
  const isSame = over?.fields.length === fields.length && fields.every((field) => over.fields.includes(field));
  found.expect(
    over !== undefined && isSame,
    () =>
      over
        ? `${user} is told that ${fields.join(', ')} was replaced in version ${version} of ${record}, and it was ${over.fields.join(', ')}`
        : `${user} is told of a value that was replaced in version ${version} of ${record}, and that version replaced none of theirs`,
    record,
    () => [...(entry ? callOf(facts, entry) : []), entry, notice],
  );
}
