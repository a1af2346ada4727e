import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { type Ending, failed, wrong } from './ending.js';

// The file of `--report` (and `--history`): always a new one, so that it can never take the place of anything else.

export interface ReportFile {
  kind: 'open';
  add(line: string): void | Promise<void>;
  /** Whole on the disk from now on. */
  end(): Promise<void>;
  /** For what never began: takes the file away again, unless something stands in it. */
  drop(): Promise<void>;
}

/** `imported` is the file that a report is about: it may be missing, and is not to be made by its own report. */
export async function openReport(name: string, imported?: string, what = 'report'): Promise<ReportFile | Ending> {
  const path = resolve(name);
  if (path === imported) return wrong(`The report would take the place of the imported file ${name}: name another.`);
  const stream = createWriteStream(path, { flags: 'wx' });
  try {
    await once(stream, 'open');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return wrong(`${name} is there already, and nothing is overwritten: name another file.`);
    return failed(`The ${what} cannot be written: ${message}.`);
  }
  const end = async () => {
    if (!stream.writableEnded) stream.end();
    await finished(stream);
  };
  return {
    kind: 'open',
    add: (line) => (stream.write(line) ? undefined : once(stream, 'drain').then(() => {})),
    end,
    async drop() {
      await end();
      if (stream.bytesWritten === 0) await rm(path, { force: true });
    },
  };
}
