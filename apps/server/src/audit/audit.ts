import { setImmediate as turn } from 'node:timers/promises';
import { noValues, type Values } from '@stet/protocol';
import type { Snapshot, Workspace } from '@stet/store';
import { keptSince } from '../keeping.js';
import { auditNotices, besideVersions } from './beside.js';
import { Findings, type FlawKind, type Found } from './flaw.js';
import { walkHistories } from './histories.js';
import { auditLists, auditLog, auditStrays } from './log.js';

// Reads all that is kept, once, and says what became of every accepted value and what does not hold.
// each workspace: its log → its histories, with keys and notices, and where each record is listed → what points nowhere → its lists

export interface AuditOptions {
  /** This one alone. */
  workspace?: string;
  signal: AbortSignal;
  onProgress(versions: number, of: number): void;
}

export interface AuditReport {
  workspaces: number;
  records: number;
  versions: number;
  values: Values;
  flaws: {
    total: number;
    counts: Array<{ kind: FlawKind; count: number }>;
    /** The first thousand. */
    kept: Found[];
  };
  seconds: number;
}

export type Audited = { kind: 'done'; report: AuditReport } | { kind: 'stopped' } | { kind: 'unknown-workspace' };

export async function audit(snapshot: Snapshot, options: AuditOptions): Promise<Audited> {
  const began = performance.now();
  const { workspace: wanted, signal } = options;
  const all = (await snapshot.workspaces()).filter(({ id }) => wanted === undefined || id === wanted);
  const findings = new Findings();
  const values = noValues();
  if (wanted === undefined) {
    for (const workspace of await snapshot.unknownWorkspaces())
      findings.add({ workspace }, { kind: 'workspace-unknown' });
  } else if (all.length === 0) return { kind: 'unknown-workspace' };
  const of = all.reduce((sum, { seq }) => sum + seq, 0);
  let [records, versions] = [0, 0];
  const onPage = async (count: number): Promise<void> => {
    // SQLite gives nobody else a turn: neither the bar nor a signal.
    await turn();
    signal.throwIfAborted();
    versions += count;
    options.onProgress(versions, of);
  };
  try {
    for (const workspace of all) records += await auditOne(workspace);
  } catch (error) {
    if (signal.aborted) return { kind: 'stopped' };
    throw error;
  }
  const seconds = (performance.now() - began) / 1000;
  const counts = [...findings.counts].map(([kind, count]) => ({ kind, count }));
  const flaws = { total: findings.total, counts, kept: findings.kept };
  return { kind: 'done', report: { workspaces: all.length, records, versions, values, flaws, seconds } };

  async function auditOne(workspace: Workspace): Promise<number> {
    const { id } = workspace;
    const places = await auditLog(snapshot, workspace, findings);
    const beside = besideVersions({ snapshot, workspace: id, findings, keptSince: keptSince(Date.now()) });
    const walked = await walkHistories({ snapshot, workspace: id, findings, values, onPage, beside });
    const missing = await auditStrays(snapshot, id, findings);
    // A version that is gone leaves its place in the log empty; of a record that is gone with it, only that tells.
    values.vanished += missing + Math.max(0, places - walked.missing - missing);
    await auditNotices(snapshot, id, findings);
    await auditLists(snapshot, id, findings);
    return walked.records;
  }
}
