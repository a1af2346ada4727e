// `npm start`: set-up, build, then the server with its demo workspace. Arguments go on to `stet serve`.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { main, onOrphaned, root } from './lib/run.mjs';
import { setup } from './setup.mjs';

/** @param {string[]} args @returns {Promise<number>} the server's exit status, as a shell would give it */
function serve(args) {
  const program = join(root, 'apps/server/bin/stet.js');
  const child = spawn(process.execPath, [program, 'serve', '--demo', ...args], { cwd: root, stdio: 'inherit' });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  // Ctrl+C on a terminal reaches the server by itself; a second SIGINT would tell it to hurry.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  onOrphaned(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status, signal) => resolve(status ?? 128 + constants.signals[signal ?? 'SIGTERM']));
  });
}

await main(async () => {
  await setup(() => build());
  process.exitCode = await serve(process.argv.slice(2));
});
