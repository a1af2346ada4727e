// What tests and tools may use of the server.

export { type Config, localOrigins, readConfig } from './config.js';
export { type Engine, openEngine } from './engine.js';
export { type Edit, type Save, type SaveOutcome, save } from './save.js';
export { type Running, serve } from './server.js';
