import * as z from 'zod';
import { placeSchema } from '../presence.js';
import { pingSchema, pongSchema } from './ping.js';

// All that a client may say on a socket.

/** The first frame. The ticket says who it is; a cookie is never asked, so no foreign page can ride on one (S2). */
export const helloSchema = z.strictObject({
  type: z.literal('hello'),
  protocol: z.int(),
  ticket: z.string().max(200),
  /** Per workspace, how far this client has read the log: what came after it is sent before what is live. */
  cursors: z.record(z.string().max(100), z.string().max(100)).optional(),
});

/** The HTTP interface through the same door, answered by a `reply` with the same `ref`. */
export const requestSchema = z.strictObject({
  type: z.literal('request'),
  ref: z.string().min(1).max(100),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  path: z.string().min(1).max(4_000),
  headers: z.record(z.string().max(100), z.string().max(1_000)).optional(),
  body: z.unknown().optional(),
});
export type SocketRequest = z.infer<typeof requestSchema>;

/** Where this page is now. Whoever may read the record is told, at most a few times a second. */
export const presenceUpSchema = placeSchema.extend({
  type: z.literal('presence'),
  workspace: z.string().min(1).max(100),
});
export type PresenceUp = z.infer<typeof presenceUpSchema>;

export const upSchema = z.discriminatedUnion('type', [
  helloSchema,
  requestSchema,
  presenceUpSchema,
  pingSchema,
  pongSchema,
]);
export type Up = z.infer<typeof upSchema>;
