import type { Facts } from './facts.js';
import { atTheEnd } from './findings.js';
import type { Check } from './verdict.js';

// L1: the log is 1, 2, 3 … to its head, in this order, each place once.

export const sequence = (facts: Facts): Check =>
  atTheEnd('sequence', 'L1', (found) => {
    if (!facts.log?.whole) return 'the log was not read from its beginning: whether it has holes cannot be told';
    let last = 0;
    let before = null as (typeof facts.entries)[number] | null;
    for (const entry of facts.entries) {
      const { seq, record } = entry.told;
      const what = () =>
        seq <= last ? `Place ${seq} of the log follows ${last}` : `The log goes from ${last} to ${seq}`;
      found.expect(seq === last + 1, what, record, () => [before, entry]);
      last = Math.max(last, seq);
      before = entry;
    }
    const { head } = facts.log;
    found.expect(
      head === last,
      () => `The log says that it ends at ${head}, and ends at ${last}`,
      null,
      () => [before, facts.log],
    );
    return undefined;
  });
