// What tests and tools may use of the server.

export { type Auth, createAuth } from './auth/auth.js';
export { createSignInLimit, type SignInLimit } from './auth/sign-in-limit.js';
export type { Bus, Heard, Topic, Wake } from './bus/bus.js';
export { createMemoryBus } from './bus/memory-bus.js';
export { createRedisBus } from './bus/redis-bus.js';
export { makeDemo } from './cli/demo.js';
export { type Config, localOrigins, readConfig } from './config.js';
export { membershipsOf } from './door/me.js';
export { type Engine, openEngine } from './engine.js';
export { Hub, type HubFloors } from './hub/hub.js';
export type { Reader } from './hub/reader.js';
export type { SomeLimits } from './limits.js';
export type { Clock } from './presence/clock.js';
export { createPresence } from './presence/create-presence.js';
export type { Presence } from './presence/presence.js';
export { openRedis, type RedisLink } from './redis/redis.js';
export type { SaveOutcome } from './save/outcome.js';
export type { Edit, Save } from './save/request.js';
export { save } from './save/save.js';
export { type Running, serve } from './server.js';
