import * as z from 'zod';
import type { Value } from './field.js';
import type { InputIssue } from './problems.js';
import { reserved } from './record.js';
import type { Body, Resource } from './resource.js';

// What a client sent, judged by the resource: the one gate for pages, machines, socket and import.

export type Parsed<T> = { kind: 'ok'; value: T } | { kind: 'invalid'; issues: InputIssue[] };

// Keys that reach an object's prototype once somebody merges carelessly.
const poisoned = ['__proto__', 'constructor', 'prototype'];

const schemas = new WeakMap<Resource, z.ZodType<Partial<Body>>>();

/** The fields that a client may send, each optional: unknown names are refused, since a typing error must not vanish. */
export function fieldsSchema(resource: Resource): z.ZodType<Partial<Body>> {
  let schema = schemas.get(resource);
  if (!schema) {
    const shape = Object.fromEntries(
      Object.entries(resource.fields).map(([name, field]) => [
        name,
        field.schema.optional().describe(field.help ?? field.label),
      ]),
    );
    schema = z.strictObject(shape) as z.ZodType<Partial<Body>>;
    schemas.set(resource, schema);
  }
  return schema;
}

// An answer names so many faults and no more: it must not be many times what was sent.
const mostIssues = 50;
const longestName = 100;

export const issuesOf = (error: z.ZodError): InputIssue[] =>
  error.issues
    .flatMap((issue) => {
      const path = issue.path.map(String).join('.');
      if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
      return issue.keys.slice(0, mostIssues).map((key) => ({
        path: path ? `${path}.${key.slice(0, longestName)}` : key.slice(0, longestName),
        message: 'is not a field of this resource',
      }));
    })
    .slice(0, mostIssues);

/**
 * Reads the fields of a PUT, PATCH or POST body into their stored form: trimmed, NFC, '' and null as "no value".
 * Reserved members that a client sends back are dropped; their truth is the server's.
 */
export function parseFields(resource: Resource, input: unknown): Parsed<Partial<Body>> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return { kind: 'invalid', issues: [{ path: '', message: 'must be a JSON object' }] };
  }
  const own: Record<string, unknown> = Object.create(null);
  for (const [key, value] of Object.entries(input)) {
    if (poisoned.includes(key))
      return { kind: 'invalid', issues: [{ path: key, message: 'is not allowed as a name' }] };
    if (!reserved.has(key)) own[key] = value;
  }
  const parsed = fieldsSchema(resource).safeParse(own);
  if (!parsed.success) return { kind: 'invalid', issues: issuesOf(parsed.error) };
  const fields: Partial<Body> = {};
  for (const [name, value] of Object.entries(parsed.data)) {
    const field = resource.fields[name];
    if (field && value !== undefined) fields[name] = value === '' || value === null ? field.empty : value;
  }
  return { kind: 'ok', value: fields };
}

const isNothing = (value: Value | undefined): boolean =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0);

/** What a whole record must fulfil beyond its single fields. */
export function checkBody(resource: Resource, body: Body): InputIssue[] {
  const missing = Object.entries(resource.fields)
    .filter(([name, field]) => field.required && isNothing(body[name]))
    .map(([path]) => ({ path, message: 'is required' }));
  return [...missing, ...resource.check(body)];
}
