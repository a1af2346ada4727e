import * as z from 'zod';
import { choices } from '../editors/editor.js';

// What is to happen: the file that a tester writes, in YAML, and that a failing run is written to. The ready ones are such
// files too (scenarios/*.yaml). `steps` are told one after the other; `people` act by chance, all at once.

/** Milliseconds, or a text such as `300ms`, `2s`, `1m`. */
export const durationSchema = z.union([z.number().min(0), z.string()]).transform((value, context): number => {
  if (typeof value === 'number') return value;
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m)$/.exec(value.trim());
  if (match) return Number(match[1]) * { ms: 1, s: 1_000, m: 60_000 }[match[2] as 'ms' | 's' | 'm'];
  context.addIssue({ code: 'custom', message: 'must be a time such as 300ms, 2s or 1m' });
  return z.NEVER;
});

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

export const peopleSchema = z.strictObject({
  /** How many; `--editors` counts instead, shared out by these. */
  count: z.int().min(1).max(2_000).default(1),
  role: z.enum(['viewer', 'editor', 'manager']).default('editor'),
  weights: z.partialRecord(z.enum(actions), z.number().min(0)).default({ open: 2, type: 5, save: 4 }),
  /** The fields that they type into; by default any. */
  fields: z.array(z.string()).min(1).optional(),
  /** Each keeps to fields of their own, as far as there are enough. */
  apart: z.boolean().default(false),
  /** How a conflict is settled. */
  choose: z.partialRecord(z.enum(choices), z.number().min(0)).default({ mine: 2, theirs: 2, combine: 3, fields: 1 }),
  /** Milliseconds between two actions of one person, on average. */
  every: durationSchema.default(400),
  /** For how long they stay offline. */
  away: durationSchema.default(2_000),
  /** Of all they do, these share is at the first record. */
  hot: z.number().min(0).max(1).default(0),
});
export type People = z.infer<typeof peopleSchema>;

/** By probability for each message, or each second for what befalls a line. */
export const faultsSchema = z.strictObject({
  delay: z.tuple([durationSchema, durationSchema]).optional(),
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

export const scenarioSchema = z.strictObject({
  name: z.string().min(1).max(100),
  about: z.string().max(1_000).default(''),
  records: z.union([z.int().min(1).max(10_000), z.array(z.record(z.string(), z.unknown())).min(1)]).default(5),
  /** Named editors, for `steps`; each may be a further page of a person. */
  editors: z
    .record(
      z.string(),
      z.strictObject({ role: z.enum(['viewer', 'editor', 'manager']).default('editor'), user: z.string().optional() }),
    )
    .default({}),
  people: z.array(peopleSchema).default([]),
  /** Each `who: what`, such as `ana: type book-1 title "Dune"`. */
  steps: z.array(z.record(z.string(), z.string())).default([]),
  /** Milliseconds that `people` act for. */
  duration: durationSchema.default(10_000),
  faults: faultsSchema.prefault({}),
  events: z.array(eventSchema).default([]),
  nodes: z.int().min(1).max(5).default(1),
  /** Said by a replay: how the run was made that broke a rule. */
  seed: z.int().min(0).optional(),
  broke: z.string().optional(),
});
export type Scenario = z.infer<typeof scenarioSchema>;
