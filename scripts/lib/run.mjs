// What every script here stands on: the root folder, one calm voice, and child processes. Nothing outside Node itself.
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A reason to stop that a person can act on: its message is shown, its stack is not. */
export class Stop extends Error {}

/** @param {string} line */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * Runs a program to its end, from the root folder.
 * @param {string} command
 * @param {string[]} args
 * @param {{ quiet?: boolean, env?: NodeJS.ProcessEnv }} [options] quiet keeps the output instead of showing it
 * @returns {Promise<{ ok: boolean, output: string }>} ok is false too where the program could not be started
 */
export function run(command, args, { quiet = false, env = process.env } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit' });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (status) => resolve({ ok: status === 0, output }));
  });
}

/** The environment without settings of Stet: those of whoever starts us are not meant for a server that we start. */
export function cleanEnv() {
  const ours = /^(STET_|PORT$|HOST$|LOG_LEVEL$|DATABASE_URL$|REDIS_URL$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}

/**
 * npm itself: the one that started us, else the one on the path.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export function npm(args, env = process.env) {
  const own = process.env.npm_execpath;
  const options = { quiet: true, env };
  return own?.endsWith('npm-cli.js') ? run(process.execPath, [own, ...args], options) : run('npm', args, options);
}

/** As much of a program's output as a person wants to read: how it began and how it ended. @param {string} output */
export function excerpt(output) {
  const lines = output.trim().split('\n');
  return (lines.length > 40 ? [...lines.slice(0, 15), '…', ...lines.slice(-20)] : lines).join('\n');
}

/** Whether this very file was started, and not only imported. @param {string} url import.meta.url of the asking file */
export function isStarted(url) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url);
}

/**
 * The shell between npm and us passes no signal on, so under npm we end with whoever started us.
 * @param {() => unknown} listener called again until we do
 */
export function onOrphaned(listener) {
  const parent = process.ppid;
  const watch = () => process.ppid === parent || listener();
  if (process.env.npm_lifecycle_event !== undefined) setInterval(watch, 500).unref();
}

/** A script's main line: a Stop is told in its own words, anything else keeps its stack. @param {() => Promise<void>} work */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    process.stderr.write(
      `\n${error instanceof Stop ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
    );
    process.exitCode = 1;
  }
}
