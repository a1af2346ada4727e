import type { AuditReport } from './audit.js';
import type { Found } from './flaw.js';
import { wordsOf } from './words.js';

// What an audit tells at its end: as text for a person, and as data for a program.

const number = (count: number): string => count.toLocaleString('en');
const plural = (count: number, one: string): string => `${number(count)} ${one}${count === 1 ? '' : 's'}`;

const mostShown = 20;

export function auditText(report: AuditReport): string {
  const { workspaces, records, versions, values, flaws, seconds } = report;
  const read = `${plural(versions, 'change')} of ${plural(records, 'record')} in ${plural(workspaces, 'workspace')}`;
  const accepted = values.current + values.replaced + values.recoverable;
  const rows: Array<[string, number]> = [
    ['stand in a record now', values.current],
    ['were knowingly replaced, and stand in the history', values.replaced],
    ['were combined into a later one, and stand in the history', values.recoverable],
  ];
  const width = Math.max(...rows.map(([, count]) => number(count).length));
  return [
    flaws.total === 0
      ? 'Nothing is lost, and everything fits together.'
      : `${plural(flaws.total, 'flaw')} found${lost(values.vanished)}.`,
    '',
    `${read}, in ${seconds.toFixed(1)} s.`,
    `Of ${plural(accepted, 'accepted value')}`,
    ...rows.map(([what, count]) => `  ${number(count).padStart(width)}  ${what}`),
    ...flaws.kept.slice(0, mostShown).flatMap((found) => ['', ...flawLines(found)]),
    ...more(flaws.total),
  ].join('\n');
}

const lost = (versions: number): string =>
  versions === 0 ? '' : `; the content of at least ${plural(versions, 'version')} is not there any more`;

const more = (total: number): string[] =>
  total > mostShown ? ['', `And ${number(total - mostShown)} more; --json lists the first thousand.`] : [];

function flawLines({ workspace, record, flaw }: Found): string[] {
  const { rule, what, todo } = wordsOf(flaw);
  const where = record ? `${record.resource} ${record.id} in ${workspace}` : workspace;
  return [`[${rule}] ${where}: ${what}.`, `     ${todo}`];
}

/** As one object; each flaw with its words. */
export const auditJson = ({ flaws, seconds, ...counts }: AuditReport) => ({
  ok: flaws.total === 0,
  ...counts,
  seconds: Math.round(seconds * 1000) / 1000,
  flaws: {
    total: flaws.total,
    counts: Object.fromEntries(flaws.counts.map(({ kind, count }) => [kind, count])),
    first: flaws.kept.map(({ workspace, record, flaw }) => {
      const { kind, ...facts } = flaw;
      return { kind, ...wordsOf(flaw), workspace, ...record, ...facts };
    }),
  },
});
