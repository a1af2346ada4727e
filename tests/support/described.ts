// Holds every answer that a test gets against what the server itself says of its interface.
import { problemKinds, problemName } from '@stet/protocol';
import * as z from 'zod';

export interface Told {
  status: number;
  headers: { readonly [name: string]: string | string[] | undefined };
  body: unknown;
}

/** Throws where an answer is not the one that is described. */
export type Check = (method: string, path: string, told: Told) => void;

type Schema = z.core.JSONSchema.JSONSchema;
interface Described {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: Schema }> }> }>
  >;
  components: { schemas: Record<string, Schema> };
}

export async function describedAt(url: string): Promise<Check> {
  const text = await (await fetch(`${url}/api/openapi.json`)).text();
  const api = JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as Described;
  const schemas = new Map<Schema, z.ZodType>();
  const zodOf = (schema: Schema): z.ZodType => {
    const made = schemas.get(schema) ?? z.fromJSONSchema({ ...Object(schema), $defs: api.components.schemas });
    schemas.set(schema, made);
    return made;
  };
  const templates = Object.keys(api.paths).map((path) => ({ path, parts: path.split('/') }));

  function templateOf(path: string) {
    const parts = (path.split('?', 1)[0] ?? '').split('/');
    const fits = (wanted: string[]) =>
      wanted.length === parts.length &&
      wanted.every((part, at) => part === parts[at] || (part.startsWith('{') && parts[at]));
    return templates.find(({ parts: wanted }) => fits(wanted))?.path;
  }

  return (method, path, told) => {
    const where = `${method} ${path} answered ${told.status}`;
    const type = String(told.headers['content-type'] ?? '').split(';')[0];
    if (told.status >= 400) checkProblem(where, type, told);
    // What is none of our paths, or another method of one, is described by the problem alone.
    const operation = api.paths[templateOf(path) ?? '']?.[method.toLowerCase()];
    if (!operation) return;
    const answer = operation.responses[told.status];
    if (!answer) throw new Error(`${where}, which is not described`);
    if (told.body === undefined) return;
    const schema = answer.content?.[type ?? '']?.schema;
    if (schema === undefined) throw new Error(`${where} with ${type}, which is not described`);
    const read = zodOf(schema).safeParse(told.body);
    if (!read.success) throw new Error(`${where} with a body that is not as described: ${z.prettifyError(read.error)}`);
  };
}

function checkProblem(where: string, type: string | undefined, { status, body }: Told): void {
  if (type !== 'application/problem+json') throw new Error(`${where} with ${type} instead of a problem`);
  const name = problemName(Object(body));
  if (!name) throw new Error(`${where} with an unknown problem: ${JSON.stringify(body)}`);
  if (problemKinds[name].status !== status || Object(body).status !== status) {
    throw new Error(`${where} with a problem of another status: ${JSON.stringify(body)}`);
  }
}
