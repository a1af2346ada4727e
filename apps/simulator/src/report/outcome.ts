import type { Broken, Verdict } from '../checker/verdict.js';
import type { Figures } from './figures.js';
import { duration, number, rate, several } from './words.js';

// What there is to tell when a run is over: the same for the terminal, for programs and for the report.

export interface About {
  scenario: string;
  about: string;
  seed: number;
  store: 'stet' | 'couchdb' | 'tutorial';
  mode: 'network' | 'in-process';
  transport: 'http' | 'websocket' | 'xhr';
  nodes: number;
  editors: number;
  users: number;
  records: number;
  steps: number;
  /** What it broke when it was written, of a replay. */
  broke?: string;
  /** Milliseconds of the plan. */
  duration: number;
}

export interface Outcome {
  about: About;
  verdict: Verdict;
  /** Of each broken rule, in the verdict's order: the sentences that tell it. */
  stories: ReadonlyArray<readonly string[]>;
  figures: Figures;
  /** Somebody has stopped it before its end. */
  wasStopped: boolean;
  /** Milliseconds of the machine's clock, with all that was done after the run. */
  took: number;
  /** How many steps were left of how many, where it broke and was made smaller. */
  shrunk: { from: number; to: number } | null;
  /** The words that run it once more. */
  again: string | null;
  /** Where things were written, by what they are. */
  files: Partial<Record<'report' | 'history' | 'replay', string>>;
}

export const brokenOf = (verdict: Verdict): readonly Broken[] => (verdict.holds ? [] : verdict.broken);

/** What checks say ends without a full stop. */
export const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** A run that was cut short holds as far as it went, and proves no more. */
export const isCutShort = ({ figures, wasStopped }: Pick<Outcome, 'figures' | 'wasStopped'>): boolean =>
  wasStopped || !figures.isSettled;

/** The verdict in one line. */
export function headline({ about, verdict, figures, wasStopped }: Outcome): string {
  if (!verdict.holds) {
    const [first] = verdict.broken;
    const others = verdict.broken.length + verdict.more - 1;
    const more = others > 0 ? ` (and ${number(others)} more)` : '';
    return `BROKEN${more}: ${first ? `${first.rule}, ${first.check}. ${sentence(first.what)}` : 'a rule.'}`;
  }
  const { ok, combined } = figures.saves;
  const counted =
    `${several(figures.calls.all, 'call')}, ${several(ok + combined, 'save')}, ` +
    `${several(figures.conflicts.all, 'conflict')}`;
  if (wasStopped) return `Stopped after ${duration(figures.lasted)}; until then no rule was broken: ${counted}.`;
  if (!figures.isSettled) {
    return `The history ends after ${duration(figures.lasted)}, before its run did; until then no rule was broken: ${counted}.`;
  }
  if (ok + combined === 0) return `No rule was broken, and no save went through that could prove one: ${counted}.`;
  const { passed, unknown } = verdict;
  const looked = Object.values(passed).filter((count) => count > 0).length;
  const held =
    unknown.length === 0
      ? 'Every rule held'
      : `No rule was broken, as far as ${looked} of ${looked + unknown.length} checks can tell`;
  const again = about.broke ? `This time it did not break (${about.broke}). ` : '';
  const undone = figures.undone > 0 ? `; ${several(figures.undone, 'step')} came to nothing, see “Faults”` : '';
  return `${again}${held}: ${counted}${undone}.`;
}

/** Which run it was, in one line. */
export const runLine = (about: About): string =>
  [
    about.scenario,
    `${several(about.editors, 'editor')}${about.users === about.editors ? '' : ` of ${several(about.users, 'user')}`}`,
    several(about.records, 'record'),
    duration(about.duration),
    about.store === 'stet' ? about.transport : about.store,
    about.mode,
    ...(about.nodes > 1 ? [several(about.nodes, 'node')] : []),
    `seed ${about.seed}`,
  ].join(' · ');

/** The figures as rows of a table, with a heading for each group. */
export function figureRows(figures: Figures): Array<{ group: string; rows: Array<[name: string, value: string]> }> {
  const { saves, latency, heard } = figures;
  const refusals = Object.entries(saves.refused).filter(([why]) => why !== 'stale');
  const chosen = Object.entries(figures.conflicts.chosen);
  const faults = Object.entries(figures.faults);
  const some = (rows: Array<[string, number]>): Array<[string, string]> =>
    rows.filter(([, value]) => value > 0).map(([name, value]) => [name, number(value)]);
  return [
    {
      group: 'Saves',
      rows: [
        ['tried', number(saves.all)],
        ['saved', number(saves.ok + saves.combined)],
        ['saved a second, on average', rate(saves.perSecond.mean)],
        ['saved a second, at most', rate(saves.perSecond.most)],
        ...some([
          ["saved, combined with others'", saves.combined],
          ['nothing to change', saves.unchanged],
          ['sent again with the same key', saves.again],
          ['without an answer', saves.unknown],
        ]),
        ['refused as stale (conflicts)', number(figures.conflicts.all)],
        ...some(refusals.map(([why, value]) => [`refused: ${why}`, value])),
        ...some(chosen.map(([how, value]) => [`asked, and answered: ${how}`, value])),
      ],
    },
    {
      group: 'Delivery',
      rows: [
        ['changes heard', number(heard.all)],
        ...some([
          ['heard of their own', heard.own],
          ['read on after a reconnect', heard.caughtUp],
          ['reconnects', figures.reconnects],
          ['resets', figures.resets],
        ]),
      ],
    },
    ...(faults.length === 0 ? [] : [{ group: 'Faults', rows: some(faults) }]),
    { group: 'Calls', rows: some(Object.entries(figures.calls.by)) },
    {
      group: 'Times',
      rows: [
        ['the run', duration(figures.lasted)],
        ...(latency.read.count > 0
          ? [['reads, half of them within', duration(latency.read.p50)] as [string, string]]
          : []),
      ],
    },
  ];
}

/** The head and rows of the table of latencies. */
export const latencyHead = ['', 'count', 'p50', 'p90', 'p99', 'most'] as const;
export const latencyRows = ({ latency }: Figures): string[][] =>
  (
    [
      ['save to answer', latency.save],
      ['save to others', latency.delivery],
      ['read to answer', latency.read],
    ] as const
  )
    .filter(([, { count }]) => count > 0)
    .map(([name, { count, p50, p90, p99, max }]) => [name, number(count), ...[p50, p90, p99, max].map(duration)]);
