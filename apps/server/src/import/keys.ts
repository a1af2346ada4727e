import { createHash } from 'node:crypto';
import { type Body, fold, idSchema, type Resource } from '@stet/protocol';
import type { Store } from '@stet/store';
import type { Key } from './columns.js';

// From a row to the record that it means. The answer depends on nothing but the row and what is stored, so that the
// next import of the same file finds the same records.

export type Recognised = { kind: 'id'; id: string } | { kind: 'none'; rule: string; detail?: string };

export const keyRules = {
  noId: 'the key cannot be an id: it needs 1 to 100 letters, digits or . _ ~ -',
  noValue: 'the key has no valid value, so nothing tells whether the record is there already',
  several: 'several records hold this value, and nothing tells which is meant',
} as const;

/** The key of a row as text; null where the row has none. Two rows with one key mean one record. */
export function keyOf(key: Key, cells: readonly string[], fields: Partial<Body>): string | null {
  const cell = (cells[key.index] ?? '').trim();
  if (key.kind !== 'field' || cell === '') return cell === '' ? null : cell;
  const value = fields[key.field];
  return value === undefined || value === null || Array.isArray(value) ? null : String(value);
}

/** The record that a key means. It may not be there yet. */
export type Recognise = (key: string) => Promise<Recognised>;

/** Answers how this import's keys find their records. Where they are values of a field, every record is looked at once. */
export async function recogniser(
  store: Store,
  workspace: string,
  resource: Resource,
  key: Key,
  signal?: AbortSignal,
): Promise<Recognise> {
  if (key.kind === 'id') {
    return async (id) =>
      idSchema.safeParse(id).success
        ? { kind: 'id', id }
        : { kind: 'none', rule: keyRules.noId, detail: id.slice(0, 100) };
  }
  if (key.kind === 'foreign') return async (value) => ({ kind: 'id', id: derivedId(key.header, value) });
  const holders = await holdersOf(store, workspace, resource, key.field, signal);
  return async (value) => {
    // Made by an earlier import of this key, whatever value people have given the field since.
    const derived = derivedId(key.field, value);
    const made = await store.records.get(workspace, resource.name, derived);
    if (made?.body) return { kind: 'id', id: derived };
    const found = holders.get(value) ?? [];
    if (found.length > 1) return { kind: 'none', rule: keyRules.several, detail: found.join(', ') };
    return { kind: 'id', id: found[0] ?? derived };
  };
}

const pageSize = 500;
const mostNamed = 5;

async function holdersOf(
  store: Store,
  workspace: string,
  resource: Resource,
  field: string,
  signal: AbortSignal | undefined,
): Promise<Map<string, string[]>> {
  const holders = new Map<string, string[]>();
  // In the order of the last change a record that is saved meanwhile comes again at the end; none is missed.
  const query = { q: '', sort: 'updatedAt', filters: {} };
  let after: Awaited<ReturnType<Store['records']['list']>>['next'] = null;
  do {
    const page = await store.records.list(workspace, resource, query, after, pageSize);
    for (const { id, body } of page.items) {
      const value = body?.[field];
      if (value === undefined || value === null || Array.isArray(value)) continue;
      const ids = holders.get(String(value)) ?? [];
      if (!ids.includes(id) && ids.length < mostNamed) holders.set(String(value), [...ids, id]);
    }
    after = page.next;
    await new Promise((resolve) => setImmediate(resolve));
  } while (after && !signal?.aborted);
  return holders;
}

const asItIs = /^[A-Za-z0-9._~-]{1,60}$/;
const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);
const slug = (text: string): string =>
  fold(text)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 30);

/** `isbn13-9780439023481`: the id of a record that was made for a key which is none; equal keys give equal ids. */
export function derivedId(header: string, value: string): string {
  const prefix = /^[A-Za-z0-9_]{1,30}$/.test(header) ? header.replace(/^_+/, '') : slug(header);
  if (prefix !== '' && asItIs.test(value)) return `${prefix}-${value}`;
  return [prefix || 'key', slug(value), hash(`${header}\u0000${value}`)].filter(Boolean).join('-');
}
