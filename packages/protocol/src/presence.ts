import * as z from 'zod';
import { authorSchema } from './change.js';
import { idSchema } from './record.js';

// Who is at a record, and what they are doing there. All of it is a state and none of it an event: the last word on a
// record is all that counts, so words in between may be left out.

const name = z.string().min(1).max(100);

/** Where one page is: what a client says of itself, by socket or over HTTP. */
export const placeSchema = z.strictObject({
  resource: name,
  id: idSchema,
  /** `editing`: holds edits that are not saved, or the cursor in a field. `left` takes back what was said of this record. */
  state: z.enum(['viewing', 'editing', 'left']),
  /** The fields with something that is not saved. */
  dirty: z.array(name).max(100).default([]),
  /** The field that has the cursor. */
  focus: name.optional(),
});
export type PresencePlace = z.infer<typeof placeSchema>;

/** One person at a record, however many pages they have open there. */
export const personSchema = authorSchema.pick({ id: true, name: true }).extend({
  state: z.enum(['viewing', 'editing']),
  dirty: z.array(z.string()),
  /** The field that the cursor was put into last. */
  focus: z.string().optional(),
});
export type Person = z.infer<typeof personSchema>;

/** All who are at one record; nobody, where they have all gone. */
export const presentSchema = z.object({
  workspace: z.string(),
  resource: z.string(),
  id: z.string(),
  people: z.array(personSchema),
  /** How many are there beside those that are named. */
  more: z.int().min(0),
});
export type Present = z.infer<typeof presentSchema>;

/** Milliseconds for which a page that has no socket is believed to be where it said; it says so again before that. */
export const presenceLease = 30_000;
