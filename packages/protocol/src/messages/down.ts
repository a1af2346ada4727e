import * as z from 'zod';
import { changeSchema } from '../change.js';
import { noticeSchema } from '../notice.js';
import { presentSchema } from '../presence.js';
import { roleSchema } from '../roles.js';
import { pingSchema, pongSchema } from './ping.js';

// All that a server may say on a socket.

export const membershipSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  /** Where the log stands: whoever reads on from here misses nothing. */
  cursor: z.string(),
});
export type Membership = z.infer<typeof membershipSchema>;

/** The answer to `hello`: this connection is open and hears one channel, its user's own (H1). */
export const welcomeSchema = z.object({
  type: z.literal('welcome'),
  protocol: z.int(),
  channel: z.string(),
  connection: z.string(),
  user: z.object({ id: z.string(), name: z.string() }),
  workspaces: z.array(membershipSchema),
});

export const rtChangeSchema = changeSchema.extend({ type: z.literal('rt-change') });

export const replySchema = z.object({
  type: z.literal('reply'),
  ref: z.string(),
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.unknown(),
});

/** Somebody knowingly replaced a value of this reader's; it follows the `rt-change` that did. */
export const noticeFrameSchema = noticeSchema.extend({ type: z.literal('notice') });

/** Who is at one record now. On a connection that is new, it follows the welcome for each record where somebody is. */
export const presenceDownSchema = presentSchema.extend({ type: z.literal('presence') });

/** The log can't prove that it is complete for this reader: read the list anew (L3). */
export const resetSchema = z.object({
  type: z.literal('reset'),
  workspace: z.string(),
  reason: z.enum(['epoch', 'pruned', 'ahead', 'malformed', 'access']),
});
export type Reset = z.infer<typeof resetSchema>;

/** A frame that was not understood; it costs only itself. */
export const refusedSchema = z.object({
  type: z.literal('refused'),
  problem: z.object({ type: z.string(), title: z.string(), status: z.int(), detail: z.string() }).loose(),
});

/** The server ends the connection; `retry` is how many milliseconds to wait, null when coming back is of no use. */
export const byeSchema = z.object({
  type: z.literal('bye'),
  reason: z.enum(['stopping', 'signed-out', 'idle', 'refused', 'too-slow']),
  retry: z.int().min(0).nullable(),
});

export const downSchema = z.discriminatedUnion('type', [
  welcomeSchema,
  rtChangeSchema,
  noticeFrameSchema,
  presenceDownSchema,
  replySchema,
  resetSchema,
  refusedSchema,
  byeSchema,
  pingSchema,
  pongSchema,
]);
export type Down = z.infer<typeof downSchema>;
export type RtChange = z.infer<typeof rtChangeSchema>;
export type Welcome = z.infer<typeof welcomeSchema>;
export type Reply = z.infer<typeof replySchema>;
export type Bye = z.infer<typeof byeSchema>;
