import { addValues, type Body, RecordLedger, resources, type Values } from '@stet/protocol';
import type { RecordRow, Snapshot, VersionRow } from '@stet/store';
import type { Findings } from './flaw.js';
import { type Listing, listingsOf, misplaced } from './listings.js';
import { parsedRow, parsedVersion } from './parsed.js';
import { judgeVersion } from './version.js';

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

/** How many records have a history, and how many versions are not there. */
export async function walkHistories(walk: Walk): Promise<{ records: number; missing: number }> {
  const { snapshot, workspace, findings, beside } = walk;
  let [records, missing] = [0, 0];
  let listings: Listing[] = [];
  const end = async (open: Open): Promise<void> => {
    const closed = await close(walk, open);
    missing += closed.missing;
    listings.push(...closed.listings);
  };
  let open: Open | undefined;
  for await (const page of snapshot.versions(workspace)) {
    for (const row of page) {
      if (open?.resource !== row.resource || open.id !== row.id) {
        if (open) await end(open);
        open = { resource: row.resource, id: row.id, ledger: ledgerOf(row.resource), row: null, last: null };
        records += 1;
      }
      take(walk, open, row);
      beside.see(row);
    }
    await beside.page();
    await misplaced(snapshot, workspace, listings, findings);
    listings = [];
    await walk.onPage(page.length);
  }
  if (open) await end(open);
  await misplaced(snapshot, workspace, listings, findings);
  return { records, missing };
}

const ledgerOf = (resource: string): RecordLedger => new RecordLedger(resources.get(resource));

function take({ workspace, findings }: Walk, open: Open, row: VersionRow): void {
  const parsed = parsedVersion(row);
  if (parsed.kind === 'unreadable') open.ledger.unreadable(row, parsed.part);
  else open.ledger.take(parsed.entry);
  const { resource, id } = open;
  const body = parsed.kind === 'entry' ? parsed.entry.body : null;
  for (const flaw of judgeVersion(resources.get(resource), row, body)) {
    findings.add({ workspace, record: { resource, id } }, flaw);
  }
  open.last = parsed.kind === 'entry' ? { text: row.body, body: parsed.entry.body } : null;
  open.row = row.row ?? open.row;
}

interface Closed {
  missing: number;
  listings: Listing[];
}

async function close({ snapshot, workspace, findings, values }: Walk, open: Open): Promise<Closed> {
  const { resource, id, ledger, last } = open;
  // It was met at its own version, unless there is none like it.
  const row = open.row ?? (await snapshot.record(workspace, resource, id));
  const ended = ledger.end(row && parsedRow(row, last));
  addValues(values, ended.values);
  for (const flaw of ended.flaws) findings.add({ workspace, record: { resource, id } }, flaw);
  // Lists follow what was saved: where the record is another one, that is the flaw.
  const differs = ended.flaws.some(({ kind }) => kind === 'record-differs');
  return { missing: ended.missing, listings: row && !differs ? listingsOf(resource, id, row) : [] };
}
