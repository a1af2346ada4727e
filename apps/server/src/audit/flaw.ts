import type { LogFlaw, RecordFlaw } from '@stet/protocol';

// All that an audit can find, and where.

/** Of a workspace, beside its log and its records. */
export type OtherFlaw =
  | { kind: 'workspace-unknown' }
  | { kind: 'epoch-malformed'; epoch: string }
  | { kind: 'floor-astray'; floor: number; head: number }
  | { kind: 'history-missing'; version: number }
  /** A key tells of a version that is not there. */
  | { kind: 'key-astray'; version: number; user: string; key: string }
  /** A version was written with a key that would not be recognised, were it sent again. */
  | { kind: 'key-forgotten'; version: number; user: string; key: string }
  /** Two versions were written with one key. */
  | { kind: 'key-twice'; version: number; user: string; key: string; other: string }
  /** A key tells of a version that its user did not write with it, or in a `says` that is none. */
  | { kind: 'key-untrue'; version: number; user: string; key: string; says: string }
  | { kind: 'notice-astray'; user: string; seq: number }
  /** A notice tells of a version that does not say that it replaced values of theirs. */
  | { kind: 'notice-unsaid'; version: number; user: string; seq: number }
  | { kind: 'notice-missing'; version: number; user: string; seq: number }
  | { kind: 'author-missing'; version: number }
  | { kind: 'time-malformed'; version: number; at: string }
  /** Values of these fields are of a kind that no save is accepted with. */
  | { kind: 'value-impossible'; version: number; fields: string[] }
  | { kind: 'unlisted'; version: number }
  /** It is in none of its places in the orders by these fields, or under these filters. */
  | { kind: 'misplaced'; version: number; fields: string[] }
  | { kind: 'unsearched'; version: number }
  | { kind: 'list-astray'; resource: string; field: string; listed: number; live: number };

export type Flaw = RecordFlaw | LogFlaw | OtherFlaw;
export type FlawKind = Flaw['kind'];

export interface At {
  workspace: string;
  /** Where it is of one record. */
  record?: { resource: string; id: string };
}

export type Found = At & { flaw: Flaw };

const mostKept = 1_000;

/** Counts all, and keeps the first of them: a database that is wrong all over fills no memory. */
export class Findings {
  readonly kept: Found[] = [];
  readonly counts = new Map<FlawKind, number>();

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  add(at: At, flaw: Flaw): void {
    this.counts.set(flaw.kind, (this.counts.get(flaw.kind) ?? 0) + 1);
    if (this.kept.length < mostKept) this.kept.push({ ...at, flaw });
  }
}
