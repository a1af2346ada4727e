import { doneOf, type Entry, type Group, isUnchanged, type Write } from './call.js';
import type { Facts } from './facts.js';
import { atTheEnd, type Findings } from './findings.js';
import type { Check } from './verdict.js';

// V7: a write with a key is made once, however often it is sent, and each time is told of that one version. A write that
// was refused each time is not there. The log names it by that key, and by whoever sent it.

export const keys = (facts: Facts): Check =>
  atTheEnd('keys', 'V7', (found) => {
    let some = false;
    for (const group of facts.groups) {
      some = true;
      const flawed = [madeTwice, toldTwice, heldAgainstIt, refusedAndThere].some((judge) => judge(group, found));
      if (!flawed) found.proven += 1;
    }
    underItsName(facts, found);
    return some ? undefined : 'no write had a key';
  });

/** What was acknowledged stands in the log under its key and its author's name. */
function underItsName(facts: Facts, found: Findings): void {
  const senders = new Set<string | null>();
  const keyless = new Set<string>();
  for (const { key, user, op } of facts.writes) {
    if (key === null) keyless.add(`${user}\n${op.record}`);
    else senders.add(key);
  }
  for (const write of facts.writes) {
    const { key, user, op, invoke, result } = write;
    const done = doneOf(write);
    const entry = done && key !== null && !isUnchanged(write, done) ? facts.at(op.record, done.version.n) : undefined;
    if (!entry) continue;
    const { by, key: kept } = entry.told;
    if (by !== user && kept === key && !facts.groupOf(by, key)?.writes.length) {
      const what = `${user} was told to have made ${nameOf(entry)}, and the log says that it is by ${by || 'nobody'}`;
      found.add(what, op.record, [invoke, result, entry], 'V1');
    } else if (by === user && kept !== key) {
      // Combined with what stands there already, an answer names a version that another write has made.
      const isOthers = kept === null ? keyless.has(`${user}\n${op.record}`) : senders.has(kept);
      if (isOthers || (facts.groupOf(user, key)?.entries.length ?? 0) > 0) continue;
      const what = `${user} was told to have made ${nameOf(entry)}, and the log has it ${kept === null ? 'without its key' : 'under another key'}`;
      found.add(what, op.record, [invoke, result, entry]);
    }
  }
}

const nameOf = ({ told }: Entry): string => `version ${told.version.n} of ${told.record}`;
const shownOf = (writes: readonly Write[]) => writes.slice(0, 3).flatMap(({ invoke, result }) => [invoke, result]);

function madeTwice({ writes, entries }: Group, found: Findings): boolean {
  const [first, second] = entries;
  if (!first || !second) return false;
  const what = `One save of ${first.told.by} was made twice: as ${nameOf(first)} and as ${nameOf(second)}`;
  found.add(what, first.told.record, [...shownOf(writes), first, second]);
  return true;
}

/** Another answer than the first. */
function toldTwice({ writes, entries }: Group, found: Findings): boolean {
  const told = writes.flatMap((write) => {
    const done = doneOf(write);
    return done && done.version.n !== null ? [{ write, n: done.version.n, done }] : [];
  });
  const [first] = told;
  const [entry] = entries;
  if (!first) return false;
  const due = entry?.told.version.n ?? first.n;
  const other = told.find(({ n, write }) => n !== due || write.op.record !== first.write.op.record);
  if (!other) return false;
  const isAlone = entry === undefined && told.length === 1;
  if (isAlone || (entry === undefined && told.every(({ write, done }) => isUnchanged(write, done)))) return false;
  const what = `One save of ${first.write.user} was told to be version ${due} of ${first.write.op.record}, and version ${other.n} of ${other.write.op.record}`;
  found.add(what, first.write.op.record, [...shownOf([first.write, other.write]), entry]);
  return true;
}

/** Sent again, it was refused for the version that it had made itself. */
function heldAgainstIt({ writes, entries }: Group, found: Findings): boolean {
  const [entry] = entries;
  const made = entry?.told.version.n ?? null;
  if (!entry || made === null) return false;
  const again = writes.find(({ op, result }) => {
    if (op.record !== entry.told.record || result?.result.is !== 'refused') return false;
    const { why, current } = result.result;
    return (why === 'stale' || why === 'gone' || why === 'taken') && (current?.version.n ?? 0) >= made;
  });
  if (!again) return false;
  const what = `${again.user} sent a save again that had become ${nameOf(entry)}, and was refused for it`;
  found.add(what, entry.told.record, [...shownOf(writes), entry]);
  return true;
}

/** Answers after which nothing is there. Who may write can change between two tries, and `busy` says nothing. */
const final = new Set(['stale', 'gone', 'taken', 'unguarded', 'invalid']);

function refusedAndThere({ writes, entries }: Group, found: Findings): boolean {
  const [entry] = entries;
  if (!entry || writes.length === 0) return false;
  const isRefused = ({ result }: Write) => result?.result.is === 'refused' && final.has(result.result.why);
  if (!writes.every(isRefused)) return false;
  const what = `${entry.told.by} was told that a save of ${entry.told.record} was refused, and it is there as ${nameOf(entry)}`;
  found.add(what, entry.told.record, [...shownOf(writes), entry], 'V2');
  return true;
}
