import { join } from 'node:path';
import { type OpenSnapshot, openPostgresSnapshot, openSqliteSnapshot } from '@stet/store';
import type { Command } from 'commander';
import { shownUrl } from '../addresses.js';
import { audit } from '../audit/audit.js';
import { auditJson, auditText } from '../audit/report.js';
import type { Config } from '../config.js';
import { type Asked, running } from './command.js';
import { type Ending, failed, ok } from './ending.js';
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
    .action(running(auditing));
}

async function auditing({ config, flags, json }: Asked): Promise<Ending> {
  const opened = await open(config);
  if (opened.kind !== 'open') return failed(whyNot[opened.kind](whereOf(config)));
  const { snapshot } = opened;
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
    say(json ? JSON.stringify(auditJson(report)) : auditText(report));
    return report.flaws.total === 0 ? ok : failed('The audit found what does not hold.');
  } finally {
    progress.end();
    forget();
    await snapshot.close();
  }
}

const open = ({ database, data }: Config): Promise<OpenSnapshot> =>
  database ? openPostgresSnapshot(database.url) : openSqliteSnapshot(join(data, 'stet.db'));

const whereOf = ({ database, data }: Config): string => (database ? shownUrl(database.url) : data);

const whyNot: Record<Exclude<OpenSnapshot['kind'], 'open'>, (where: string) => string> = {
  missing: (where) => `There is nothing of Stet in ${where}.`,
  older: (where) => `What is in ${where} is of an older form: start the server of this version on it once.`,
  newer: (where) => `What is in ${where} is of a newer form: audit it with the version that made it.`,
};
