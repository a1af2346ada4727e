import { resolve } from 'node:path';
import { resources } from '@stet/protocol';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Separator } from '../import/cells.js';
import { type Mapping, readMapping } from '../import/columns.js';
import { noteLine } from '../import/notes.js';
import { columnsText, type ImportReport, reportText, succeeded } from '../import/report.js';
import { call } from '../operator/call.js';
import { type Heard, type OperationOf, separators } from '../operator/operations.js';
import { type Asked, callerOf, running } from './command.js';
import { type Ending, failed, ok } from './ending.js';
import { progressView } from './progress.js';
import { openReport } from './report-file.js';
import { onStopSignal } from './signals.js';
import { note, say } from './terminal.js';

export function importCommand(stet: Command): void {
  stet
    .command('import')
    .description('bring in the records of a CSV file; a second import of the same file changes nothing')
    .argument('<file>', 'CSV in UTF-8, with a line of headers')
    .option('--workspace <id>', 'where to', 'catalogue')
    .option('--resource <name>', 'what kind of records', 'books')
    .option('--as <user>', "in whose name; without it in the operator's")
    .option('--map <header=field...>', 'what a column means: a field, id, or nothing after the =', mapping)
    .option('--key <header>', 'the column by which records are recognised')
    .option('--split <field=mark...>', `what parts the entries of a list: ${separators.join(' ')}`, splitting)
    .option('--dry-run', 'say what would happen, and write nothing')
    .addOption(
      new Option('--prefer <whose>', 'whose value counts where a person changed what the file changed too')
        .choices(['people', 'file'])
        .default('people'),
    )
    .option('--report <file>', 'write every note to this new file, one JSON object a line')
    .addHelpText(
      'after',
      '\nRecords go the way of every save, and the history names them as an import. Ctrl+C stops; what is in stays in.\n\n' +
        'Examples:\n  stet import books.csv --dry-run\n' +
        '  stet import books.csv --as mara --report notes.jsonl\n' +
        '  stet import books.csv --map "Book title=title" "Shelf=" --key "Accession no."',
    )
    .action(running(importing));
}

function mapping(text: string, before: Mapping[] = []): Mapping[] {
  const read = readMapping(text);
  if (!read) throw new InvalidArgumentError('It must be header=field.');
  return [...before, read];
}

type Splits = Record<string, Separator>;

function splitting(text: string, before: Splits = {}): Splits {
  const [field, mark] = [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)];
  const separator = separators.find((known) => known === mark);
  if (!field || !separator)
    throw new InvalidArgumentError(`It must be field=mark, the mark one of ${separators.join(' ')}`);
  return { ...before, [field]: separator };
}

function operationOf({ args: [file = ''], flags }: Asked): OperationOf<'importFile'> {
  return {
    kind: 'importFile',
    file: resolve(file),
    workspace: String(flags.workspace),
    resource: String(flags.resource),
    map: (flags.map as Mapping[] | undefined) ?? [],
    split: (flags.split as Splits | undefined) ?? {},
    dryRun: flags.dryRun === true,
    prefer: flags.prefer === 'file' ? 'file' : 'people',
    notes: typeof flags.report === 'string',
    ...(typeof flags.as === 'string' ? { as: flags.as } : {}),
    ...(typeof flags.key === 'string' ? { key: flags.key } : {}),
  };
}

async function importing(asked: Asked): Promise<Ending> {
  const operation = operationOf(asked);
  const { report } = asked.flags;
  const notes = typeof report === 'string' ? await openReport(report, operation.file) : null;
  if (notes && notes.kind !== 'open') return notes;
  const progress = progressView(operation.dryRun ? 'Looking' : 'Importing');
  const stop = new AbortController();
  const forget = onStopSignal(() => stop.abort());
  const onHeard = (heard: Heard): void | Promise<void> => {
    if (heard.kind === 'progress') progress.show(heard.progress);
    else if (heard.kind === 'note') return notes?.add(noteLine(heard.note));
    else if (!asked.json) showColumns(operation.resource, heard);
  };
  try {
    const result = await call<'importFile'>(callerOf(asked), operation, { onHeard, signal: stop.signal });
    progress.end();
    if (result.kind === 'refused') {
      await notes?.drop();
      return failed(result.message);
    }
    return told(result.value, asked);
  } finally {
    progress.end();
    forget();
    await notes?.end();
  }
}

function showColumns(resourceName: string, { columns }: Heard & { kind: 'columns' }): void {
  const resource = resources.get(resourceName);
  if (resource) note(`${columnsText(columns, resource)}\n`);
}

function told(report: ImportReport, { flags, json }: Asked): Ending {
  const hint = typeof flags.report === 'string' ? `all are in ${flags.report}` : '--report FILE writes them all';
  say(json ? JSON.stringify(report) : reportText(report, hint));
  if (succeeded(report)) return ok;
  if (report.ended.kind === 'complete') return failed(`${report.counts.failed} rows could not be saved.`);
  return failed(report.ended.kind === 'stopped' ? 'The import was stopped.' : 'The import broke off.');
}
