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

const people = ['ana', 'ben', 'chloe', 'mara', 'vic'];

/** A Stet with the demo catalogue, and a token of each of its people; ana's is the first. @returns {Promise<Server & { token: string, tokens: string[] }>} */
export async function startStet() {
  const data = mkdtempSync(join(tmpdir(), 'stet-bench-'));
  const env = { STET_DATA: data, LOG_LEVEL: 'error' };
  const server = await start([program, 'serve', '--demo', '--json', '--port', '0'], env);
  const tokenOf = async (/** @type {string} */ name) => {
    const args = [program, 'token', 'create', name, '--label', 'bench'];
    return (await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...env } })).stdout.trim();
  };
  const tokens = [];
  for (const name of people) tokens.push(await tokenOf(name));
  process.once('exit', () => rmSync(data, { recursive: true, force: true }));
  return { ...server, token: tokens[0] ?? '', tokens };
}

export const startBare = () => start([here('bare-server.mjs')]);
export const startEcho = () => start([here('echo-server.mjs')]);
export const startFrames = () => start([here('frame-server.mjs')]);
