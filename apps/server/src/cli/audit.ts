import { join, resolve } from 'node:path';
import { type OpenSnapshot, openPostgresSnapshot, openSqliteSnapshot, type Snapshot } from '@stet/store';
import type { Command } from 'commander';
import { isPostgresUrl, shownUrl } from '../addresses.js';
import { audit } from '../audit/audit.js';
import { auditJson, auditText } from '../audit/report.js';
import { whyUnreadable } from '../audit/unreadable.js';
import { type Flags, runningAlone } from './command.js';
import { type Ending, failed, ok, wrong } from './ending.js';
import { progressView } from './progress.js';
import { onStopSignal } from './signals.js';
import { say } from './terminal.js';

export function auditCommand(stet: Command): void {
  stet
    .command('audit')
    .description('prove that nothing was lost: read all that is kept, and say what became of every accepted value')
    .option('--workspace <id>', 'this one alone; all of them otherwise')
    .addHelpText(
      'after',
      '\nIt only reads, from one moment on, also beside a server that runs: nobody waits for it. Of each accepted value it\n' +
        'says whether it stands in the record, was knowingly replaced, or was combined into a later one. What does not hold\n' +
        'is named with its rule in SPEC.md, where it is and what to do; then the exit status is 1.\n\n' +
        'Examples:\n  stet audit\n  stet audit --workspace catalogue --json',
    )
    .action(runningAlone(auditing));
}

/** What is asked for, without any of what a server needs: an audit makes neither folder nor secret. */
async function auditing(flags: Flags): Promise<Ending> {
  const { DATABASE_URL: url } = process.env;
  if (url && !isPostgresUrl(url)) {
    return wrong('DATABASE_URL must be a URL such as postgres://user:password@db.example.org:5432/stet.');
  }
  const data = resolve(typeof flags.data === 'string' && flags.data !== '' ? flags.data : './var');
  const file = join(data, 'stet.db');
  try {
    const opened = await (url ? openPostgresSnapshot(url) : openSqliteSnapshot(file));
    if (opened.kind !== 'open') return failed(whyNot[opened.kind](url ? shownUrl(url) : data));
    return await auditingOf(opened.snapshot, flags);
  } catch (error) {
    const why = whyUnreadable(error, url ? shownUrl(url) : file);
    if (why === null) throw error;
    return failed(why);
  }
}

async function auditingOf(snapshot: Snapshot, flags: Flags): Promise<Ending> {
  const progress = progressView('Auditing');
  const stop = new AbortController();
  const forget = onStopSignal(() => stop.abort());
  try {
    const { workspace } = flags;
    const audited = await audit(snapshot, {
      ...(typeof workspace === 'string' ? { workspace } : {}),
      signal: stop.signal,
      onProgress: (versions, of) => progress.show({ rows: versions, bytes: versions, of }),
    });
    progress.end();
    if (audited.kind === 'stopped') return failed('The audit was stopped: it has proven nothing.');
    if (audited.kind === 'unknown-workspace') return failed(`There is no workspace ${String(workspace)}.`);
    const { report } = audited;
    say(flags.json === true ? JSON.stringify(auditJson(report)) : auditText(report));
    return report.flaws.total === 0 ? ok : failed('The audit found what does not hold.');
  } finally {
    progress.end();
    forget();
    await snapshot.close();
  }
}

const whyNot: Record<Exclude<OpenSnapshot['kind'], 'open'>, (where: string) => string> = {
  missing: (where) => `There is nothing of Stet in ${where}.`,
  older: (where) => `What is in ${where} is of an older form: start the server of this version on it once.`,
  newer: (where) => `What is in ${where} is of a newer form: audit it with the version that made it.`,
};
