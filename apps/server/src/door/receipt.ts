import { etagOf, quoted, type Receipt, type WayBack } from '@stet/protocol';
import type { Entry } from '@stet/store';
import { toVersion } from './changes.js';

// What tells a person of a save that was more than their own, and the way back out of it (M4).

/** Takes back what this write did: a restore like any other, refused where one of the values has changed again. */
export const wayBack = (
  { workspace, resource, id, version }: Entry,
  epoch: string,
  body: WayBack['body'],
): WayBack => ({
  method: 'POST',
  path: `/api/workspaces/${workspace}/${resource}/${id}/restore?onConflict=merge`,
  headers: { 'if-match': quoted(etagOf(version, epoch)) },
  body,
});

/** `between`: what the save was combined with; null for a save that is its author's alone. */
export function receiptOf(entry: Entry, between: readonly Entry[], epoch: string): Receipt | null {
  const combined = entry.how?.combined;
  if (!combined) return null;
  return {
    base: combined.base,
    version: entry.version,
    with: between.map((one) => toVersion(one, epoch)),
    fields: combined.fields,
    ...(entry.how?.over ? { over: entry.how.over.whose } : {}),
    undo: wayBack(entry, epoch, { version: entry.version - 1, fields: entry.fields }),
  };
}
