import type { Action, Body, How, InputIssue, Merge } from '@stet/protocol';
import type { Entry, Stored } from '@stet/store';

// What can become of a save. A conflict is one of the answers, not an exception.

export interface Stale extends Pick<Merge, 'verdicts' | 'conflicts' | 'merged'> {
  kind: 'stale';
  current: Stored;
  base: Stored | null;
  /** What was accepted after the base, oldest first. */
  changes: Entry[];
}

/** Nothing is written, and this is why. */
export type Unwritten =
  | { kind: 'unchanged'; record: Stored }
  | Stale
  | { kind: 'refused'; issues: InputIssue[] }
  | { kind: 'absent' }
  | { kind: 'gone'; tombstone: Stored }
  | { kind: 'taken'; record: Stored };

/** All that is missing of the write is its author, its time and its key. */
export interface Next {
  kind: 'write';
  action: Action;
  body: Body | null;
  fields: string[];
  how?: How;
}

/** `between`: for a combined save, what it was combined with. `repeated`: this is the answer to the first with its key. */
export type SaveOutcome =
  | { kind: 'saved'; entry: Entry; between: Entry[]; repeated: boolean }
  | { kind: 'unchanged'; record: Stored; repeated: boolean }
  | Exclude<Unwritten, { kind: 'unchanged' }>
  /** The key stands for another write. */
  | { kind: 'reused' };
