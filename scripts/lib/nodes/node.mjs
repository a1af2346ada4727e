// One node: the real `stet serve` in a process of its own, as it was built.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnv, root, Stop } from '../run.mjs';
import { startChild, whenReady } from './child.mjs';
import { freePort, openFolder } from './folders.mjs';

/**
 * @typedef {object} Node
 * @property {string} name
 * @property {string} url its own, past nginx
 * @property {number} port
 * @property {string} data its own folder
 * @property {Record<string, string>} env what it was started with
 * @property {number} pid of the process that runs now
 * @property {() => boolean} isOver
 * @property {Promise<unknown>} ended when that process has ended, asked or not
 * @property {() => Promise<boolean>} ready whether it says that it can do its work
 * @property {(signal: NodeJS.Signals) => Promise<void>} kill sends the signal and waits for the end
 * @property {(signal: NodeJS.Signals) => void} signal such as SIGSTOP
 * @property {() => Promise<void>} start again, on the same port, until it is ready
 * @property {() => Promise<void>} restart gently, until it is ready again
 * @property {() => Promise<void>} stop ends it gently, and takes its folder away unless it was given
 * @property {() => string} said the last of its log
 */

const program = join(root, 'apps/server/dist/cli/main.js');

/**
 * @param {object} [options]
 * @param {string} [options.name]
 * @param {string} [options.folder] to go on with; otherwise a new one
 * @param {number} [options.port] otherwise a free one
 * @param {boolean} [options.demo]
 * @param {Record<string, string>} [options.env] DATABASE_URL, REDIS_URL, STET_SECRET …
 * @returns {Promise<Node>} that is ready
 */
export async function startNode({ name = 'node', folder: given, port: wanted, demo = false, env = {} } = {}) {
  if (!existsSync(program)) throw new Stop('Stet is not built: npm run build.');
  const { folder, forget } = openFolder(given);
  const port = wanted ?? (await freePort());
  const own = { LOG_LEVEL: 'warn', ...env, STET_DATA: folder };
  const args = [program, 'serve', '--json', '--port', String(port), ...(demo ? ['--demo'] : [])];
  const url = `http://127.0.0.1:${port}`;
  const ready = async () => {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5000) }).catch(() => null);
    await answer?.body?.cancel();
    return answer?.ok ?? false;
  };
  const start = async () => {
    const child = await startChild(process.execPath, args, { cwd: folder, env: { ...cleanEnv(), ...own } });
    // Until it has said where it listens, somebody else may answer there.
    const isUp = await whenReady(child, () => child.heading().startsWith('{') && ready(), 120_000);
    if (!isUp) throw new Stop(`${name} did not start:\n${child.said()}`);
    return child;
  };
  let child = await start();
  const again = async () => {
    child = await start();
  };
  return {
    ...{ name, url, port, data: folder, env: own },
    get pid() {
      return child.pid;
    },
    isOver: () => child.isOver(),
    get ended() {
      return child.ended;
    },
    ready,
    kill: (signal) => child.kill(signal),
    signal: (signal) => child.signal(signal),
    start: again,
    async restart() {
      await child.kill('SIGTERM');
      await again();
    },
    async stop() {
      await child.kill('SIGTERM');
      forget();
    },
    said: () => child.said(),
  };
}
