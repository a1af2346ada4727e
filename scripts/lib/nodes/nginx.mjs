// The real nginx on loopback, with the configuration that operators get (deploy/nginx.conf): only the lines that they
// would fill in are filled in, for a folder of its own and no rights.
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programOf } from '../parts.mjs';
import { root, run, Stop } from '../run.mjs';
import { startChild, whenReady } from './child.mjs';
import { freePort, openFolder } from './folders.mjs';

/**
 * @typedef {object} Nginx
 * @property {string} url
 * @property {number} port
 * @property {number} pid of its master process
 * @property {Promise<unknown>} ended when that process has ended, asked or not
 * @property {(nodes: number[]) => Promise<void>} reload with nodes on these ports; returns when new workers serve
 * @property {() => Promise<void>} stop ends it, and takes its folder away unless it was given
 * @property {() => string} said the last of its log
 */

const mark = /^(\s*)(\S+)(.*?);\s*# yours$/;

/**
 * deploy/nginx.conf, filled in.
 * @param {{ folder: string, port: number, nodes: readonly number[] }} place nodes: the ports that they listen on
 * @returns {string}
 */
export function nginxConfiguration({ folder, port, nodes }) {
  /** @type {Record<string, string[]>} what stands in place of the lines that begin with a word */
  const ours = {
    // Who is not root cannot choose.
    user: [],
    pid: [`pid ${quoted(join(folder, 'nginx.pid'))};`],
    error_log: ['error_log stderr notice;'],
    worker_processes: ['worker_processes 2;'],
    worker_rlimit_nofile: [],
    server: nodes.map((node) => `server 127.0.0.1:${node} max_fails=1 fail_timeout=1s;`),
    listen: [`listen 127.0.0.1:${port};`],
    server_name: ['server_name localhost 127.0.0.1;'],
    access_log: ['access_log off;', ...temporary(folder)],
  };
  const lines = readFileSync(join(root, 'deploy/nginx.conf'), 'utf8').split('\n');
  /** @type {Set<string>} */
  const done = new Set();
  const filled = lines.flatMap((line) => {
    const [, indent = '', word = ''] = mark.exec(line) ?? [];
    if (word === '') return [line];
    const own = ours[word];
    if (own === undefined) throw new Error(`deploy/nginx.conf has a line to fill in that nobody fills in: ${line}`);
    if (done.has(word)) return [];
    done.add(word);
    return own.map((each) => `${indent}${each}`);
  });
  const forgotten = Object.keys(ours).filter((word) => !done.has(word));
  if (forgotten.length > 0) throw new Error(`deploy/nginx.conf has no line to fill in for ${forgotten.join(', ')}`);
  return filled.join('\n');
}

/** What nginx would keep in folders of the system. @param {string} folder */
function temporary(folder) {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return kinds.map((kind) => `${kind}_temp_path ${quoted(join(folder, kind))};`);
}

/** @param {string} path */
const quoted = (path) => `"${path.replaceAll(/["\\]/g, '\\$&')}"`;

/**
 * @param {{ folder?: string, port?: number, nodes: readonly number[] }} options nodes: the ports that they listen on
 * @returns {Promise<Nginx>} that listens
 */
export async function startNginx({ folder: given, port: wanted, nodes }) {
  const program = programOf('nginx');
  const { folder, forget } = openFolder(given);
  // As root, its workers are somebody else, and what they put aside is below here.
  if (process.getuid?.() === 0) chmodSync(folder, 0o711);
  const port = wanted ?? (await freePort());
  const file = join(folder, 'nginx.conf');
  const args = ['-p', folder, '-c', file];
  const write = async (/** @type {readonly number[]} */ ports) => {
    writeFileSync(file, nginxConfiguration({ folder, port, nodes: ports }));
    const { ok, output } = await run(program, [...args, '-t', '-q'], { quiet: true });
    if (!ok) throw new Stop(`nginx does not take its configuration:\n${output}`);
  };
  const pidFile = join(folder, 'nginx.pid');
  await write(nodes);
  // The mere check leaves one as well.
  rmSync(pidFile, { force: true });
  const child = await startChild(program, [...args, '-g', 'daemon off;'], { cwd: folder });
  // It is written once it listens.
  const isUp = await whenReady(child, () => existsSync(pidFile));
  if (!isUp) throw new Stop(`nginx did not start on port ${port}:\n${child.said()}`);
  const lastWorker = () =>
    child
      .said()
      .match(/start worker process \d+/g)
      ?.at(-1);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid,
    ended: child.ended,
    async reload(ports) {
      await write(ports);
      const before = lastWorker();
      child.signal('SIGHUP');
      await whenReady(child, () => lastWorker() !== undefined && lastWorker() !== before);
    },
    async stop() {
      await child.kill('SIGTERM');
      forget();
    },
    said: () => child.said(),
  };
}
