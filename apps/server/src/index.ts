// What tests and tools may use of the server.

export { type Config, localOrigins, readConfig } from './config.js';
export { type Engine, openEngine } from './engine.js';
export type { SomeLimits } from './limits.js';
export type { SaveOutcome } from './save/outcome.js';
export type { Edit, Save } from './save/request.js';
export { save } from './save/save.js';
export { type Running, serve } from './server.js';
