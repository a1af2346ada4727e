import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../support/until.js';

// `npm run play:nodes`, as somebody types into it who has no terminal.

const program = fileURLToPath(new URL('../../scripts/play-nodes.mjs', import.meta.url));

/** Whether a process is there. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('parts are killed and come back as they are told, one that dies is named, and nothing is left behind', async () => {
  const child = spawn(process.execPath, [program, '--port', '0', '--count', '2'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise((resolve) => child.once('close', resolve));
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  let from = 0;
  /** The next line that fits, after the last one. */
  const hears = (line: RegExp) =>
    until(
      `it says ${line}`,
      () => {
        const found = new RegExp(line, 'm').exec(said.slice(from));
        if (found) from += found.index + found[0].length;
        return found;
      },
      100_000,
    );
  const types = (line: string) => child.stdin.write(`${line}\n`);

  const [, url = ''] = await hears(/^Stet is at (\S+): /);
  const pids = await Promise.all(
    [
      /^ {2}nginx +\d+ +(\d+) +up/,
      /^ {2}node 1 +\d+ +(\d+) +ready/,
      /^ {2}node 2 +\d+ +(\d+) +ready/,
      /^ {2}redis +\d+ +(\d+) +up/,
    ].map(async (line) => Number((await hears(line))[1])),
  );
  expect((await fetch(url)).status).toBe(200);
  types('kill node 2');
  await hears(/^node 2: kill, .* It is down\.$/);
  types('kill node 2');
  await hears(/^node 2 is down\.$/);
  types('start node2');
  await hears(/^node 2: start, .* It is up\.$/);
  process.kill(pids[3] ?? 0, 'SIGKILL');
  await hears(/^redis \(process \d+\) has ended by itself\.$/);
  types('status');
  const [, pid] = await hears(/^ {2}node 2 +\d+ +(\d+) +(?:ready|degraded)/);
  types('quit');
  await hears(/^Stopped; nothing is left behind\.$/);
  expect(await ended).toBe(0);
  expect([...pids, Number(pid)].filter(isThere)).toEqual([]);
});
