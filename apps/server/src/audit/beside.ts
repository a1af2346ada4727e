import { howSchema } from '@stet/protocol';
import type { Snapshot, VersionRow } from '@stet/store';
import type { Findings } from './flaw.js';
import type { Walk } from './histories.js';

// What is kept beside each version for as long as keeping.ts says: the key that it was written with (V7), and a notice
// for each whose values it replaced (M4).

export interface BesideOptions {
  snapshot: Snapshot;
  workspace: string;
  findings: Findings;
  /** What was written before this may have been forgotten. */
  keptSince: string;
}

export function besideVersions({ snapshot, workspace, findings, keptSince }: BesideOptions): Walk['beside'] {
  let over: Array<{ row: VersionRow; user: string }> = [];
  return {
    see(row) {
      if (row.at < keptSince) return;
      seeKey(row);
      if (row.how?.includes('"over"')) over.push(...(peopleOver(row.how) ?? []).map((user) => ({ row, user })));
    },
    async page() {
      if (over.length === 0) return;
      const [users, seqs] = [over.map(({ user }) => user), over.map(({ row }) => row.seq)];
      const told = await snapshot.told(workspace, [...new Set(users)], [...new Set(seqs)]);
      const has = new Set(told.map(({ user, seq }) => `${seq} ${user}`));
      for (const { row, user } of over) {
        const { resource, id, version, seq } = row;
        if (has.has(`${seq} ${user}`)) continue;
        findings.add({ workspace, record: { resource, id } }, { kind: 'notice-missing', version, user, seq });
      }
      over = [];
    },
  };

  function seeKey({ resource, id, version, by: user, key, kept }: VersionRow): void {
    if (key === null) return;
    const at = { workspace, record: { resource, id } };
    if (!kept) return findings.add(at, { kind: 'key-forgotten', version, user, key });
    if (kept.resource === resource && kept.id === id && kept.version === version) {
      // What was saved with it came of it; that it was saved by somebody else is found from the key's side.
      if (kept.kind === 'unchanged') findings.add(at, { kind: 'key-untrue', version, user, key, says: kept.kind });
      return;
    }
    const other = `version ${kept.version} of ${kept.resource} ${kept.id}`;
    findings.add(at, { kind: 'key-twice', version, user, key, other });
  }
}

/** Each notice has its version, which says that it replaced values of theirs. */
export async function auditNotices(snapshot: Snapshot, workspace: string, findings: Findings): Promise<void> {
  for await (const page of snapshot.notices(workspace)) {
    for (const { user, seq, of } of page) {
      if (of === null) {
        findings.add({ workspace }, { kind: 'notice-astray', user, seq });
        continue;
      }
      const { resource, id, version, how } = of;
      if (peopleOver(how)?.includes(user) !== false) continue;
      findings.add({ workspace, record: { resource, id } }, { kind: 'notice-unsaid', version, user, seq });
    }
  }
}

/** Null where it can't be read: that is said by its history. */
function peopleOver(how: string | null): string[] | null {
  if (how === null) return [];
  try {
    const parsed = howSchema.safeParse(JSON.parse(how));
    return parsed.success ? [...new Set(parsed.data.over?.whose.map(({ id }) => id) ?? [])] : null;
  } catch {
    return null;
  }
}
