import * as z from 'zod';
import { authorSchema, versionSchema } from './change.js';
import { verdictSchema } from './merge/merge.js';

// What tells a person of a save that was more than their own (M4), and the way back out of it.

/** A request that takes a write back: a guarded write like any other, refused where a field has changed again. */
export const wayBackSchema = z.object({
  method: z.literal('POST'),
  /** With `/api` before it, and its query. */
  path: z.string(),
  headers: z.object({ 'if-match': z.string() }),
  body: z.object({ version: z.int().min(1), fields: z.array(z.string()).optional() }),
});
export type WayBack = z.infer<typeof wayBackSchema>;

/** Stands in the answer to a save that was combined with somebody else's. */
export const receiptSchema = z.object({
  /** The version that the person had started from, and the one that was made. */
  base: z.int().min(1),
  version: z.int().min(1),
  /** With whose changes, oldest first; the newest hundred where there are more. */
  with: z.array(versionSchema),
  /** Whose each field is that either side changed; `merged`: both have a part in it. */
  fields: z.record(z.string(), verdictSchema),
  /** Whose values were knowingly replaced by it: they were told. */
  over: z.array(authorSchema.pick({ id: true, name: true }).extend({ fields: z.array(z.string()) })).optional(),
  undo: wayBackSchema,
});
export type Receipt = z.infer<typeof receiptSchema>;
