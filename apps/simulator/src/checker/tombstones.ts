import { doneOf, isUnchanged, type Write } from './call.js';
import { callOf } from './changed.js';
import type { Facts } from './facts.js';
import { atTheEnd, type Findings } from './findings.js';
import type { Check } from './verdict.js';

// V5: what was destroyed stays destroyed until somebody restores it, and its versions go on from there.

export const tombstones = (facts: Facts): Check =>
  atTheEnd('tombstones', 'V5', (found) => {
    for (const [record, history] of facts.histories) {
      for (const [place, entry] of history.entries()) {
        const before = history[place - 1];
        if (before?.told.action !== 'destroy') continue;
        const maker = facts.makerOf(entry);
        found.expect(
          !maker || maker.op.do === 'restore',
          () =>
            `${record} was destroyed by ${before.told.by}, and a ${nameOf(maker)} by ${entry.told.by} brought it back as version ${entry.told.version.n}`,
          record,
          () => [...callOf(facts, before), ...callOf(facts, entry)],
        );
      }
    }
    if (!facts.isWhole) byAnswers(facts, found);
    return facts.counts ? undefined : 'the store does not count its versions';
  });

const nameOf = (maker: Write | undefined): string => (maker?.op.do === 'create' ? 'create' : 'late save');

/** Without a log: what follows a destruction that was acknowledged, as far as the answers tell. */
function byAnswers(facts: Facts, found: Findings): void {
  const destroyed = new Map<string, { n: number; write: Write }>();
  for (const write of [...facts.writes].sort((a, b) => a.ended - b.ended)) {
    const done = doneOf(write);
    const n = done?.version.n ?? null;
    if (!done || n === null || isUnchanged(write, done)) continue;
    const { op, begun, user, invoke, result } = write;
    const last = destroyed.get(op.record);
    if (op.do === 'destroy') destroyed.set(op.record, { n, write });
    else if (last && last.write.ended < begun && (op.do === 'create' || op.do === 'update') && n <= last.n + 1) {
      const what = `${op.record} was destroyed by ${last.write.user} as version ${last.n}, and a ${nameOf(write)} by ${user} made version ${n} of it`;
      found.add(what, op.record, [last.write.invoke, last.write.result, invoke, result]);
    } else if (last) found.proven += 1;
  }
}
