import { cursorOf, etagOf, LogLedger, readCursor, readEtag, resources, sortableBy } from '@stet/protocol';
import type { Snapshot, Workspace } from '@stet/store';
import type { Findings } from './flaw.js';

// What concerns a workspace as a whole: its log, its epoch and floor, what points nowhere, and its lists.

/** How many places of the log are empty. */
export async function auditLog(snapshot: Snapshot, workspace: Workspace, findings: Findings): Promise<number> {
  const { id, epoch, floor, seq: head } = workspace;
  const at = { workspace: id };
  const log = new LogLedger();
  for await (const places of snapshot.places(id)) for (const place of places) log.take(place);
  const flaws = log.end(head);
  for (const flaw of flaws) findings.add(at, flaw);
  const isReadable = readCursor(cursorOf({ epoch, seq: head }))?.epoch === epoch && readEtag(etagOf(1, epoch)) !== null;
  if (!isReadable) findings.add(at, { kind: 'epoch-malformed', epoch });
  if (floor < 0 || floor > head) findings.add(at, { kind: 'floor-astray', floor, head });
  return flaws.reduce((sum, flaw) => sum + (flaw.kind === 'place-missing' ? flaw.to - flaw.from + 1 : 0), 0);
}

/** How many versions are not there of records without any. */
export async function auditStrays(snapshot: Snapshot, workspace: string, findings: Findings): Promise<number> {
  let missing = 0;
  for (const { resource, id, version } of await snapshot.recordsWithoutHistory(workspace)) {
    findings.add({ workspace, record: { resource, id } }, { kind: 'history-missing', version });
    missing += version;
  }
  for (const { resource, id, version, user, key, kind, isThere } of await snapshot.keysAstray(workspace)) {
    const at = { workspace, record: { resource, id } };
    if (isThere) findings.add(at, { kind: 'key-untrue', version, user, key, says: kind });
    else findings.add(at, { kind: 'key-astray', version, user, key });
  }
  return missing;
}

/** Each live record has one place in each order of its list. */
export async function auditLists(snapshot: Snapshot, workspace: string, findings: Findings): Promise<void> {
  for (const { resource, id, version } of await snapshot.unlisted(workspace)) {
    findings.add({ workspace, record: { resource, id } }, { kind: 'unlisted', version });
  }
  for (const { resource, id, version } of await snapshot.unsearched(workspace)) {
    findings.add({ workspace, record: { resource, id } }, { kind: 'unsearched', version });
  }
  const live = new Map((await snapshot.live(workspace)).map(({ resource, count }) => [resource, count]));
  const listed = await snapshot.listed(workspace);
  for (const resource of resources.values()) {
    const count = live.get(resource.name) ?? 0;
    for (const field of sortableBy(resource)) {
      const found = listed.find((each) => each.resource === resource.name && each.field === field)?.count ?? 0;
      if (found === count) continue;
      findings.add({ workspace }, { kind: 'list-astray', resource: resource.name, field, listed: found, live: count });
    }
  }
}
