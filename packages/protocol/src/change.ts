import * as z from 'zod';
import { verdictSchema } from './merge/merge.js';
import { recordSchema } from './record.js';

// One accepted write, as the log, the history and the socket tell it.

export const actions = ['create', 'update', 'destroy'] as const;
export const actionSchema = z.enum(actions);
export type Action = z.infer<typeof actionSchema>;

export const authorSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** The socket that must not be told of its own write as news. */
  connection: z.string().optional(),
  /** What wrote in the person's name: an import, for one. */
  via: z.string().optional(),
});
export type Author = z.infer<typeof authorSchema>;

/** How a version came about, where more than one person's edit, or an older version, had a part in it. */
export const howSchema = z.object({
  /** Its author had started from `base`; what others saved after that stands in it too. Fields that only one side had are `mine` or `theirs`. */
  combined: z
    .object({
      base: z.int().min(1),
      with: z.array(authorSchema.pick({ id: true, name: true })),
      fields: z.record(z.string(), verdictSchema),
    })
    .optional(),
  /** Whose values its author saw and replaced (M4); they stand in version `seen`. */
  over: z
    .object({
      seen: z.int().min(1),
      whose: z.array(authorSchema.pick({ id: true, name: true }).extend({ fields: z.array(z.string()) })),
    })
    .optional(),
  /** The version whose content came back; `fields` where it was not all of it. */
  restored: z.object({ version: z.int().min(1), fields: z.array(z.string()).optional() }).optional(),
});
export type How = z.infer<typeof howSchema>;

export const changeSchema = z.object({
  workspace: z.string(),
  /** Place in the workspace's log: dense, in commit order (L1). */
  seq: z.int().min(1),
  cursor: z.string(),
  resource: z.string(),
  action: actionSchema,
  id: z.string(),
  version: z.int().min(1),
  etag: z.string(),
  fields: z.array(z.string()),
  by: authorSchema,
  at: z.string(),
  /** The Idempotency-Key of the write: its author's pages recognise their own echo by it (H5). */
  key: z.string().optional(),
  how: howSchema.optional(),
  /** The record as this reader may see it; none for `destroy`. */
  obj: recordSchema.optional(),
});
export type Change = z.infer<typeof changeSchema>;

/** A piece of the log as it is read over HTTP. */
export const changePageSchema = z.object({
  changes: z.array(changeSchema),
  /** Up to where it was read, also past what this reader may not hear of. */
  cursor: z.string(),
  more: z.boolean(),
});
export type ChangePage = z.infer<typeof changePageSchema>;

/** A row of a record's history: what happened, without the content. */
export const versionSchema = changeSchema.pick({
  version: true,
  etag: true,
  action: true,
  by: true,
  at: true,
  fields: true,
  key: true,
  how: true,
});
export type VersionInfo = z.infer<typeof versionSchema>;
