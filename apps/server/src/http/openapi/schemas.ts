import {
  authorSchema,
  changeSchema,
  fieldsSchema,
  howSchema,
  idSchema,
  membershipSchema,
  noticeSchema,
  receiptSchema,
  recordSchema,
  reserved,
  resources,
  staleSchema,
  versionSchema,
  wayBackSchema,
} from '@stet/protocol';
import * as z from 'zod';
import type { Route } from '../../door/route.js';

// From the zod schemas that judge the traffic to those that describe it, each that has a name said once.

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** RFC 9457; a kind of problem may have members of its own. */
export const problemSchema = z.looseObject({
  type: z.string().describe('A path of this server that explains the kind'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .describe('For input errors: where, and what is wrong there'),
});

export interface Schemas {
  /** All that have a name. */
  readonly named: Readonly<Record<string, JsonSchema>>;
  /** What a client may send. */
  input(schema: z.ZodType): JsonSchema;
  /** What it is answered. */
  output(schema: z.ZodType): JsonSchema;
}

type Direction = 'input' | 'output';

export const refTo = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

export function describeSchemas(routes: readonly Route[]): Schemas {
  const names = namesOf(routes);
  const describe = (schema: z.ZodType, io: Direction): JsonSchema => {
    const root: z.core.$ZodType = schema;
    const { $schema: _, ...described } = z.toJSONSchema(schema, {
      io,
      override({ zodSchema, jsonSchema }) {
        const own = zodSchema === root ? undefined : names.get(zodSchema);
        if (!own) return;
        for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
        Object.assign(jsonSchema, refTo(own.name));
      },
    });
    return described;
  };
  const refer = (schema: z.ZodType, io: Direction): JsonSchema => {
    const own = names.get(schema);
    return own ? refTo(own.name) : describe(schema, io);
  };
  const named = [...names].map(([schema, { name, io }]) => {
    const described = describe(schema as z.ZodType, io);
    return [name, io === 'input' ? withReserved(described) : described];
  });
  return {
    named: Object.fromEntries(named),
    input: (schema) => refer(schema, 'input'),
    output: (schema) => refer(schema, 'output'),
  };
}

/** What a client sends back of the envelope is no field, and no mistake either. */
function withReserved(fields: JsonSchema): JsonSchema {
  const own = [...reserved].map((name): [string, JsonSchema] => [
    name,
    { description: 'Passed over: the server keeps it' },
  ]);
  const { $schema: _, ...id } = z.toJSONSchema(idSchema.describe('Chosen by who creates it; passed over otherwise'));
  return { ...fields, properties: { ...Object.fromEntries(own), id, ...fields.properties } };
}

/** By identity: whatever route uses one of these refers to it. */
function namesOf(routes: readonly Route[]): Map<z.core.$ZodType, { name: string; io: Direction }> {
  const names = new Map<z.core.$ZodType, { name: string; io: Direction }>();
  const add = (schema: z.ZodType, name: string, io: Direction = 'output') => void names.set(schema, { name, io });
  add(authorSchema, 'Author');
  add(membershipSchema, 'Membership');
  add(problemSchema, 'Problem');
  add(recordSchema, 'Record');
  add(changeSchema, 'Change');
  add(versionSchema, 'Version');
  add(howSchema, 'How');
  add(staleSchema, 'Stale');
  add(wayBackSchema, 'WayBack');
  add(receiptSchema, 'Receipt');
  add(noticeSchema, 'Notice');
  for (const resource of resources.values()) {
    const name = resource.label.one.replace(/^./, (letter) => letter.toUpperCase());
    const item = `/workspaces/{workspace}/${resource.name}/{id}`;
    const answerTo = (wanted: Route['method']) =>
      routes.find(({ method, path }) => method === wanted && path === item)?.ok.schema;
    const [record, saved] = [answerTo('GET'), answerTo('PATCH')];
    if (record) add(record, name);
    if (saved) add(saved, `Saved${name}`);
    add(fieldsSchema(resource), `${name}Fields`, 'input');
  }
  return names;
}
