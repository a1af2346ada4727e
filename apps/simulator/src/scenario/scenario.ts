import { idSchema, roleSchema } from '@stet/protocol';
import * as z from 'zod';
import { choices } from '../editors/editor.js';
import { durationSchema, skewSchema } from './duration.js';

// What is to happen: the file that a tester writes, in YAML, and that a failing run is written to. The ready ones are such
// files too (scenarios/*.yaml). `steps` are told one after the other; `people` act by chance, all at once.

/** Of editors, and of the users whose pages they are. */
export const nameSchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,39}$/, 'must be a name of up to 40 letters, digits or -, beginning with a letter');

/** How a conflict is settled, by weight. */
const chooseSchema = z
  .partialRecord(z.enum(choices), z.number().min(0))
  .refine(someWeight, 'must have a weight above 0')
  .default({ mine: 2, theirs: 2, fields: 1, combine: 3 });

/** What one does by chance, and how often, against the others. */
export const actions = [
  'open',
  'type',
  'save',
  'delete',
  'restore',
  'create',
  'look',
  'leave',
  'offline',
  'reload',
  'reconnect',
] as const;
export type ActionName = (typeof actions)[number];

function someWeight(weights: Readonly<Partial<Record<string, number>>>): boolean {
  return Object.values(weights).some((weight) => weight !== undefined && weight > 0);
}

export const peopleSchema = z.strictObject({
  /** What they are called: `import`, `import-2` …; without one, ana, ben, chloe …, and then editor-11 and so on. */
  name: nameSchema.optional(),
  /** How many; `--editors` counts instead, shared out by these. */
  count: z.int().min(1).max(2_000).default(1),
  /** How many of them are one and the same user, each at a page of their own. */
  pages: z.int().min(1).max(100).default(1),
  role: roleSchema.default('editor'),
  /** Who only reads does none of what writes, whatever its weight. */
  weights: z
    .partialRecord(z.enum(actions), z.number().min(0))
    .refine(someWeight, 'must have a weight above 0')
    .default({ open: 2, type: 5, save: 4 }),
  /** The fields that they type into; by default all that can take a value of its own each time. */
  fields: z.array(z.string()).min(1).optional(),
  /** Each keeps to fields of their own, as far as there are enough. */
  apart: z.boolean().default(false),
  /** How a conflict is settled. */
  choose: chooseSchema,
  /** Milliseconds between two actions of one person, on average. */
  every: durationSchema.refine((ms) => ms >= 1, 'must be 1ms or more').default(400),
  /** For how long they stay offline. */
  away: durationSchema.default(2_000),
  /** Of all they do, this share is at the first record. */
  hot: z.number().min(0).max(1).default(0),
});
export type People = z.infer<typeof peopleSchema>;

/** By probability for each message, or each second for what befalls a line. */
export const faultsSchema = z.strictObject({
  delay: z
    .tuple([durationSchema, durationSchema], 'must be two times, such as [10ms, 50ms]')
    .refine(([least, most]) => least <= most, 'must have the shorter time first')
    .optional(),
  drop: z.number().min(0).max(1).default(0),
  duplicate: z.number().min(0).max(1).default(0),
  reorder: z.number().min(0).max(1).default(0),
  cut: z.number().min(0).max(1).default(0),
  halfOpen: z.number().min(0).max(1).default(0),
  /** Clocks of clients are off by up to so much, either way. */
  skew: durationSchema.default(0),
});
export type Faults = z.infer<typeof faultsSchema>;

/** What befalls the server at a moment of the run, in words such as `kill server`, `kill redis`, `pause redis 5s`. */
export const eventSchema = z.strictObject({ at: durationSchema, do: z.string() });

/** Content by field, as the resource has it. */
const contentSchema = z.record(z.string(), z.unknown());

/** Those of `count`, or of a list, are called book-1, book-2 and so on. */
const recordsSchema = z.union(
  [z.int().min(1).max(10_000), z.array(contentSchema).min(1).max(10_000), z.record(idSchema, contentSchema)],
  'must be a number of records from 1 to 10000, or the fields of each: a list of them, or by name (book-1: {title: Dune})',
);

export const editorSchema = z.strictObject({
  /** What the user may; said at one of their pages, and `editor` where it is said at none. */
  role: roleSchema.optional(),
  /** Whose page it is; without it, that of a user of the same name. */
  user: nameSchema.optional(),
  /** How far their clock is ahead; without it, drawn from the faults. */
  skew: skewSchema.optional(),
  choose: chooseSchema,
});

export const scenarioSchema = z.strictObject({
  name: z.string().min(1).max(100),
  about: z.string().max(1_000).default(''),
  records: recordsSchema.default(5),
  /** Records that steps speak of though nothing makes them. */
  absent: z.array(idSchema).max(10_000).default([]),
  /** Beside those of the editors: users without a page. */
  users: z.record(nameSchema, roleSchema).default({}),
  /** Named editors, for `steps`; each may be a further page of a person. */
  editors: z.record(nameSchema, editorSchema).default({}),
  people: z.array(peopleSchema).max(100).default([]),
  /** Each `who: what`, such as `ana: type book-1 title "Dune"`, or `server: kill server`; with `at 300ms` before it, at that time. */
  steps: z.array(z.record(z.string(), z.string())).max(1_000_000).default([]),
  /** Milliseconds that `people` act for: 10 s, or until the last step where there are none. */
  duration: durationSchema.optional(),
  faults: faultsSchema.prefault({}),
  events: z.array(eventSchema).max(10_000).default([]),
  nodes: z.int().min(1).max(5).default(1),
  /** Said by a replay: how the run was made that broke a rule. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .optional(),
  broke: z.string().max(1_000).optional(),
});
export type Scenario = z.infer<typeof scenarioSchema>;
