import * as z from 'zod';
import { authorSchema, versionSchema } from './change.js';
import { verdictSchema } from './merge/merge.js';
import { recordSchema } from './record.js';

// The one answer to a stale save (V2): all that a person needs to decide, in the 412's problem body.

export const tombstoneSchema = z.object({
  id: z.string(),
  version: z.int().min(1),
  etag: z.string(),
  deleted: z.literal(true),
  by: authorSchema,
  at: z.string(),
});
export type Tombstone = z.infer<typeof tombstoneSchema>;

export const staleSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.literal(412),
  detail: z.string(),
  /** The record at the version that the write named; null where no version of this epoch was named. */
  base: recordSchema.nullable(),
  /** The record now, or its tombstone where it was destroyed. */
  current: z.union([tombstoneSchema, recordSchema]),
  /** What was accepted after the base, oldest first; the newest hundred where there is more. */
  changes: z.array(versionSchema),
  verdicts: z.record(z.string(), verdictSchema),
  conflicts: z.array(z.string()),
  merged: recordSchema.optional(),
});
export type Stale = z.infer<typeof staleSchema>;
