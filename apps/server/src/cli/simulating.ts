import { setMaxListeners } from 'node:events';
import { styleText } from 'node:util';
import {
  brokenOf,
  type HistoryEvent,
  htmlOf,
  jsonOf,
  type Outcome,
  type Paint,
  plain,
  readyScenarios,
  simulate,
  summaryText,
} from '@stet/simulator';
import { Refusal } from '../simulate/refusal.js';
import type { Flags } from './command.js';
import { type Ending, failed, ok, wrong } from './ending.js';
import { openReport, type ReportFile } from './report-file.js';
import { onStopSignal } from './signals.js';
import { againOf, replayOf } from './simulating/again.js';
import { type Answering, type AskedRun, asked } from './simulating/asked.js';
import { checkFile } from './simulating/check-file.js';
import { writeReplay, writeReport } from './simulating/files.js';
import { planned } from './simulating/planned.js';
import { staged } from './simulating/staged.js';
import { createView, noView } from './simulating/view.js';
import { complain, note, say, table } from './terminal.js';

// flags → scenario → plan → stage → run, looked on → verdict → summary, files, exit status

export async function simulating(flags: Flags): Promise<Ending> {
  const read = asked(flags);
  if (read.kind === 'wrong') return read;
  if (read.asked.kind === 'list') return list(read.answering);
  const files = await openFiles(read.answering);
  if (files.kind !== 'open') return files;
  try {
    if (read.asked.kind === 'run') return await run(read.asked, read.answering, files);
    const checked = await checkFile(read.asked.file);
    if (checked.kind === 'wrong') return checked;
    return await tell({ ...checked.outcome, again: null }, read.answering, files);
  } catch (error) {
    if (error instanceof Refusal) return failed(error.message);
    throw error;
  } finally {
    // What nothing was written to was never meant to be there.
    await files.report?.drop();
    await files.history?.drop();
  }
}

function list({ json }: Answering): Ending {
  const all = [...readyScenarios.values()].map(({ name, about }) => ({ name, about }));
  if (json) say(JSON.stringify(all));
  else
    say(
      table(
        ['SCENARIO', 'WHAT HAPPENS'],
        all.map(({ name, about }) => [name, about.trim()]),
      ),
    );
  return ok;
}

interface Files {
  kind: 'open';
  report: ReportFile | null;
  history: ReportFile | null;
}

/** Whoever names a file that cannot be written is told before anything is run. */
async function openFiles({ report, history }: Answering): Promise<Files | Ending> {
  const opened = report === null || report === 'usual' ? null : await openReport(report);
  if (opened && opened.kind !== 'open') return unwritable(opened);
  const other = history === null ? null : await openReport(history, undefined, 'history');
  if (other && other.kind !== 'open') {
    await opened?.drop();
    return unwritable(other);
  }
  return { kind: 'open', report: opened, history: other };
}

const unwritable = (ending: Ending): Ending => (ending.kind === 'ok' ? ending : wrong(ending.message));

async function run(asked: AskedRun, answering: Answering, files: Files): Promise<Ending> {
  const made = await planned(asked);
  if (made.kind === 'wrong') return made;
  const set = await staged(asked.where, made.plan);
  if (set.kind === 'wrong') return set;
  const { plan, stage } = set;
  const isShown = !answering.json;
  if (isShown) note(`${plan.scenario}, seed ${plan.seed}: ${plan.editors.length} editors, ${plan.steps.length} steps.`);
  const view = isShown ? createView(plan.duration) : noView;
  const stop = new AbortController();
  // Each of thousands of editors may wait by it.
  setMaxListeners(0, stop.signal);
  const forget = onStopSignal(() => {
    view.tell('Stopping: what is under way is settled first. Once more, and it ends at once.');
    stop.abort();
  });
  try {
    const { outcome, ran, replay } = await simulate({
      plan,
      stage,
      transport: asked.transport,
      about: made.about,
      ...(made.broke === undefined ? {} : { broke: made.broke }),
      signal: stop.signal,
      // Beside somebody's work, a rule is broken once and no more.
      budget: asked.isShrunk && asked.where.kind !== 'running' ? budget : null,
      watch: view.watch,
      onProgress: view.phase,
      onShrink: ({ runs, steps, editors }) =>
        view.tell(
          `A rule broke. Looking for the fewest steps: ${runs} runs, ${steps} steps of ${editors} editors left`,
        ),
    });
    view.end();
    if (files.history) await writeHistory(files.history, ran.events);
    const told = { ...outcome, again: againOf(asked, plan) };
    const replaying = replay === null ? null : { text: replay, again: (file: string) => replayOf(asked, file) };
    if (stage.leaves && isShown)
      note(`Its records stay in ${stage.workspace}, named ${stage.leaves}…: they can be deleted like any others.`);
    return await tell(told, answering, files, replaying);
  } finally {
    view.end();
    forget();
  }
}

/** For making a run that broke a rule smaller. */
const budget = { runs: 200, ms: 60_000 };

async function writeHistory(file: ReportFile, events: readonly HistoryEvent[]): Promise<void> {
  for (const event of events) {
    const full = file.add(`${JSON.stringify(event)}\n`);
    if (full) await full;
  }
}

async function tell(
  outcome: Omit<Outcome, 'files'>,
  answering: Answering,
  { report, history }: Files,
  replay: { text: string; again: (file: string) => string } | null = null,
): Promise<Ending> {
  const { scenario, seed } = outcome.about;
  const told: Outcome = { ...outcome, files: {} };
  if (history && answering.history) told.files.history = answering.history;
  if (replay) {
    const file = await written(() =>
      writeReplay(scenario, seed, `# To run it again: npx ${replay.again('THIS-FILE')}\n${replay.text}`),
    );
    if (file !== null) {
      told.files.replay = file;
      told.again = replay.again(file);
    }
  }
  const page = htmlOf(told);
  if (report && answering.report) {
    await report.add(page);
    told.files.report = answering.report;
  } else if (answering.report) {
    const file = await written(() => writeReport(page));
    if (file !== null) told.files.report = file;
  }
  say(answering.json ? JSON.stringify(jsonOf(told)) : summaryText(told, paintFor(process.stdout)));
  return endingOf(told);
}

/** The file's name; null where it could not be: a folder that takes no file takes nothing away from the verdict. */
async function written(write: () => Promise<string>): Promise<string | null> {
  try {
    return await write();
  } catch (error) {
    complain(`A file could not be written: ${(error as Error).message}.`);
    return null;
  }
}

function endingOf({ verdict, figures, wasStopped }: Outcome): Ending {
  const rules = [...new Set(brokenOf(verdict).map(({ rule }) => rule))];
  if (rules.length > 0)
    return failed(`${rules.length === 1 ? 'A rule was' : 'Rules were'} broken: ${rules.join(', ')}.`);
  if (wasStopped) return failed('The run was stopped.');
  return figures.isSettled ? ok : failed('The history ends before its run did.');
}

/** Colours only where somebody sees them, and wants to (https://no-color.org). */
function paintFor({ isTTY }: NodeJS.WriteStream): Paint {
  const { NO_COLOR, TERM } = process.env;
  if (!isTTY || NO_COLOR || TERM === 'dumb') return plain;
  const styles = { good: ['bold', 'green'], bad: ['bold', 'red'], strong: ['bold'], quiet: ['dim'] } as const;
  return (style, text) => styles[style].reduce((painted, format) => styleText(format, painted), text);
}
