import type { Workspace } from '../store.js';

// All that is kept, as it stood at one moment, read beside a server that goes on writing: for whoever checks it.

/** One version, as its row has it: texts of JSON are not read here, since what is damaged must be found, not thrown. */
export interface VersionRow {
  resource: string;
  id: string;
  version: number;
  seq: number;
  action: string;
  fields: string;
  body: string | null;
  by: string;
  key: string | null;
  at: string;
  how: string | null;
  /** The record's own row, where it stands at this version. */
  row: RecordRow | null;
  /** What its author's key stands for now. */
  kept: { kind: string; resource: string; id: string; version: number } | null;
}

export interface RecordRow {
  version: number;
  body: string | null;
  createdAt: string;
  createdBy: string;
  updatedAt: string;
  updatedBy: string;
}

export interface Astray {
  user: string;
  resource: string;
  id: string;
  version: number;
}

/** A key that does not tell of a write of its own. */
export interface KeyAstray extends Astray {
  key: string;
  kind: string;
  /** Whether the version that it tells of is there. */
  isThere: boolean;
}

/** A notice, with the version that it tells of; null where nothing is in its place. */
export interface NoticeRow {
  user: string;
  seq: number;
  of: { resource: string; id: string; version: number; how: string | null } | null;
}

/** What a record should be listed under. */
export interface Listing {
  resource: string;
  id: string;
  field: string;
  key: string;
}

export interface Snapshot {
  workspaces(): Promise<Workspace[]>;
  /** Workspaces that the log names and that are not there. */
  unknownWorkspaces(): Promise<string[]>;
  /** All versions of a workspace, record by record in order, in pages. */
  versions(workspace: string): AsyncGenerator<VersionRow[]>;
  /** All places of a workspace's log in order, in pages. */
  places(workspace: string): AsyncGenerator<number[]>;
  record(workspace: string, resource: string, id: string): Promise<RecordRow | null>;
  /** Which of these people have a notice of which of these places, dismissed or not. */
  told(
    workspace: string,
    users: readonly string[],
    seqs: readonly number[],
  ): Promise<Array<{ user: string; seq: number }>>;
  /** Of each of these a thousand at most. */
  recordsWithoutHistory(workspace: string): Promise<Array<{ resource: string; id: string; version: number }>>;
  keysAstray(workspace: string): Promise<KeyAstray[]>;
  /** Live records that no search finds. */
  unsearched(workspace: string): Promise<Array<{ resource: string; id: string; version: number }>>;
  /** All notices of a workspace, in pages. */
  notices(workspace: string): AsyncGenerator<NoticeRow[]>;
  /** Those of these listings that are not there. */
  unlistedOf(workspace: string, listings: readonly Listing[]): Promise<Listing[]>;
  /** Live records that no list shows at the time of their last change. */
  unlisted(workspace: string): Promise<Array<{ resource: string; id: string; version: number }>>;
  /** How many live records each resource has. */
  live(workspace: string): Promise<Array<{ resource: string; count: number }>>;
  /** How many records stand in each order of a resource's lists, and under each of its filters. */
  listed(workspace: string): Promise<Array<{ resource: string; field: string; count: number }>>;
  close(): Promise<void>;
}

/** `older`, `newer`: the database is not of this version's form; to read it as it is would find flaws that are none. */
export type OpenSnapshot = { kind: 'open'; snapshot: Snapshot } | { kind: 'missing' | 'older' | 'newer' };
