import { readFile, writeFile } from 'node:fs/promises';
import { generator } from '@stet/simulator';

// Files that nobody has named: they take the place of nothing but an earlier report.

const usualReport = 'stet-simulation.html';

/** Answers with the name of the file. */
export async function writeReport(page: string): Promise<string> {
  const there = await readFile(usualReport, 'utf8').catch(() => null);
  const isOurs = there?.slice(0, 2_000).includes(`name="generator" content="${generator}"`) ?? false;
  if (!isOurs) return writeNew('stet-simulation', '.html', page);
  await writeFile(usualReport, page);
  return usualReport;
}

export const writeReplay = (scenario: string, seed: number, text: string): Promise<string> =>
  writeNew(`stet-replay-${scenario.replace(/[^\w-]+/g, '-').slice(0, 60)}-${seed}`, '.yaml', text);

/** With a number after its name, where others of it are there. */
async function writeNew(name: string, ending: string, text: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const file = `${name}${number === 1 ? '' : `-${number}`}${ending}`;
    try {
      await writeFile(file, text, { flag: 'wx' });
      return file;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
