import { filterableBy, type ListQuery, type Place, problem, type Resource, sortableBy } from '@stet/protocol';
import * as z from 'zod';
import { type Answer, refuse } from './answer.js';

// What stands behind the question mark, bounded and named: an unknown name is refused, since it would be ignored silently.

export type Read<T> = { kind: 'ok'; value: T } | { kind: 'refused'; answer: Answer };

/** Reads query parameters; each may stand once. */
export function readQuery<T extends z.ZodObject>(schema: T, query: URLSearchParams): Read<z.infer<T>> {
  const names = [...query.keys()];
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  const parsed = schema.safeParse(Object.fromEntries(query));
  if (twice === undefined && parsed.success) return { kind: 'ok', value: parsed.data };
  const errors =
    twice === undefined
      ? (parsed.error?.issues ?? []).flatMap(issuesOfQuery)
      : [{ path: twice, message: 'stands twice' }];
  const detail = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return { kind: 'refused', answer: refuse(problem('malformed', detail, { errors })) };
}

const issuesOfQuery = (issue: z.core.$ZodIssue): Array<{ path: string; message: string }> =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((path) => ({ path, message: 'is not a parameter of this request' }))
    : [{ path: issue.path.map(String).join('.'), message: issue.message }];

/** For what knows no parameters. */
export const noQuery = z.strictObject({});

/** What becomes of a stale save. */
export const writeQuery = z.strictObject({
  onConflict: z
    .enum(['reject', 'merge'], 'must be reject or merge')
    .prefault('reject')
    .describe('With `merge`, a stale save whose fields all combine is written, and the answer has a `receipt`'),
});

/** A whole number in a query, with its bounds and what it is when it is not named. */
export const wholeNumber = (least: number, most: number, otherwise: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(least).max(most))
    .prefault(String(otherwise))
    // What the description says: the number that it means, not the digits that carry it.
    .meta({ type: 'integer', minimum: least, maximum: most, pattern: undefined });

/** The query of a resource's list: paging, words, order, and one value for each field that filters. */
export function listQuerySchema(resource: Resource) {
  const sorts = sortableBy(resource).flatMap((name) => [name, `-${name}`]);
  const filters = Object.fromEntries(
    filterableBy(resource).map((name) => [name, z.string().min(1).max(300).optional()]),
  );
  return z.strictObject({
    limit: wholeNumber(1, 200, 50),
    after: z.string().max(600).optional().describe('`next` of the page before'),
    q: z.string().max(300).prefault('').describe('Words; each must begin a word of the record'),
    sort: z
      .enum(sorts, `must be one of ${sorts.join(', ')}`)
      .prefault(resource.title)
      .describe('`-` turns the order round'),
    ...filters,
  });
}

/** What the list query means to the store. */
export function listQueryOf(resource: Resource, value: Record<string, unknown>): ListQuery {
  const filters: Record<string, string> = {};
  for (const name of filterableBy(resource)) {
    const wanted = value[name];
    if (typeof wanted === 'string') filters[name] = wanted;
  }
  return { q: String(value.q), sort: String(value.sort), filters };
}

const placeSchema = z.tuple([z.string(), z.string(), z.string()]);

/** A page's end, opaque to the client; it names its order, so that it can't be used in another. */
export const writePlace = (sort: string, place: Place): string =>
  Buffer.from(JSON.stringify([sort, place.key, place.id])).toString('base64url');

export function readPlace(sort: string, text: string): Place | null {
  try {
    const [order, key, id] = placeSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return order === sort ? { key, id } : null;
  } catch {
    return null;
  }
}
