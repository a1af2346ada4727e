import * as z from 'zod';
import { authorSchema } from './change.js';
import { valueSchema } from './field.js';
import { wayBackSchema } from './receipt.js';

// What somebody is told whose value was knowingly replaced (M4).

export const noticeSchema = z.object({
  /** The place of the write in the workspace's log: one notice of a write for each person. */
  seq: z.int().min(1),
  workspace: z.string(),
  resource: z.string(),
  id: z.string(),
  /** What the record is called. */
  title: z.string(),
  /** The version that replaced the values. */
  version: z.int().min(1),
  action: z.enum(['update', 'destroy']),
  by: authorSchema.pick({ id: true, name: true }),
  at: z.string(),
  /** The values that were replaced, and by what; after a `destroy` there is no `now`. */
  fields: z.record(z.string(), z.object({ was: valueSchema, now: valueSchema.optional() })),
  /** Brings the values back, unless one of them has changed again since. */
  restore: wayBackSchema,
  /** Until when it is kept; the history keeps the values for good. */
  until: z.string(),
});
export type Notice = z.infer<typeof noticeSchema>;
