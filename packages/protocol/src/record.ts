import * as z from 'zod';
import type { Body } from './resource.js';

// A record as it travels: the resource's own fields, flat beside what the server keeps about it.

export const envelopeSchema = z.object({
  id: z.string(),
  version: z.int().min(1),
  etag: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  createdBy: z.string(),
  updatedBy: z.string(),
});
export type Envelope = z.infer<typeof envelopeSchema>;
export type StetRecord = Envelope & Body;

export const recordSchema = envelopeSchema.loose();

/** Names that no resource may use for a field, and that are ignored in what a client sends. */
export const reserved: ReadonlySet<string> = new Set([...Object.keys(envelopeSchema.shape), 'receipt']);

/** An id that a client chooses, or the server: letters, digits and a few marks, so that it needs no escaping in a URL. */
export const idSchema = z
  .string('must be a text')
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._~-]{0,99}$/,
    'must be 1 to 100 letters, digits or . _ ~ -, beginning with a letter or digit',
  );

/** The resource's own fields of a record, without the envelope. */
export function bodyOf(record: Record<string, unknown>, names: Iterable<string>): Body {
  const body: Body = {};
  for (const name of names) body[name] = (record[name] ?? null) as Body[string];
  return body;
}
