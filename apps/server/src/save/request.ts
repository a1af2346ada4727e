import type { Author, Body, Resource } from '@stet/protocol';
import type { WriteKey } from '@stet/store';

// What may be asked of `save`.

export type Edit =
  | { kind: 'create'; fields: Partial<Body> }
  /** PUT: what is not named has no value. */
  | { kind: 'replace'; fields: Partial<Body> }
  /** PATCH: what is not named stays. */
  | { kind: 'patch'; fields: Partial<Body> }
  | { kind: 'destroy' }
  /** The content of an older version, or only some fields of it, as a new version. */
  | { kind: 'restore'; version: number; only: string[] | null };

export interface Save {
  workspace: string;
  resource: Resource;
  /** null: a create whose id the server is to choose. */
  id: string | null;
  edit: Edit;
  /** The newest version that its author has seen: 0 for a create; null where it named one that no log of ours knows. */
  base: number | null;
  /** The version that its author's edit started from, where that is an older one. */
  started?: number;
  /** What becomes of a stale save whose fields all combine; it is rejected where this is not said. */
  onConflict?: 'reject' | 'merge';
  by: Author;
  key?: string;
}

/** The same, with all that every try at it has in common. */
export interface Asked extends Omit<Save, 'id' | 'key'> {
  id: string;
  key: WriteKey | null;
}
