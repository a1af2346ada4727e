import { keysOf, resources } from '@stet/protocol';
import type { RecordRow, Snapshot } from '@stet/store';
import type { Findings } from './flaw.js';
import { bodyOf } from './parsed.js';

// Where a live record belongs in the lists, by its content. That it has its place by the time of its last change, and that
// no order has more places than there are records, is counted (log.ts).

export type Listing = Parameters<Snapshot['unlistedOf']>[1][number] & { version: number };

export function listingsOf(name: string, id: string, row: RecordRow): Listing[] {
  const resource = resources.get(name);
  const body = bodyOf(row.body);
  if (!resource || !body) return [];
  return keysOf(resource, body, row.updatedAt)
    .filter(({ field }) => field !== 'updatedAt')
    .map(({ field, key }) => ({ resource: name, id, version: row.version, field, key }));
}

export async function misplaced(
  snapshot: Snapshot,
  workspace: string,
  listings: readonly Listing[],
  findings: Findings,
): Promise<void> {
  if (listings.length === 0) return;
  const wrong = new Map<string, Set<string>>();
  for (const { resource, id, field } of await snapshot.unlistedOf(workspace, listings)) {
    const name = `${resource} ${id}`;
    wrong.set(name, (wrong.get(name) ?? new Set()).add(field.replace(/^=/, '')));
  }
  if (wrong.size === 0) return;
  for (const { resource, id, version } of listings) {
    const fields = wrong.get(`${resource} ${id}`);
    if (!fields) continue;
    findings.add({ workspace, record: { resource, id } }, { kind: 'misplaced', version, fields: [...fields] });
    wrong.delete(`${resource} ${id}`);
  }
}
