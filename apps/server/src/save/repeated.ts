import { createHash } from 'node:crypto';
import type { Body } from '@stet/protocol';
import type { Entry, Kept, Store, Stored } from '@stet/store';
import type { Asked, Edit, Save } from './request.js';

// A write that comes again with its key gets its first answer (V7): how it is known, and where that answer is.

/**
 * A digest of what was asked for. The base is no part of it: whoever was refused as stale may go on with the same key
 * from a newer one, for nothing was written.
 */
export const contentOf = ({ resource, id, edit }: Save): string =>
  createHash('sha256')
    .update(JSON.stringify([edit.kind, resource.name, id, plain(edit)]))
    .digest('base64url');

function plain(edit: Edit): unknown {
  switch (edit.kind) {
    case 'destroy':
      return null;
    case 'restore':
      return [edit.version, edit.only];
    default:
      return inOrder(edit.fields);
  }
}

/** By name: in which order a client wrote its fields means nothing. */
const inOrder = (fields: Partial<Body>) => Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));

/** What became of the first write with this key, if there was one; null otherwise. */
export async function firstWith(store: Store, { workspace, by, key }: Asked): Promise<Kept | null> {
  return key && store.keys.find(workspace, by.id, key.key);
}

export type First = { kind: 'saved'; entry: Entry } | { kind: 'unchanged'; record: Stored } | { kind: 'reused' };

/** The first answer, from the version that it told of; refused where the key was used for something else. */
export async function firstAnswer(store: Store, { workspace, key }: Asked, kept: Kept): Promise<First> {
  if (kept.content !== key?.content) return { kind: 'reused' };
  const { kind, resource, id, version } = kept;
  const entry = await store.log.at(workspace, resource, id, version);
  if (!entry) throw new Error(`The history of ${resource} ${id} lacks version ${version}, of which a key tells`);
  return kind === 'saved' ? { kind: 'saved', entry } : { kind: 'unchanged', record: entry.left };
}
