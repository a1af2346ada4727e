import type { Broken } from '../checker/verdict.js';
import {
  brokenOf,
  figureRows,
  headline,
  isCutShort,
  latencyHead,
  latencyRows,
  type Outcome,
  runLine,
  sentence,
} from './outcome.js';
import { duration, number, several } from './words.js';

// What stands on the terminal when a run is over: the verdict first, its story, then the figures.

export type Style = 'good' | 'bad' | 'strong' | 'quiet';
export type Paint = (style: Style, text: string) => string;

export const plain: Paint = (_style, text) => text;

const width = 100;
export function summaryText(outcome: Outcome, paint: Paint = plain): string {
  const { verdict, about, figures } = outcome;
  return [
    paint(verdict.holds ? (isCutShort(outcome) ? 'strong' : 'good') : 'bad', wrapped(headline(outcome), '')),
    ...brokenOf(verdict).flatMap((broken, place) => brokenText(outcome, broken, place, paint)),
    '',
    paint('quiet', runLine(about)),
    '',
    ...columns([latencyHead, ...latencyRows(figures)], '  ', paint),
    '',
    ...columns(pairs(outcome), '  ', paint),
    ...unknownText(verdict.unknown, paint),
    ...endText(outcome),
  ].join('\n');
}

/** Of each way to break a rule, the first one is told as a story; the others are named. */
function brokenText(outcome: Outcome, broken: Broken, place: number, paint: Paint): string[] {
  const all = brokenOf(outcome.verdict);
  const isFirst = all.findIndex(({ rule, check }) => rule === broken.rule && check === broken.check) === place;
  const told = isFirst ? (outcome.stories[place] ?? []) : [];
  const name = `${broken.rule}, ${broken.check}. ${sentence(broken.what)}`;
  return [
    ...(place === 0 ? [] : [...(isFirst ? [''] : []), paint('strong', wrapped(name, ''))]),
    ...(told.length > 0 ? [''] : []),
    ...told.map((each) => wrapped(each, '  ')),
    ...(told.length > 0 && all[place + 1] ? [''] : []),
  ];
}

/** Name and value, a blank row between groups. */
const pairs = ({ figures }: Outcome): string[][] =>
  figureRows(figures)
    .filter(({ rows }) => rows.length > 0)
    .flatMap(({ group, rows }) => rows.map(([name, value], place) => [place === 0 ? group : '', name, value]));

function unknownText(unknown: readonly string[], paint: Paint): string[] {
  if (unknown.length === 0) return [];
  return ['', paint('strong', 'What this history cannot tell:'), ...unknown.map((why) => wrapped(`- ${why}`, '  '))];
}

function endText({ files, again, shrunk, took, verdict }: Outcome): string[] {
  const proven = Object.values(verdict.passed).reduce((sum, count) => sum + count, 0);
  const names = { report: 'Report', history: 'History', replay: 'Replay' } as const;
  const written = (Object.keys(names) as Array<keyof typeof names>).flatMap((what) => {
    const file = files[what];
    return file === undefined ? [] : [[names[what], file]];
  });
  return [
    '',
    `${several(Object.keys(verdict.passed).length, 'check')}, ${several(proven, 'thing')} looked at; all in all ${duration(took)}.`,
    ...(shrunk ? [`Made smaller: ${number(shrunk.to)} of ${number(shrunk.from)} steps are left.`] : []),
    ...columns(written, '', plain),
    ...(again ? [`Once more: ${again}`] : []),
  ];
}

/** As wide as their widest cell; numbers (all but the first of a table with a head) to the right. */
function columns(rows: ReadonlyArray<readonly string[]>, indent: string, paint: Paint): string[] {
  const isNumbers = rows[0]?.[0] === '' && rows[0].length > 3;
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows.map((row, place) => {
    const line = row
      .map((cell, column) => {
        const wide = widths[column] ?? 0;
        return isNumbers && column > 0 ? cell.padStart(wide) : cell.padEnd(wide);
      })
      .join('  ')
      .trimEnd();
    return indent + (isNumbers && place === 0 ? paint('quiet', line) : line);
  });
}

/** Broken into lines between words; further lines stand under the first one's words. */
function wrapped(text: string, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of visible(text).split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => indent + each).join('\n');
}

/** What others have typed may hold what moves a terminal's cursor: it is shown, not done. */
const visible = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu, '\ufffd');
