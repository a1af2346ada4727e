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
  const head = facts.entries.reduce((most, { told }) => Math.max(most, told.seq), 0);
  const viewer = new Array<Hearing | undefined>(head + 1).fill(undefined);
  const begun = new Float64Array(head + 1);
  const isSeen = new Map<string, boolean>();
  for (const entry of facts.entries) {
    const { seq, record, action, fields } = entry.told;
    const was = isSeen.get(record) ?? false;
    const is = action !== 'destroy' && !isWithheld(fields);
    isSeen.set(record, is);
    viewer[seq] = is || (was && action === 'destroy') ? 'whole' : was ? 'gone' : 'nothing';
    begun[seq] = facts.notBefore(entry);
  }
  // What comes later in the log was written later.
  for (let seq = 1; seq <= head; seq += 1) begun[seq] = Math.max(begun[seq] ?? 0, begun[seq - 1] ?? 0);
  const next = { viewer: new Float64Array(head + 2).fill(Infinity), writer: new Float64Array(head + 2).fill(Infinity) };
  for (let seq = head; seq >= 1; seq -= 1) {
    const isThere = viewer[seq] !== undefined;
    next.writer[seq - 1] = isThere ? seq : (next.writer[seq] ?? Infinity);
    next.viewer[seq - 1] = isThere && viewer[seq] !== 'nothing' ? seq : (next.viewer[seq] ?? Infinity);
  }
  return {
    at: (role, seq) => (mayWrite(role) && viewer[seq] !== undefined ? 'whole' : viewer[seq]),
    after: (role, seq) => (seq > head ? Infinity : ((mayWrite(role) ? next.writer : next.viewer)[seq] ?? Infinity)),
    notBefore: (seq) => begun[Math.min(seq, head)] ?? 0,
  };
}
