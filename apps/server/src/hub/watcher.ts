import type { Reader } from './reader.js';

// What the hub knows first, for whatever is told besides the log: who hears a workspace on this node, whose access changed.

export interface Watcher {
  /** May hear the workspace from now on; who was let in anew has heard `reset` before. */
  entered(reader: Reader, workspace: string): void;
  exited(reader: Reader, workspace: string): void;
  /** What this user may see has changed, whether they are connected here or not. It may be said more than once. */
  accessChanged?(user: string): void;
}

export interface Watched {
  /** Returns its undo. */
  watch(watcher: Watcher): () => void;
}
