import type { KeptDraft } from './kept.js';

// Where one person's unsaved edits of one workspace are kept on the device, as one tab sees it (C5). IndexedDB in pages,
// memory where there is none.

/** All of it rejects with a `DraftsError` where the device does not do it; asked again, it is tried again. */
export interface DraftStore {
  /** All that can be read, in no particular order. */
  all(): Promise<KeptDraft[]>;
  /**
   * Resolves once the device has it. It never replaces what another tab wrote and this one has not seen: then this tab's
   * draft stands beside it under an id of its own, and goes on being called by the old id here.
   */
  put(draft: KeptDraft): Promise<void>;
  /** What another tab has written under this id since, and this one has not seen, stays. */
  remove(id: string): Promise<void>;
  /**
   * Takes a draft for this tab, until the undo or the end of the tab. Null where it is held, by another tab or by this
   * one. What `all` gave before may be older than what is held now: hold first, then read.
   */
  hold(id: string): Promise<(() => void) | null>;
  /** The ids that are held, by this tab or another. */
  holders(): Promise<Set<string>>;
  /** Called when another tab has changed what is kept. Returns its undo. */
  subscribe(listener: () => void): () => void;
  /** As when the tab is closed: lets go of what it holds, and takes nothing more. */
  close(): void;
}

/** Whose drafts, and where they belong. */
export interface Owner {
  /** The user's id. */
  user: string;
  workspace: string;
}
