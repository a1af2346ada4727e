import type { Resource } from '@stet/protocol';
import type { Columns, How } from './columns.js';
import { type Note, noteText } from './notes.js';
import type { Counts, RuleCount } from './tally.js';

// What an import tells at its end, as plain data and as text for a terminal.

/** The end of an import: `stopped` by its caller, or `broken` off. What was saved before stays saved. */
export type Ended = { kind: 'complete' } | { kind: 'stopped' } | { kind: 'broken'; line: number; reason: string };

export interface Progress extends Counts {
  /** Read so far, of how many. */
  bytes: number;
  of: number;
}

export interface ImportReport {
  file: string;
  workspace: string;
  resource: string;
  dryRun: boolean;
  columns: Columns;
  counts: Counts;
  rules: RuleCount[];
  /** How many notes there are in all; `shown` holds the first of them, the weightier ones before those of mending. */
  notes: number;
  shown: Note[];
  ended: Ended;
  seconds: number;
}

/** Whether the whole file was read and each row that should have been saved was. */
export const succeeded = ({ ended, counts }: ImportReport): boolean => ended.kind === 'complete' && counts.failed === 0;

const number = (count: number): string => count.toLocaleString('en');
const plural = (count: number, one: string, many = `${one}s`): string => `${number(count)} ${count === 1 ? one : many}`;

const hows: Record<How, string> = {
  map: 'as asked',
  name: 'its name',
  label: 'its label',
  alias: 'a usual header',
};

/** The table of columns, for showing before the first row is written. */
export function columnsText({ key, matched, ignored, missing }: Columns, resource: Resource): string {
  const keyed =
    key.kind === 'id' ? 'id' : key.kind === 'field' ? `the record with this ${key.field}` : 'an id made of it';
  const rows = [
    [key.header, keyed, 'the key'],
    ...matched.map(({ header, field, how }) => [header, resource.fields[field]?.label ?? field, hows[how]]),
  ];
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const [first, second] = [width(0), width(1)];
  const lines = rows.map(([header = '', meaning = '', how = '']) =>
    `  ${header.padEnd(first)}  →  ${meaning.padEnd(second)}  ${how}`.trimEnd(),
  );
  const notRead = ignored.map(({ header, reason }) => (reason === 'means no field' ? header : `${header} (${reason})`));
  return [
    'Columns',
    ...lines,
    ...(notRead.length > 0 ? [`  not read: ${notRead.join(', ')}`] : []),
    ...missing.map(
      (field) =>
        `  No column holds ${resource.fields[field]?.label ?? field}: rows can change records, but not make new ones.`,
    ),
  ].join('\n');
}

const verdict = ({ counts, ended, dryRun }: ImportReport): string => {
  if (ended.kind === 'stopped')
    return 'Stopped. What was saved until then stays; importing the file again goes on from there.';
  if (ended.kind === 'broken')
    return `Broken off at line ${ended.line}: ${ended.reason}. What was saved until then stays.`;
  if (counts.rows === 0) return 'The file has a header and no rows.';
  if (dryRun) return 'Nothing was written: this was a dry run.';
  if (counts.created + counts.updated > 0 || counts.failed > 0) return 'Done.';
  if (counts.unchanged === counts.rows) return 'Nothing changed: every row is there already.';
  return 'Nothing changed: every row is there already or was left out.';
};

/** For an import whose process went away before it could tell its end; `last` is what it told at last. */
export function cutOffText(last: Progress | null, dryRun: boolean): string {
  const gone = 'The process that was importing went away before it was through';
  if (dryRun) return `${gone}. Nothing was written: this was a dry run.`;
  const done = last ? `${plural(last.rows, 'row')} ${last.rows === 1 ? 'was' : 'were'}` : 'no row was';
  return `${gone}; ${done} reported done. What was saved until then stays; importing the file again goes on from there.`;
}

/** Everything but the columns. `hint` says where the rest of the notes can be had. */
export function reportText(report: ImportReport, hint: string): string {
  const { counts, rules, shown, notes, seconds, dryRun } = report;
  const would = dryRun ? 'would be ' : '';
  const summary = [
    `${number(counts.created)} ${would}created`,
    `${number(counts.updated)} ${would}updated`,
    `${number(counts.unchanged)} unchanged`,
    `${number(counts.leftOut)} left out`,
    ...(counts.failed > 0 ? [`${number(counts.failed)} NOT SAVED`] : []),
  ].join(', ');
  const values = [
    [counts.mended, 'mended'],
    [counts.cellsLeftOut, 'left out'],
    [counts.kept, "kept as people changed them (--prefer file takes the file's)"],
    [counts.replaced, 'written over what people had changed'],
  ] as const;
  const told = values.flatMap(([count, what]) => (count > 0 ? [`  ${plural(count, 'value')} ${what}`] : []));
  return [
    `${plural(counts.rows, 'row')} in ${seconds.toFixed(1)} s: ${summary}`,
    ...told,
    ...(rules.length > 0 ? ['', 'By rule', ...rules.map(ruleText)] : []),
    ...(shown.length > 0 ? ['', 'Line by line', ...shown.map((note) => `  ${noteText(note)}`)] : []),
    ...(notes > shown.length ? [`  and ${number(notes - shown.length)} more (${hint})`] : []),
    '',
    verdict(report),
  ].join('\n');
}

const kinds: Record<Note['kind'], string> = {
  mended: 'mended',
  'left-out': 'value left out',
  'row-left-out': 'row left out',
  kept: 'kept',
  replaced: 'replaced',
  'not-saved': 'not saved',
};

const ruleText = ({ kind, rule, count, first }: RuleCount): string =>
  `  ${number(count).padStart(7)} × ${kinds[kind]}: ${rule} (first on line ${first.line})`;
