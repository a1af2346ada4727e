import { readCursor } from '@stet/protocol';

// How far each workspace's log has been read here: where the socket goes on, and the polling of the log.

export interface Cursors {
  all(): Record<string, string>;
  of(workspace: string): string | undefined;
  /** Where reading began is where it goes on; a page that is read later says nothing of what lies between. */
  begin(workspace: string, cursor: string): void;
  /** Within an epoch it only goes forward; whether it did. What stands at or below it has been told already. */
  advance(workspace: string, cursor: string): boolean;
  forget(workspace: string): void;
}

export function createCursors(): Cursors {
  const known = new Map<string, string>();
  return {
    all: () => Object.fromEntries(known),
    of: (workspace) => known.get(workspace),
    begin(workspace, cursor) {
      if (!known.has(workspace)) known.set(workspace, cursor);
    },
    advance(workspace, cursor) {
      const [was, next] = [readCursor(known.get(workspace) ?? ''), readCursor(cursor)];
      if (!next || (was?.epoch === next.epoch && next.seq <= was.seq)) return false;
      known.set(workspace, cursor);
      return true;
    },
    forget: (workspace) => void known.delete(workspace),
  };
}
