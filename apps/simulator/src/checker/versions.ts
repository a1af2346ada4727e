import type { Entry, Write } from './call.js';
import type { Facts } from './facts.js';
import { atTheEnd, type Findings } from './findings.js';
import type { Check } from './verdict.js';

// V1: the versions of a record are 1, 2, 3 …, each written by one write, and a record is created only where there is none.

export const versions = (facts: Facts): Check =>
  atTheEnd('versions', 'V1', (found) => {
    for (const [record, history] of facts.histories) ofHistory(record, history, found);
    for (const [record, byVersion] of facts.answers) {
      for (const [version, writes] of byVersion) ofAnswers(facts, record, version, writes, found);
    }
    return facts.counts ? undefined : 'the store does not count its versions';
  });

function ofHistory(record: string, history: readonly Entry[], found: Findings): void {
  let before: Entry | null = null;
  for (const entry of history) {
    const { version, action } = entry.told;
    if (version.n === null) continue;
    const due: number = (before?.told.version.n ?? 0) + 1;
    const shown = [before, entry];
    const wasThere = before !== null && before.told.action !== 'destroy';
    const isReset = version.n <= due - 1 && before?.told.action === 'destroy';
    found.expect(
      version.n === due,
      () =>
        before
          ? `Version ${due - 1} of ${record} is followed by version ${version.n}`
          : `${record} begins with version ${version.n}`,
      record,
      () => shown,
      isReset ? 'V5' : 'V1',
    );
    if (action === 'create' ? wasThere : !wasThere) {
      const what = action === 'create' ? 'made anew, though it is there' : 'changed, though there is none';
      found.add(`In version ${version.n} ${record} was ${what}`, record, shown);
    }
    before = entry;
  }
}

/** Two writes that were each told to have made one and the same version. */
function ofAnswers(facts: Facts, record: string, version: number, writes: readonly Write[], found: Findings): void {
  const [first] = writes;
  const others = writes.filter((write) => write !== first && (write.key === null || write.key !== first?.key));
  const [other] = others.filter((write) => !isThereAlready(facts, write, version));
  found.expect(
    !first || !other || isThereAlready(facts, first, version),
    () => `${first?.user} and ${other?.user} were both told that they had made version ${version} of ${record}`,
    record,
    () => [first?.invoke, first?.result, other?.invoke, other?.result],
  );
}

/** Combined with what stands there, it changed nothing: then the answer names a version that somebody else has made. */
function isThereAlready(facts: Facts, { op, user, key }: Write, version: number): boolean {
  const entry = facts.at(op.record, version);
  if (!entry || (entry.told.by === user && entry.told.key === key)) return false;
  return op.do === 'update' && op.merge === true;
}
