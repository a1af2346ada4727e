import * as z from 'zod';
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
  /** The record as this reader may see it; none for `destroy`. */
  obj: recordSchema.optional(),
});
export type Change = z.infer<typeof changeSchema>;

/** A row of a record's history: what happened, without the content. */
export const versionSchema = changeSchema.pick({ version: true, action: true, by: true, at: true, fields: true });
export type VersionInfo = z.infer<typeof versionSchema>;
