// The servers that are compared, each a process of its own.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const program = here('../../apps/server/dist/cli/main.js');

/** @typedef {{ port: number, pid: number, stop: () => void }} Server */

/** @param {string[]} args @param {Record<string, string>} [env] @returns {Promise<Server>} */
async function start(args, env = {}) {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout.setEncoding('utf8'), 'data');
  return {
    port: JSON.parse(said.split('\n')[0]).port,
    pid: /** @type {number} */ (child.pid),
    stop: () => child.kill('SIGTERM'),
  };
}

/** A Stet with the demo catalogue, and a token of ana's. @returns {Promise<Server & { token: string }>} */
export async function startStet() {
  const data = mkdtempSync(join(tmpdir(), 'stet-bench-'));
  const env = { STET_DATA: data, LOG_LEVEL: 'error' };
  const server = await start([program, 'serve', '--demo', '--json', '--port', '0'], env);
  const asked = await promisify(execFile)(process.execPath, [program, 'token', 'create', 'ana', '--label', 'bench'], {
    env: { ...process.env, ...env },
  });
  process.once('exit', () => rmSync(data, { recursive: true, force: true }));
  return { ...server, token: asked.stdout.trim() };
}

export const startBare = () => start([here('bare-server.mjs')]);
export const startEcho = () => start([here('echo-server.mjs')]);
export const startFrames = () => start([here('frame-server.mjs')]);
