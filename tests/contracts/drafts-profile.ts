import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type BrowserContext, chromium } from 'playwright-core';
import { chromiumArgs, chromiumProgram } from '../support/chromium.js';

// A browser that has its profile on the disk, and can be killed.

export interface KillableBrowser {
  context: BrowserContext;
  /** At once, with all of its processes: it has no time to write anything. */
  kill(): Promise<void>;
}

export async function startOn(profile: string): Promise<KillableBrowser> {
  const args = ['--headless', ...chromiumArgs, '--remote-debugging-port=0', `--user-data-dir=${profile}`];
  const child = spawn(chromiumProgram(), args, {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  const endpoint = await endpointIn(createInterface(child.stderr));
  const browser = await chromium.connectOverCDP(endpoint);
  const context = browser.contexts()[0];
  if (!context) throw new Error('The browser has no context.');
  return {
    context,
    async kill() {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      // The group, since each of its processes is one of its own.
      process.kill(-child.pid, 'SIGKILL');
      await ended;
    },
  };
}

/** Where it can be reached, as it says itself. */
async function endpointIn(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const found = /^DevTools listening on (ws:\S+)/.exec(line);
    if (found?.[1]) return found[1];
  }
  throw new Error('The browser ended before it could be reached.');
}
