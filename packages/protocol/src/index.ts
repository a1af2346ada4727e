// What is said between the ends of Stet.

export {
  type Action,
  type Author,
  actionSchema,
  authorSchema,
  type Change,
  type ChangePage,
  changePageSchema,
  changeSchema,
  type How,
  howSchema,
  type VersionInfo,
  versionSchema,
} from './change.js';
export { cursorOf, type Position, readCursor } from './cursor.js';
export { etagOf, isEtag, isOlder, type Precondition, quoted, readEtag, readPrecondition, unquoted } from './etag.js';
export { type Field, type FieldKind, type MergeRule, type Value, valueSchema } from './field.js';
export {
  comparePlaces,
  filterAsKey,
  filterableBy,
  fold,
  type Key,
  keysOf,
  type ListQuery,
  matches,
  type Place,
  placeOf,
  queryWords,
  sortableBy,
  wordsOf,
} from './find.js';
export { checkBody, fieldsSchema, issuesOf, type Parsed, parseFields } from './input.js';
export type { LogFlaw, RecordFlaw } from './ledger/flaw.js';
export { LogLedger } from './ledger/log-ledger.js';
export { type LedgerEntry, type LedgerRow, RecordLedger } from './ledger/record-ledger.js';
export { addValues, noValues, type Values } from './ledger/values.js';
export { type Merge, merge, type Verdict, verdictSchema } from './merge/merge.js';
export { proposal } from './merge/proposal.js';
export { type Piece, wordDiff } from './merge/word-diff.js';
export {
  type Bye,
  type Down,
  downSchema,
  type Membership,
  membershipSchema,
  type Reply,
  type Reset,
  type RtChange,
  resetSchema,
  type Welcome,
} from './messages/down.js';
export { pingEvery, pongWithin } from './messages/ping.js';
export { type PresenceUp, requestSchema, type SocketRequest, type Up, upSchema } from './messages/up.js';
export { PROTOCOL_VERSION } from './messages/version.js';
export { type Notice, noticeSchema } from './notice.js';
export {
  type Person,
  type PresencePlace,
  type Present,
  personSchema,
  placeSchema,
  presenceLease,
  presentSchema,
} from './presence.js';
export {
  type InputIssue,
  type Problem,
  type ProblemKind,
  type ProblemName,
  problem,
  problemKinds,
  problemName,
  problemType,
} from './problems.js';
export { type Receipt, receiptSchema, type WayBack, wayBackSchema } from './receipt.js';
export { bodyOf, type Envelope, envelopeSchema, idSchema, recordSchema, reserved, type StetRecord } from './record.js';
export {
  type Body,
  type CellNote,
  type Cells,
  changedFields,
  defineResource,
  emptyBody,
  equal,
  type Resource,
} from './resource.js';
export { books, resources } from './resources/index.js';
export { compactIsbn, isbn13Of, isIsbn10, isIsbn13 } from './resources/isbn.js';
export { atLeast, type Role, roleSchema, roles } from './roles.js';
export { type Hearing, hearingOf, maySee, outOfSight } from './sight.js';
export { type Stale, staleSchema, type Tombstone, tombstoneSchema } from './stale.js';
