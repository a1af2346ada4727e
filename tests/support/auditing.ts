// What an audit says of a database, as far as a test asks.
import { type AuditReport, audit } from '@stet/server';
import type { OpenSnapshot } from '@stet/store';

export async function reportOf(opening: Promise<OpenSnapshot>): Promise<AuditReport> {
  const opened = await opening;
  if (opened.kind !== 'open') throw new Error(`The database is ${opened.kind}.`);
  try {
    const audited = await audit(opened.snapshot, { signal: new AbortController().signal, onProgress: () => {} });
    if (audited.kind !== 'done') throw new Error(`The audit is ${audited.kind}.`);
    return audited.report;
  } finally {
    await opened.snapshot.close();
  }
}

/** Each flaw's kind once, with the record it is of. */
export const flawsOf = ({ flaws }: AuditReport): string[] =>
  [...new Set(flaws.kept.map(({ record, flaw }) => (record ? `${flaw.kind} ${record.id}` : flaw.kind)))].sort();
