import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Guard } from './guard.js';

// A process that we start and end. Each leads a process group of its own, so that a Ctrl+C at the terminal reaches only us.

export interface Child {
  readonly pid: number;
  /** The last of what it has said, on stdout and stderr. */
  said(): string;
  /** The first line of its stdout; empty until it is whole. */
  heading(): string;
  isOver(): boolean;
  signal(signal: NodeJS.Signals): void;
  /** By SIGKILL, stopped or not; resolves when it is over. */
  kill(): Promise<void>;
}

export interface ChildOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  guard: Guard;
}

/** As many characters of what it says as are kept. */
const most = 16 * 1024;

/** Rejects where there is no such program. */
export async function startChild(
  program: string,
  args: readonly string[],
  { cwd, env, guard }: ChildOptions,
): Promise<Child> {
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let said = '';
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (!out.includes('\n')) out += text;
    said = (said + text).slice(-most);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-most);
  });
  await once(child, 'spawn');
  const pid = child.pid as number;
  guard.hold(pid);
  let isOver = false;
  void ended.then(() => {
    isOver = true;
    guard.forget(pid);
  });
  return {
    pid,
    said: () => said,
    heading: () => (out.includes('\n') ? (out.split('\n', 1)[0] ?? '') : ''),
    isOver: () => isOver,
    signal: (signal) => void child.kill(signal),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const patience = 60_000;

/** Whether it came to be ready; it is over, otherwise. Rejects where it takes too long, and has ended it then. */
export async function whenReady(child: Child, isReady: () => boolean | Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + patience;
  while (!child.isOver()) {
    if (await isReady()) return true;
    if (performance.now() > deadline) {
      await child.kill();
      throw new Error(`It was not ready within ${patience / 1_000} seconds:\n${child.said()}`);
    }
    await pause(20);
  }
  return false;
}
