import cliProgress from 'cli-progress';
import type { Progress } from '../import/report.js';
import { note } from './terminal.js';

// How far an import is: a bar on a terminal, else a plain line every few seconds, so that a log stays readable.

export interface ProgressView {
  show(progress: Progress): void;
  /** Leaves nothing half-drawn. */
  end(): void;
}

const plainEvery = 3_000;
const rowsOf = ({ rows }: Progress): string => rows.toLocaleString('en');

export const progressView = (label: string): ProgressView => (process.stderr.isTTY ? bar(label) : lines(label));

function bar(label: string): ProgressView {
  const view = new cliProgress.SingleBar(
    {
      format: `${label} {bar} {percentage}%  {rows} rows  {eta_formatted} left`,
      hideCursor: true,
      clearOnComplete: true,
      stream: process.stderr,
    },
    cliProgress.Presets.shades_classic,
  );
  let begun = false;
  return {
    show(progress) {
      const payload = { rows: rowsOf(progress) };
      if (begun) view.update(progress.bytes, payload);
      else view.start(progress.of, progress.bytes, payload);
      begun = true;
    },
    end() {
      if (begun) view.stop();
    },
  };
}

function lines(label: string): ProgressView {
  let shown = performance.now();
  return {
    show(progress) {
      if (performance.now() - shown < plainEvery) return;
      shown = performance.now();
      note(`${label} ${Math.floor((progress.bytes / progress.of) * 100)}% (${rowsOf(progress)} rows)`);
    },
    end() {},
  };
}
