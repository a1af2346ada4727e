import cliProgress from 'cli-progress';
import type { Progress } from '../import/report.js';
import { note } from './terminal.js';

// How far a long piece of work is, such as an import: a bar on a terminal, else a plain line every few seconds, so that a log stays readable.

/** All that a view has to know. */
type Shown = Pick<Progress, 'rows' | 'bytes' | 'of'>;

export interface ProgressView {
  show(progress: Shown): void;
  /** Leaves nothing half-drawn. */
  end(): void;
}

const plainEvery = 3_000;
const rowsOf = ({ rows }: Shown): string => rows.toLocaleString('en');

/** `rowsInAll`: measured in rows where their number is known, else in bytes. */
export const progressView = (label: string, rowsInAll?: number): ProgressView => {
  const place = ({ rows, bytes, of }: Shown): [number, number] =>
    rowsInAll === undefined ? [bytes, of] : [rows, rowsInAll];
  return process.stderr.isTTY ? bar(label, place) : lines(label, place);
};

type Place = (progress: Shown) => [done: number, of: number];

function bar(label: string, place: Place): ProgressView {
  const view = new cliProgress.SingleBar(
    {
      format: `${label} {bar} {percentage}%  {rows} rows  {left} s left`,
      hideCursor: true,
      clearOnComplete: true,
      stream: process.stderr,
    },
    cliProgress.Presets.shades_classic,
  );
  const began = performance.now();
  let isDrawn = false;
  return {
    show(progress) {
      const [done, of] = place(progress);
      const left = Math.ceil((((performance.now() - began) / 1000) * (of - done)) / Math.max(1, done));
      const payload = { rows: rowsOf(progress), left };
      if (isDrawn) view.update(done, payload);
      else view.start(of, done, payload);
      isDrawn = true;
    },
    end() {
      if (isDrawn) view.stop();
      isDrawn = false;
    },
  };
}

function lines(label: string, place: Place): ProgressView {
  let shown = performance.now();
  return {
    show(progress) {
      if (performance.now() - shown < plainEvery) return;
      shown = performance.now();
      const [done, of] = place(progress);
      note(`${label} ${Math.floor((done / of) * 100)}% (${rowsOf(progress)} rows)`);
    },
    end() {},
  };
}
