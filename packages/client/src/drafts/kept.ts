import { valueSchema } from '@stet/protocol';
import * as z from 'zod';

// What a device keeps of one unsaved edit (C5). What is found there may be of another form or broken, as a page of
// another day wrote it: it is read as carefully as what comes over the wire.

const valuesSchema = z.record(z.string(), valueSchema);

export const keptDraftSchema = z.object({
  form: z.literal(1),
  id: z.string().min(1),
  user: z.string(),
  workspace: z.string(),
  resource: z.string(),
  /** Null: it does not exist yet. */
  record: z.string().nullable(),
  /** The id that a record which does not exist yet will have. */
  newId: z.string(),
  /** What a list of drafts calls it. */
  title: z.string(),
  /** What the edit started from; null for a new record. */
  base: z.object({ version: z.int().min(1), etag: z.string(), body: valuesSchema }).nullable(),
  /** `origin`: what the field showed when the person began on it, where that is not the base's. */
  typed: z.record(z.string(), z.object({ value: valueSchema, origin: valueSchema.exactOptional() })),
  /** What was answered so far of a choice, and between which values. */
  chosen: z
    .record(
      z.string(),
      z.object({
        side: z.enum(['mine', 'theirs', 'merged', 'edited']),
        over: valueSchema,
        mine: valueSchema,
        edited: valueSchema.exactOptional(),
      }),
    )
    .exactOptional(),
  /** A save that no answer has told of yet: it is repeated as it was, with its own key (V7). */
  sent: z
    .object({
      key: z.string(),
      ask: z.object({
        method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
        path: z.string(),
        headers: z.record(z.string(), z.string()).exactOptional(),
        body: z.unknown().exactOptional(),
      }),
      /** The fields as the person had them when it was sent. */
      mine: valuesSchema,
    })
    .exactOptional(),
  /** The etag that the person started from, while a choice moved the base on. */
  startedFrom: z.string().nullable(),
  /** Put aside by the person. */
  parked: z.boolean(),
  /** When it was last typed at, by the device's clock. */
  at: z.string(),
});
export type KeptDraft = z.infer<typeof keptDraftSchema>;

/** How a device holds it. */
export const entrySchema = z.object({
  id: z.string().min(1),
  workspace: z.string(),
  /** Of this one writing: who meets it again knows whether it is what they have seen. */
  stamp: z.string(),
  draft: keptDraftSchema,
});
export type Entry = z.infer<typeof entrySchema>;

/** Null where this page cannot read it: it is left as it stands, for one that can. */
export function readEntry(found: unknown): Entry | null {
  const { data } = entrySchema.safeParse(found);
  return data && data.draft.id === data.id && data.draft.workspace === data.workspace ? data : null;
}
