// The Backbone client: headless, for pages and for programs.

export { type Answer, type Api, type ApiOptions, type Ask, createApi, detailOf, type WhyPassing } from './api.js';
export { backoff } from './backoff.js';
export type { Destroyed } from './carrier.js';
export { Connection, type ConnectionState } from './connection.js';
export { type Dial, type Dialled, type Dialling, dial } from './dial.js';
export {
  type Between,
  type Choice,
  type Chosen,
  choiceOf,
  type Question,
  type Side,
  settledValue,
} from './draft/choice.js';
export { Draft } from './draft/draft.js';
export type { Overtaken } from './draft/overtaken.js';
export type { DraftState, SaveResult } from './draft/state.js';
export type { Desk, Listed } from './drafts/desk.js';
export { indexedDbDrafts } from './drafts/indexed-db.js';
export type { KeptDraft } from './drafts/kept.js';
export { createDevice, type Device, memoryDrafts } from './drafts/memory.js';
export type { DraftStore } from './drafts/store.js';
export type { TabMemory } from './drafts/tab-memory.js';
export type { Link } from './following.js';
export {
  type ChangedAgain,
  changedAgain,
  type History,
  type HistoryPage,
  type LastUndone,
  type Restored,
  type Seen,
  undoable,
  type VersionRead,
  type Wanted,
  type WholeVersion,
} from './history.js';
export { type FieldChange, fieldChanges, type Met, type News, type Whose } from './news.js';
export type { Notices, Retrieved } from './notices.js';
export type { Trying } from './persistent.js';
export type { Looking } from './places.js';
export type { Pace } from './polling.js';
export type { Presence } from './presence.js';
export { type ServerState, StetModel } from './record.js';
export { type ListState, StetList } from './records.js';
export { createStet, type Stet, type StetEvent, type StetOptions } from './stet.js';
