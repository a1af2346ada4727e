import type { JsonSchema } from './schemas.js';

// The parts of OpenAPI 3.1 that Stet's description is made of.

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: JsonSchema;
}

export interface Content {
  schema: JsonSchema;
  examples?: Readonly<Record<string, { value: unknown }>>;
}

export interface DescribedAnswer {
  description: string;
  headers?: Readonly<Record<string, { description: string; schema: JsonSchema }>>;
  content?: Readonly<Record<string, Content>>;
}

export interface Operation {
  operationId: string;
  tags: readonly string[];
  summary: string;
  /** Empty where nobody needs to be signed in; otherwise as the whole document says. */
  security?: ReadonlyArray<Readonly<Record<string, string[]>>>;
  parameters?: readonly Parameter[];
  requestBody?: { required: boolean; content: Readonly<Record<string, Content>> };
  /** By status. */
  responses: Readonly<Record<string, DescribedAnswer>>;
}

/** An operation with its place in the document. */
export interface Placed {
  method: string;
  path: string;
  operation: Operation;
}

export interface OpenApi {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string; license: { name: string; identifier: string } };
  servers: Array<{ url: string }>;
  security: Array<Record<string, string[]>>;
  tags: Array<{ name: string }>;
  /** By path, then by method in lower case. */
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Readonly<Record<string, JsonSchema>>; securitySchemes: Record<string, unknown> };
}
