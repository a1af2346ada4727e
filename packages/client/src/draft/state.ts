import type { Author, Problem, Resource, VersionInfo } from '@stet/protocol';
import type { WhyPassing } from '../api.js';
import type { Keeper } from '../drafts/keeper.js';
import type { History } from '../history.js';
import type { Own } from '../own.js';
import type { Persistent } from '../persistent.js';
import type { StetModel } from '../record.js';
import type { Choice } from './choice.js';

// Where an edit can stand, and what it stands on.

/** Where the edit stands; what a page shows of it is true (C6). */
export type DraftState =
  | { kind: 'clean' }
  | { kind: 'unsaved' }
  | { kind: 'saving' }
  /** Not saved yet: it is tried again by itself. */
  | { kind: 'retrying'; why: WhyPassing }
  | { kind: 'saved'; version: number }
  /** Still unsaved, and why. */
  | { kind: 'failed'; problem: Problem }
  /** Both sides changed a field to different ends: it waits for the person's choice. */
  | { kind: 'choosing'; choice: Choice }
  /** The record was destroyed; what was typed is kept here. */
  | { kind: 'orphaned'; by: Author | null; at: string };

export type SaveResult = DraftState['kind'] | 'unchanged';

/** What is kept of the state; `clean`, `unsaved` and `choosing` follow from what was typed and what is asked. */
export type Phase = Exclude<DraftState, { kind: 'choosing' | 'clean' | 'unsaved' }> | { kind: 'open' };

export interface DraftOptions {
  resource: Resource;
  workspace: string;
  /** The path of the resource, such as `/workspaces/catalogue/books`. */
  path: string;
  persistent: Persistent;
  own: Own;
  recordOf(id: string): StetModel;
  /** What was saved after this version, oldest first; only the newest hundred where there is more. */
  since(record: StetModel, version: number): Promise<VersionInfo[]>;
  restore: History['restore'];
  version: History['version'];
  /** Holds the newest state of a draft on the device. */
  keeper(): Keeper;
}
