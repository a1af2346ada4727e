// The real program, run as a person or a script runs it.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanEnv } from '../../scripts/lib/run.mjs';

/** What bin/stet.js runs once it has seen that the build is current: `npm test` has just built. */
const main = fileURLToPath(new URL('../../apps/server/dist/cli/main.js', import.meta.url));
/** What npm links as `stet`. */
export const bin = fileURLToPath(new URL('../../apps/server/bin/stet.js', import.meta.url));

export type Env = Record<string, string>;

export interface Ran {
  /** null where a signal ended it. */
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ChildProcess;
  /** What it has said until now. */
  said: { stdout: string; stderr: string };
  ended: Promise<Ran>;
}

const children = new Set<ChildProcess>();
// However this process goes, by itself, by a signal or left alone by vitest: nobody stays behind.
const endAll = () => {
  for (const child of children) child.kill('SIGKILL');
};
process.once('exit', endAll);
process.once('disconnect', endAll);
process.once('SIGTERM', () => {
  endAll();
  process.exit(143);
});

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'stet-test-'));

/** Starts `stet` with these arguments; it ends with this process at the latest. */
export function startStet(args: readonly string[], env: Env = {}, input = '', program = main): Running {
  const child = spawn(process.execPath, [program, ...args], { env: { ...cleanEnv(), ...env } });
  children.add(child);
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  // It may end before it has read everything.
  child.stdin.on('error', () => {}).end(input);
  const ended = new Promise<Ran>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      children.delete(child);
      resolve({ status, ...said });
    });
  });
  return { child, said, ended };
}

/** Runs `stet` to its end. */
export const stet = (args: readonly string[], env: Env = {}, input = ''): Promise<Ran> =>
  startStet(args, env, input).ended;
