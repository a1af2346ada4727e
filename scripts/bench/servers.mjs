// The servers that are compared, each a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const program = here('../../apps/server/dist/cli/main.js');

/** @param {string[]} args @param {Record<string, string>} env */
async function start(args, env) {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout.setEncoding('utf8'), 'data');
  return { port: JSON.parse(said.split('\n')[0]).port, stop: () => child.kill('SIGTERM') };
}

/** @param {string} data @param {string[]} args @returns {Promise<string>} */
const run = (data, args) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, STET_DATA: data } });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    child.on('close', (status) => (status === 0 ? resolve(said.trim()) : reject(new Error(`stet ${args[0]} failed`))));
  });

/** A Stet with the demo catalogue, and a token of ana's. */
export async function startStet() {
  const data = mkdtempSync(join(tmpdir(), 'stet-bench-'));
  const env = { STET_DATA: data, LOG_LEVEL: 'error' };
  const server = await start([program, 'serve', '--demo', '--json', '--port', '0'], env);
  const token = await run(data, ['token', 'create', 'ana', '--label', 'bench']);
  return { ...server, data, token };
}

export const startEcho = () => start([here('echo-server.mjs')], {});
export const startPeer = () => start([here('sockjs-server.mjs')], {});
