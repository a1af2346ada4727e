import { addValues, type Body, RecordLedger, resources, type Values } from '@stet/protocol';
import type { RecordRow, Snapshot, VersionRow } from '@stet/store';
import type { Findings } from './flaw.js';
import { parsedRow, parsedVersion } from './parsed.js';

// All histories of a workspace, record by record: each is fed to a ledger and closed by the record itself.

export interface Walk {
  snapshot: Snapshot;
  workspace: string;
  findings: Findings;
  values: Values;
  /** After each page, with how many versions it had. */
  onPage(count: number): Promise<void>;
  /** Sees each version, and each page when it is through. */
  beside: { see(row: VersionRow): void; page(): Promise<void> };
}

interface Open {
  resource: string;
  id: string;
  ledger: RecordLedger;
  row: RecordRow | null;
  last: { text: string | null; body: Body | null } | null;
}

/** How many records have a history. */
export async function walkHistories(walk: Walk): Promise<number> {
  const { snapshot, workspace, beside } = walk;
  let records = 0;
  let open: Open | undefined;
  for await (const page of snapshot.versions(workspace)) {
    for (const row of page) {
      if (open?.resource !== row.resource || open.id !== row.id) {
        if (open) await close(walk, open);
        open = { resource: row.resource, id: row.id, ledger: ledgerOf(row.resource), row: null, last: null };
        records += 1;
      }
      take(open, row);
      beside.see(row);
    }
    await beside.page();
    await walk.onPage(page.length);
  }
  if (open) await close(walk, open);
  return records;
}

const ledgerOf = (resource: string): RecordLedger => new RecordLedger(resources.get(resource));

function take(open: Open, row: VersionRow): void {
  const parsed = parsedVersion(row);
  if (parsed.kind === 'unreadable') open.ledger.unreadable(row, parsed.part);
  else open.ledger.take(parsed.entry);
  open.last = parsed.kind === 'entry' ? { text: row.body, body: parsed.entry.body } : null;
  open.row = row.row ?? open.row;
}

async function close({ snapshot, workspace, findings, values }: Walk, open: Open): Promise<void> {
  const { resource, id, ledger, last } = open;
  // It was met at its own version, unless there is none like it.
  const row = open.row ?? (await snapshot.record(workspace, resource, id));
  const ended = ledger.end(row && parsedRow(row, last));
  addValues(values, ended.values);
  for (const flaw of ended.flaws) findings.add({ workspace, record: { resource, id } }, flaw);
}
