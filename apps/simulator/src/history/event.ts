import type { Role } from '@stet/protocol';

// What is written down while a run goes on, and all that the checker may judge by. One event a line: the history of a run
// is a file of JSON lines (`simulate --history FILE`), in the order in which things were seen to happen.

/** A record's content as the store names it: field to value. */
export type Fields = Readonly<Record<string, unknown>>;

/** How a store names one version: `n` counts where it counts, `tag` is its own word for it (an etag, a `_rev`). */
export interface Version {
  n: number | null;
  tag: string | null;
}

/** What an editor asks of the store. `record` is an id of the run's own, the same for all editors. */
export type Op =
  | { do: 'create'; record: string; set: Fields }
  /** `set` is what was sent; `typed` names those fields of it that the person has changed: where only those are sent, all. */
  | {
      do: 'update';
      record: string;
      set: Fields;
      typed: readonly string[];
      /** The version that the write names; null where it names none. */
      base: Version | null;
      /** The version that the person's edit started from, where that is an older one (`Stet-Base`). */
      started?: Version;
      /** It may be combined with what others saved meanwhile. */
      merge?: boolean;
    }
  | { do: 'destroy'; record: string; base: Version | null }
  | { do: 'restore'; record: string; base: Version | null; version: number; fields?: readonly string[] }
  | { do: 'read'; record: string }
  | { do: 'list' };

export type Result =
  /** Of a write, or of the reading of one record. `fields` is the content as it stands then; null for a tombstone. */
  | {
      is: 'ok';
      version: Version;
      fields: Fields | null;
      /** Nothing was written: it stood so already. */
      unchanged?: boolean;
      /** With whose changes it was combined, and which fields. */
      receipt?: { with: readonly string[]; fields: readonly string[] };
    }
  /** Of a list. `seq`: the place in the log that it was read at; null where the store has none. */
  | { is: 'list'; seq: number | null; records: ReadonlyArray<{ record: string; version: Version; fields: Fields }> }
  /** It was not done, and the store says so. `current`: what stands instead, where it was told. */
  | {
      is: 'refused';
      why:
        | 'stale'
        | 'gone'
        | 'absent'
        | 'taken'
        | 'unguarded'
        | 'invalid'
        | 'forbidden'
        | 'key-reused'
        | 'busy'
        | 'other';
      status: number;
      current?: { version: Version; fields: Fields | null };
    }
  /** No answer came, or one that says nothing: it may have been done, or may yet be. */
  | { is: 'unknown'; why: string };

/** A change as a reader is told of it, or as the log tells it at the end. */
export interface Told {
  seq: number;
  record: string;
  action: 'create' | 'update' | 'destroy';
  version: Version;
  /** The names of the fields that it changed. */
  changed: readonly string[];
  /** The whole content after it; null for what is gone, or out of the reader's sight. */
  fields: Fields | null;
  /** Who wrote it, by the user's id. */
  by: string;
  /** The Idempotency-Key of the write. */
  key: string | null;
  /** It was combined with others' changes; whose values it knowingly replaced, and which. */
  combined?: { base: number; with: readonly string[] };
  over?: ReadonlyArray<{ user: string; fields: readonly string[] }>;
}

/**
 * `at`: milliseconds of the run's clock since its beginning. Editors are clients: one person (`user`) may be several.
 * Calls are numbered in the order in which they were begun; each has at most one result, and one without is unknown.
 */
export type HistoryEvent = { at: number } & (
  | {
      kind: 'run';
      /** 1: this form. */
      format: 1;
      store: 'stet' | 'couchdb' | 'tutorial';
      scenario: string;
      seed: number;
      transport: 'http' | 'websocket' | 'xhr';
      mode: 'network' | 'in-process';
      workspace: string;
    }
  /** `role`: what the user may, from now on; null: nothing any more. Said once when the change begins, and once when it is certain. */
  | { kind: 'access'; user: string; role: Role | null; is: 'asked' | 'certain' }
  | { kind: 'editor'; editor: string; user: string }
  | { kind: 'invoke'; call: number; editor: string; op: Op; key: string | null }
  | { kind: 'result'; call: number; result: Result }
  /** What reaches an editor of others' writes and its own. A line is one connection, or one way of asking the log. */
  | { kind: 'line'; editor: string; line: number; is: 'asked'; from: number | null }
  /** From here on it hears everything after `from`, the place that it asked for, or where the log stood. */
  | { kind: 'line'; editor: string; line: number; is: 'open'; from: number; workspaces: readonly string[] }
  | { kind: 'line'; editor: string; line: number; is: 'reset'; workspace: string }
  | { kind: 'line'; editor: string; line: number; is: 'over'; why: string }
  | { kind: 'hear'; editor: string; line: number; workspace: string; told: Told }
  /** Presence or a notice: nothing that counts as a change, and of one workspace all the same. */
  | { kind: 'about'; editor: string; line: number; workspace: string; what: 'presence' | 'notice' }
  /** What the person does at the page. */
  | { kind: 'typed'; editor: string; record: string; field: string; value: unknown }
  | { kind: 'chose'; editor: string; record: string; how: string; over: number | null }
  | { kind: 'went'; editor: string; where: 'offline' | 'online' | 'reload' }
  /** What the page says has become of a save. */
  | { kind: 'saved'; editor: string; record: string; state: string; version: number | null }
  /** `undone`: nothing was in the way, and a step came to nothing all the same. */
  | { kind: 'fault'; what: string; editor?: string; undone?: true }
  // What is looked up when all is over: the truth as the store has it, and what each editor holds.
  | { kind: 'entry'; told: Told }
  /** The whole log was read, without a gap to be told of; false: this store has none, or it was pruned. */
  | { kind: 'log'; whole: boolean; head: number }
  | { kind: 'stands'; record: string; version: Version; fields: Fields | null }
  /** What one editor's client shows of a record; null: it holds none. `unsaved`: typed values that it still keeps. */
  | {
      kind: 'holds';
      editor: string;
      record: string;
      version: Version | null;
      fields: Fields | null;
      unsaved: Fields | null;
    }
  /** A notice that waits for a person: whose value was replaced, in which version. */
  | { kind: 'notice'; user: string; record: string; version: number; fields: readonly string[] }
  /** Everybody was given the time to hear everything. Nothing is expected of a run that ends without. */
  | { kind: 'settled' }
);

export type Kind = HistoryEvent['kind'];
export type EventOf<K extends Kind> = Extract<HistoryEvent, { kind: K }>;

/** An event as its author tells it; the recorder adds the time. */
export type Unstamped = HistoryEvent extends infer E ? (E extends { at: number } ? Omit<E, 'at'> : never) : never;
