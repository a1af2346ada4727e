// A part of the machinery as a process of its own. Each has its own process group, so that a Ctrl+C at the terminal
// reaches only us; and the guard ends it when we go without a word.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Child
 * @property {number} pid
 * @property {() => string} said the last of what it has said, on stdout and stderr
 * @property {() => string} heading the first line of its stdout; empty until it is whole
 * @property {Promise<{ status: number | null, signal: NodeJS.Signals | null }>} ended
 * @property {() => boolean} isOver
 * @property {(signal: NodeJS.Signals) => void} signal
 * @property {(signal: NodeJS.Signals) => Promise<void>} kill sends the signal and waits for the end
 */

/** As much of what a child says as is kept. */
const most = 64 * 1024;

/** @type {import('node:stream').Writable | undefined} */
let guard;

/** `+` and a pid or a temporary folder that is not to outlive us, `-` and one that is gone. @param {string} line */
export function tellGuard(line) {
  if (guard === undefined) {
    const program = fileURLToPath(new URL('guard.mjs', import.meta.url));
    const started = spawn(process.execPath, [program], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    started.unref();
    guard = started.stdin;
    // A pipe is a socket here, and must not keep us alive.
    /** @type {import('node:net').Socket} */ (guard).unref();
    guard.on('error', () => {});
  }
  guard.write(`${line}\n`);
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, uid?: number, gid?: number }} [options]
 * @returns {Promise<Child>} once it is a process; what it says of being ready is for the caller to hear
 */
export async function startChild(command, args, { cwd, env = process.env, uid, gid } = {}) {
  const child = spawn(command, args, {
    ...(cwd !== undefined && { cwd }),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  const pid = /** @type {number} */ (child.pid);
  tellGuard(`+${pid}`);
  let said = '';
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    if (!out.includes('\n')) out += text;
    said = (said + text).slice(-most);
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said = (said + text).slice(-most);
  });
  let isOver = false;
  /** @type {Child['ended']} */
  const ended = new Promise((resolve) => {
    child.once('exit', (status, signal) => {
      isOver = true;
      tellGuard(`-${pid}`);
      resolve({ status, signal });
    });
  });
  return {
    pid,
    said: () => said,
    heading: () => (out.includes('\n') ? (out.split('\n', 1)[0] ?? '') : ''),
    ended,
    isOver: () => isOver,
    signal: (signal) => void child.kill(signal),
    async kill(signal) {
      child.kill(signal);
      await ended;
    },
  };
}

/**
 * Waits until the child is ready, or over.
 * @param {Child} child
 * @param {() => boolean | Promise<boolean>} isReady
 * @param {number} [most] milliseconds
 * @returns {Promise<boolean>} whether it is ready; it was not, and is over, otherwise
 */
export async function whenReady(child, isReady, most = 60_000) {
  const end = performance.now() + most;
  while (!child.isOver()) {
    if (await isReady()) return true;
    if (performance.now() > end) {
      await child.kill('SIGKILL');
      throw new Error(`It was not ready within ${most / 1000} s:\n${child.said()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}
