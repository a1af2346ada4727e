import { roleSchema } from '@stet/protocol';
import * as z from 'zod';
import type { EventOf, Fields, Kind, Op, Result, Told, Version } from './event.js';

// What must stand in each kind of event of a history that comes from a file. event.ts says what it means; a kind that is
// missing here, or one that lets through what is not of its type, does not compile.

/** A whole number. */
const upTo = (most: number) =>
  z
    .int({ error: ({ code }) => (code === 'invalid_type' ? 'must be a whole number' : undefined) })
    .min(0)
    .max(most);
/** No log and no run comes near it: what is above would only use up the memory of whoever counts. */
const whole = upTo(1_000_000_000);
/** Of one record. */
const versionNumber = upTo(10_000_000);
/** Some years. */
const moment = z.number().min(0).max(1e12);
const name = z.string().max(1_000);
const text = z.string().max(100_000);
const names = z.array(name);
const fields: z.ZodType<Fields> = z.record(z.string(), z.unknown());
const version: z.ZodType<Version> = z.object({ n: versionNumber.nullable(), tag: name.nullable() });
const standing = { version, fields: fields.nullable() };

/** One of several shapes, told apart by one of their names. */
const anyOf = <const T extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]]>(
  by: string,
  words: readonly string[],
  shapes: T,
) =>
  z.discriminatedUnion(by, shapes, {
    error: ({ code }) =>
      code === 'invalid_union'
        ? `must be one of ${words.join(', ')}`
        : `must be a set of names with values, with "${by}" among them`,
  });

const base = version.nullable();
const writes = ['create', 'update', 'destroy'] as const;
const op: z.ZodType<Op> = anyOf(
  'do',
  [...writes, 'restore', 'read', 'list'],
  [
    z.object({ do: z.literal('create'), record: name, set: fields }),
    z.object({
      do: z.literal('update'),
      record: name,
      set: fields,
      typed: names,
      base,
      started: version.exactOptional(),
      merge: z.boolean().exactOptional(),
    }),
    z.object({ do: z.literal('destroy'), record: name, base }),
    z.object({ do: z.literal('restore'), record: name, base, version: versionNumber, fields: names.exactOptional() }),
    z.object({ do: z.literal('read'), record: name }),
    z.object({ do: z.literal('list') }),
  ],
);

const refusals = [
  'stale',
  'gone',
  'absent',
  'taken',
  'unguarded',
  'invalid',
  'forbidden',
  'key-reused',
  'busy',
  'other',
] as const;
const result: z.ZodType<Result> = anyOf(
  'is',
  ['ok', 'list', 'refused', 'unknown'],
  [
    z.object({
      is: z.literal('ok'),
      ...standing,
      unchanged: z.boolean().exactOptional(),
      receipt: z.object({ with: names, fields: names }).exactOptional(),
    }),
    z.object({
      is: z.literal('list'),
      seq: whole.nullable(),
      records: z.array(z.object({ record: name, version, fields })),
    }),
    z.object({
      is: z.literal('refused'),
      why: z.enum(refusals),
      status: upTo(999),
      current: z.object(standing).exactOptional(),
    }),
    z.object({ is: z.literal('unknown'), why: text }),
  ],
);

const told: z.ZodType<Told> = z.object({
  seq: whole,
  record: name,
  action: z.enum(writes),
  ...standing,
  changed: names,
  by: name,
  key: name.nullable(),
  combined: z.object({ base: versionNumber, with: names }).exactOptional(),
  over: z.array(z.object({ user: name, fields: names })).exactOptional(),
});

const event = <K extends Kind, S extends z.core.$ZodLooseShape>(kind: K, shape: S) =>
  z.object({ at: moment, kind: z.literal(kind), ...shape });
const onLine = { editor: name, line: whole };
const line = <I extends EventOf<'line'>['is'], S extends z.core.$ZodLooseShape>(is: I, shape: S) =>
  event('line', { ...onLine, is: z.literal(is), ...shape });

export const schemas: Readonly<{ [K in Kind]: z.ZodType<EventOf<K>> }> = {
  run: event('run', {
    format: z.literal(1),
    store: z.enum(['stet', 'couchdb', 'tutorial']),
    scenario: text,
    seed: upTo(Number.MAX_SAFE_INTEGER),
    transport: z.enum(['http', 'websocket', 'xhr']),
    mode: z.enum(['network', 'in-process']),
    workspace: name,
  }),
  access: event('access', {
    user: name,
    role: roleSchema.nullable(),
    is: z.enum(['asked', 'certain']),
  }),
  editor: event('editor', { editor: name, user: name }),
  invoke: event('invoke', { call: whole, editor: name, op, key: name.nullable() }),
  result: event('result', { call: whole, result }),
  line: anyOf(
    'is',
    ['asked', 'open', 'reset', 'over'],
    [
      line('asked', { from: whole.nullable() }),
      line('open', { from: whole, workspaces: names }),
      line('reset', { workspace: name }),
      line('over', { why: text }),
    ],
  ),
  hear: event('hear', { ...onLine, workspace: name, told }),
  about: event('about', { ...onLine, workspace: name, what: z.enum(['presence', 'notice']) }),
  // `value` may be anything, and must be there.
  typed: event('typed', { editor: name, record: name, field: name, value: z.unknown() }),
  chose: event('chose', { editor: name, record: name, how: name, over: versionNumber.nullable() }),
  went: event('went', { editor: name, where: z.enum(['offline', 'online', 'reload']) }),
  saved: event('saved', { editor: name, record: name, state: name, version: versionNumber.nullable() }),
  fault: event('fault', { what: text, editor: name.exactOptional(), undone: z.literal(true).exactOptional() }),
  entry: event('entry', { told }),
  log: event('log', { whole: z.boolean(), head: whole }),
  stands: event('stands', { record: name, ...standing }),
  holds: event('holds', {
    editor: name,
    record: name,
    version: version.nullable(),
    fields: fields.nullable(),
    unsaved: fields.nullable(),
  }),
  notice: event('notice', { user: name, record: name, version: versionNumber, fields: names }),
  settled: event('settled', {}),
};
