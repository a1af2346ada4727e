import type { Reader } from './reader.js';

// Who begins to hear a workspace on this node, and who hears it no longer, for whatever is told besides the log.

export interface Watcher {
  /** May hear the workspace from now on; who was let in anew has heard `reset` before. */
  entered(reader: Reader, workspace: string): void;
  exited(reader: Reader, workspace: string): void;
}

export interface Watched {
  /** Returns its undo. */
  watch(watcher: Watcher): () => void;
}
