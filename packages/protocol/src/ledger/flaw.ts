// What can be wrong with a history, a record or a log, as plain data: whoever audits puts it into words.

/** Of one record. `version`: where it shows. */
export type RecordFlaw =
  /** Versions `from` to `to` are not there. */
  | { kind: 'version-missing'; version: number; from: number; to: number }
  /** It stands in the log before the version that it follows. */
  | { kind: 'version-out-of-order'; version: number; seq: number; after: number }
  /** No destroy, and yet without content. */
  | { kind: 'content-missing'; version: number }
  /** What is kept of it can't be read: its `part`. */
  | { kind: 'content-unreadable'; version: number; part: string }
  /** These changed, and the version does not say so: whose values they were is not told. */
  | { kind: 'change-unsaid'; version: number; fields: string[] }
  /** The version says that these changed, and they did not. */
  | { kind: 'change-untrue'; version: number; fields: string[] }
  /** A version that changes nothing is none. */
  | { kind: 'change-empty'; version: number }
  | { kind: 'tombstone-with-content'; version: number }
  /** What it says it did can't be done to what stood there. */
  | { kind: 'action-impossible'; version: number; action: string; upon: 'nothing' | 'a live record' | 'a tombstone' }
  /** Brought back from its tombstone by something that is no restore. */
  | { kind: 'came-back'; version: number }
  /** It replaced what stood in version `seen`, was written upon a later one, and does not say that it was combined. */
  | { kind: 'combined-unsaid'; version: number; seen: number }
  /** It names a version as its base, as seen or as restored that is none before it, or that has no content. */
  | { kind: 'base-impossible'; version: number; base: number }
  /** The history ends with `version`, and there is no record. */
  | { kind: 'record-missing'; version: number }
  /** The record stands at another version than its history. */
  | { kind: 'record-astray'; version: number; last: number }
  /** At one version, in these parts another than the history says. `destroyed`: that version is a tombstone. */
  | { kind: 'record-differs'; version: number; parts: string[]; destroyed: boolean };

/** Of a workspace's log. */
export type LogFlaw =
  /** Places `from` to `to` are empty. */
  | { kind: 'place-missing'; from: number; to: number }
  /** Something stands beyond the counter. */
  | { kind: 'place-beyond'; from: number; head: number };
