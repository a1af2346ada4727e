import type { Action, Author, Body, How, ListQuery, Place, Resource, Role } from '@stet/protocol';
import type { Kysely } from 'kysely';
import type { Tables } from './tables.js';

// What is kept, and the only way to change it. Siblings (SQLite and Postgres) pass one contract suite.

/** A record as it is kept. `body` is null for a tombstone, whose version goes on (V5). */
export interface Stored {
  workspace: string;
  resource: string;
  id: string;
  version: number;
  body: Body | null;
  createdAt: string;
  createdBy: string;
  updatedAt: string;
  updatedBy: string;
}

/** A row of the log, which is a row of the record's history as well (docs/decisions/0002). */
export interface Entry {
  workspace: string;
  seq: number;
  resource: string;
  id: string;
  version: number;
  action: Action;
  fields: string[];
  by: Author;
  at: string;
  key: string | null;
  /** How it came about, where it was more than its author's own edit of what stood there. */
  how: How | null;
  /** The record as this write left it. */
  left: Stored;
}

/**
 * One write, based on exactly what its author has seen: `before` is the record (or tombstone) that it was computed
 * from, or null for an id that never was. What is not so any more is not written.
 */
export interface Write {
  workspace: string;
  resource: Resource;
  id: string;
  before: Stored | null;
  action: Action;
  /** The whole new content; null to destroy. */
  body: Body | null;
  fields: string[];
  by: Author;
  at: string;
  key?: WriteKey;
  how?: How;
}

/** By which a write is known when it comes again (V7). `content` is a digest of all that was asked for. */
export interface WriteKey {
  key: string;
  content: string;
}

/** What became of the first write with a key. */
export interface Kept {
  content: string;
  kind: 'saved' | 'unchanged';
  resource: string;
  id: string;
  version: number;
}

/**
 * `moved`: the record is no longer what the write was based on; nothing was written.
 * `repeated`: its author has written with this key before; nothing was written.
 */
export type Outcome = { kind: 'saved'; entry: Entry } | { kind: 'moved' } | { kind: 'repeated'; kept: Kept };

/** Somebody whose value was replaced knowingly is told of it until they dismiss it: the log says of what. */
export interface StoredNotice {
  user: string;
  entry: Entry;
}

export interface Workspace {
  id: string;
  name: string;
  /** Identity of the log: it changes when the log can no longer prove what came before. */
  epoch: string;
  /** Place of the newest change. */
  seq: number;
  /** The log is kept after this place. */
  floor: number;
}

export interface Member {
  workspace: string;
  user: string;
  role: Role;
}

/** What opens one socket, once and soon; kept by its digest alone. */
export interface StoredTicket {
  digest: string;
  user: string;
  /** For whoever gave it: who it is, in words of theirs. */
  who: string;
  /** ISO 8601, UTC; good for nothing from then on. */
  until: string;
}

export interface Page {
  items: Stored[];
  /** Where the next page begins; null at the end. */
  next: Place | null;
}

/**
 * Everything may throw `StoreUnavailable`; a write's outcome is unknown then, and its repeat with the same key is told
 * what became of it (V7).
 */
export interface Store {
  readonly workspaces: {
    create(workspace: { id: string; name: string }): Promise<Workspace | null>;
    get(id: string): Promise<Workspace | null>;
    all(): Promise<Workspace[]>;
    /** What this user is a member of, with the role, by name. */
    of(user: string): Promise<Array<{ workspace: Workspace; role: Role }>>;
    role(workspace: string, user: string): Promise<Role | null>;
    members(workspace: string): Promise<Member[]>;
    setMember(member: Member): Promise<void>;
    removeMember(workspace: string, user: string): Promise<boolean>;
    /** The newest place of what `accessAfter` tells: from where to go on when everything was just read. */
    accessPlace(): Promise<number>;
    /** Whose memberships changed after that place, and the place to go on from. In the order of commits: nobody is missed. */
    accessAfter(place: number): Promise<{ place: number; users: string[] }>;
  };
  readonly records: {
    get(workspace: string, resource: string, id: string): Promise<Stored | null>;
    /** A page of live records in the query's order (keyset: stable while others write). */
    list(workspace: string, resource: Resource, query: ListQuery, after: Place | null, limit: number): Promise<Page>;
  };
  readonly log: {
    /** What was accepted after `seq`, in order. The cost is in what was missed (L2). */
    after(workspace: string, seq: number, limit: number): Promise<Entry[]>;
    /** A record's history, newest first, of versions below `before`. */
    history(workspace: string, resource: string, id: string, before: number, limit: number): Promise<Entry[]>;
    at(workspace: string, resource: string, id: string, version: number): Promise<Entry | null>;
    /** The newest entry that was written via `via` (an import, say), however long ago. */
    newestVia(workspace: string, resource: string, id: string, via: string): Promise<Entry | null>;
  };
  readonly keys: {
    find(workspace: string, user: string, key: string): Promise<Kept | null>;
    /** For a save that changed nothing, and so is no write. Answers with what stands: the first one. */
    keep(workspace: string, user: string, key: string, kept: Kept, at: string): Promise<Kept>;
  };
  readonly notices: {
    /** A person's open notices of writes after this time, newest first. */
    of(workspace: string, user: string, after: string, limit: number): Promise<StoredNotice[]>;
    /** Whether there was one to dismiss. */
    dismiss(workspace: string, user: string, seq: number): Promise<boolean>;
  };
  /** Not for long, and gone with the database's process: who held one asks for another. */
  readonly tickets: {
    /** Forgets what has expired by `now`, and the user's oldest beyond `most`. */
    keep(ticket: StoredTicket, most: number, now: string): Promise<void>;
    /** Uses it up: of all who ask, on whatever node, one gets it. Null for one that is not there, or has expired. */
    take(digest: string, now: string): Promise<StoredTicket | null>;
  };
  /**
   * Checks, writes, keeps the history, the log, the key and a notice for each person in `how.over`, all in one
   * transaction (V6, V7, M4); writes that wait together commit together.
   */
  write(write: Write): Promise<Outcome>;
  /** Forgets keys and notices of writes before this time; in small steps, so that nobody waits for it. */
  tidy(before: string): Promise<void>;
  /**
   * Raises each log's floor over the writes before this time, up to the first that is younger; in small steps. Reading on
   * from below the floor proves nothing any more (L3). The history stays whole.
   */
  prune(before: string): Promise<void>;
  /** Answers when the store can read and write. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** A store in an SQL database. */
export interface SqlStore extends Store {
  /** For tables that others keep in the same database (sign-in). */
  readonly db: Kysely<Tables>;
  readonly dialect: 'sqlite' | 'postgres';
  /** One process at a time does this work, of all that share the database. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}
