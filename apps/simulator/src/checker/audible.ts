import type { Role } from './access.js';
import { mayWrite } from './access.js';
import type { Facts } from './facts.js';

// What of the log each role hears: all of it who may write; a viewer nothing of a record that is withheld, and only that
// it is gone when it becomes so. Said here once more, apart from the server's own words for it.

export type Hearing = 'whole' | 'gone' | 'nothing';

export interface Audible {
  /** Undefined where the log has nothing at that place. */
  at(role: Exclude<Role, null>, seq: number): Hearing | undefined;
  /** The first place after this one that is heard; Infinity where there is none. */
  after(role: Exclude<Role, null>, seq: number): number;
  /** The place in the history before which this change cannot have been written. */
  notBefore(seq: number): number;
}

export const isWithheld = (fields: Readonly<Record<string, unknown>> | null): boolean => fields?.status === 'withheld';

export function audibleIn(facts: Facts): Audible {
  const viewer = new Map<number, Hearing>();
  const begun = new Map<number, number>();
  const isSeen = new Map<string, boolean>();
  for (const entry of facts.entries) {
    const { seq, record, action, fields } = entry.told;
    const was = isSeen.get(record) ?? false;
    const is = action !== 'destroy' && !isWithheld(fields);
    isSeen.set(record, is);
    viewer.set(seq, is || (was && action === 'destroy') ? 'whole' : was ? 'gone' : 'nothing');
    begun.set(seq, facts.notBefore(entry));
  }
  // A place in the log is any number that a file names: what is kept goes by the count of entries.
  const seqs = Float64Array.from(viewer.keys()).sort();
  const writtenFrom = new Float64Array(seqs.length);
  let latest = 0;
  // What comes later in the log was written later.
  for (const [at, seq] of seqs.entries()) {
    latest = Math.max(latest, begun.get(seq) ?? 0);
    writtenFrom[at] = latest;
  }
  const nextOfViewer = new Float64Array(seqs.length);
  let next = Infinity;
  for (let at = seqs.length - 1; at >= 0; at -= 1) {
    const seq = seqs[at] ?? Infinity;
    if (viewer.get(seq) !== 'nothing') next = seq;
    nextOfViewer[at] = next;
  }
  return {
    at: (role, seq) => (mayWrite(role) && viewer.has(seq) ? 'whole' : viewer.get(seq)),
    after: (role, seq) => (mayWrite(role) ? seqs : nextOfViewer)[upTo(seqs, seq)] ?? Infinity,
    notBefore: (seq) => writtenFrom[upTo(seqs, seq) - 1] ?? 0,
  };
}

/** How many of them, rising, are not above it. */
function upTo(seqs: Float64Array, seq: number): number {
  let [low, high] = [0, seqs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((seqs[middle] ?? Infinity) <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
