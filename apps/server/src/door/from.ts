import { readCursor } from '@stet/protocol';
import type { Workspace } from '@stet/store';

// Where somebody goes on reading: after a place in the log, or anew where that proves nothing (L3).

export type From =
  | { kind: 'from'; seq: number }
  | { kind: 'reset'; reason: 'epoch' | 'pruned' | 'ahead' | 'malformed' };

/** Where reading goes on for a cursor, if the log can prove that it is complete from there. */
export function readingFrom(cursor: string, workspace: Workspace): From {
  const position = readCursor(cursor);
  if (!position) return { kind: 'reset', reason: 'malformed' };
  if (position.epoch !== workspace.epoch) return { kind: 'reset', reason: 'epoch' };
  if (position.seq < workspace.floor) return { kind: 'reset', reason: 'pruned' };
  if (position.seq > workspace.seq) return { kind: 'reset', reason: 'ahead' };
  return { kind: 'from', seq: position.seq };
}
