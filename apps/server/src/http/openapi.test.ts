import { problemKinds } from '@stet/protocol';
import { describe, expect, test } from 'vitest';
import { routes } from '../door/routes.js';
import { openApi } from './openapi.js';

// Whether the description is sound in itself. Whether it is true is asked of every answer that a flow test gets.

const api = openApi(routes, '1.2.3');
const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

test('every route of the door is described', () => {
  for (const { method, path } of routes) expect(api.paths[`/api${path}`]?.[method.toLowerCase()]).toBeDefined();
});

test('each operation has a name of its own, a summary and a tag', () => {
  const names = operations.map(({ operation }) => operation.operationId);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z][A-Za-z]+$/);
  const tags = new Set(api.tags.map(({ name }) => name));
  for (const { operation } of operations) {
    expect(operation.summary).not.toBe('');
    expect(operation.tags.every((tag) => tag !== '' && tags.has(tag))).toBe(true);
  }
});

test('each path names its parameters, each of them once', () => {
  for (const { path, operation } of operations) {
    const parameters = operation.parameters ?? [];
    const inPath = parameters.filter((parameter) => parameter.in === 'path');
    expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
    expect(inPath.every(({ required }) => required)).toBe(true);
    const places = parameters.map((parameter) => `${parameter.in} ${parameter.name}`);
    expect(new Set(places).size).toBe(places.length);
  }
});

/** Everything in the document that has this key, wherever it stands. */
const all = (value: unknown, key: string): unknown[] => {
  if (typeof value !== 'object' || value === null) return [];
  const own = Object.hasOwn(value, key) ? [(value as Record<string, unknown>)[key]] : [];
  return [...own, ...Object.values(value).flatMap((inner) => all(inner, key))];
};

test('every reference leads somewhere, and nothing of a draft or of zod is left in it', () => {
  const names = Object.keys(api.components.schemas).map((name) => `#/components/schemas/${name}`);
  const refs = all(api, '$ref');
  expect(refs.length).toBeGreaterThan(20);
  for (const ref of refs) expect(names).toContain(ref);
  for (const key of ['$schema', '$id', '$defs', '~standard']) expect(all(api, key)).toEqual([]);
  expect(JSON.parse(JSON.stringify(api))).toEqual(api);
});

test('each operation says how it goes well, and each refusal is of the table', () => {
  for (const { operation } of operations) {
    const statuses = Object.keys(operation.responses).map(Number);
    expect(statuses.some((status) => status >= 200 && status < 300)).toBe(true);
    const known = Object.values(problemKinds).map(({ status }): number => status);
    for (const status of statuses.filter((status) => status >= 400)) {
      expect(known).toContain(status);
      expect(Object.keys(operation.responses[status]?.content ?? {})).toEqual(['application/problem+json']);
    }
  }
});

describe('the rules of versions are in it', () => {
  const guarded = operations.filter(({ operation }) => operation.parameters?.some(({ name }) => name === 'If-Match'));

  test('[V3] every write but a create asks for If-Match', () => {
    expect(guarded.map(({ operation }) => operation.operationId)).toEqual([
      'putBooksById',
      'patchBooksById',
      'deleteBooksById',
      'postBooksByIdRestore',
    ]);
    for (const { operation } of guarded) {
      expect(operation.parameters?.find(({ name }) => name === 'If-Match')?.required).toBe(true);
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['412', '428']));
      expect(operation.responses[412]?.content?.['application/problem+json']?.schema).toEqual({
        $ref: '#/components/schemas/Stale',
      });
    }
  });

  test('[V4] [V7] every write may name itself, and those with a base what its author had started from', () => {
    const headersOf = (name: string) =>
      operations
        .find(({ operation }) => operation.operationId === name)
        ?.operation.parameters?.flatMap((parameter) => (parameter.in === 'header' ? [parameter.name] : []));
    const writes = ['Idempotency-Key', 'Stet-Connection'];
    expect(headersOf('postBooks')).toEqual(writes);
    for (const { operation } of guarded) {
      expect(headersOf(operation.operationId)).toEqual(['If-Match', 'Stet-Base', ...writes]);
    }
    expect(headersOf('deleteNoticesBySeq')).toEqual([]);
    const keyed = operations.filter(({ operation }) => headersOf(operation.operationId)?.includes('Idempotency-Key'));
    for (const { operation } of keyed) {
      const said = operation.responses[200] ?? operation.responses[201];
      expect(said?.headers).toHaveProperty('Idempotent-Replayed');
    }
  });

  test('[M4] what can be combined says so, and answers with a receipt', () => {
    const combining = operations.filter(({ operation }) =>
      operation.parameters?.some(({ name }) => name === 'onConflict'),
    );
    expect(combining.map(({ operation }) => operation.operationId)).toEqual([
      'putBooksById',
      'patchBooksById',
      'postBooksByIdRestore',
    ]);
    for (const { operation } of combining) {
      const schema = operation.responses[200]?.content?.['application/json']?.schema;
      expect(schema).toEqual({ $ref: '#/components/schemas/SavedBook' });
      const onConflict = operation.parameters?.find(({ name }) => name === 'onConflict');
      expect(onConflict?.schema).toEqual({ type: 'string', enum: ['reject', 'merge'], default: 'reject' });
    }
    expect(api.components.schemas.SavedBook?.properties?.receipt).toEqual({ $ref: '#/components/schemas/Receipt' });
    expect(api.components.schemas.SavedBook?.required).not.toContain('receipt');
  });

  test('[S1] whatever is not open to all asks for a session or a token', () => {
    const open = operations.filter(({ operation }) => operation.security?.length === 0);
    expect(open.map(({ path }) => path).filter((path) => path.startsWith('/api/workspaces'))).toEqual([]);
    expect(api.security).toEqual([{ session: [] }, { token: [] }]);
    expect(Object.keys(api.components.securitySchemes)).toEqual(['session', 'token']);
  });
});

test('what is told as a stream too says so, and how it is resumed', () => {
  const streaming = operations.filter(({ operation }) => operation.responses[200]?.content?.['text/event-stream']);
  expect(streaming.map(({ operation }) => operation.operationId)).toEqual(['getChanges']);
  for (const { operation } of streaming) {
    expect(operation.parameters?.map(({ name }) => name)).toEqual(['workspace', 'since', 'limit', 'Last-Event-ID']);
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['200', '404', '410', '429', '503']));
  }
});

test('numbers in a query are described as what they mean', () => {
  const limit = api.paths['/api/workspaces/{workspace}/books']?.get?.parameters?.find(({ name }) => name === 'limit');
  expect(limit?.schema).toEqual({ type: 'integer', minimum: 1, maximum: 200, default: 50 });
});

test('a body may hold what the server gave with the record', () => {
  const fields = api.components.schemas.BookFields;
  expect(Object.keys(fields?.properties ?? {})).toEqual(expect.arrayContaining(['title', 'id', 'version', 'etag']));
  expect(fields?.additionalProperties).toBe(false);
});
