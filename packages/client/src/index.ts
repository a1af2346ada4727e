// The Backbone client: headless, for pages and for programs.

export { type Answer, type Api, type ApiOptions, type Ask, createApi } from './api.js';
export { backoff } from './backoff.js';
export type { Destroyed, History } from './carrier.js';
export { type Choice, type Chosen, choiceOf, type Question, type Side, settledValue } from './choice.js';
export { Connection, type ConnectionState } from './connection.js';
export { Draft, type DraftState, type SaveResult } from './draft.js';
export { type FieldChange, fieldChanges, type Met, type News, type Whose } from './news.js';
export type { Overtaken } from './overtaken.js';
export { type ServerState, StetModel } from './record.js';
export { type ListState, StetList } from './records.js';
export { createStet, type Stet, type StetEvent, type StetOptions } from './stet.js';
