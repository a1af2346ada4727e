// Real Redis servers on loopback, alone or as a cluster of three masters: for tests, and for `npm run play:nodes`. They
// keep nothing on disk: whatever stands on them has to live with an empty one.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { programOf } from '../parts.mjs';
import { Stop } from '../run.mjs';
import { startChild, whenReady } from './child.mjs';
import { freePort, freePorts, openFolder } from './folders.mjs';
import { tellRedis } from './redis-words.mjs';

/**
 * @typedef {object} Redis
 * @property {string} url
 * @property {number} port
 * @property {number} pid of the process that runs now
 * @property {Promise<unknown>} ended when that process has ended, asked or not
 * @property {() => Promise<void>} kill by SIGKILL, paused or not
 * @property {() => void} pause by SIGSTOP: connections stay open, and nothing answers
 * @property {() => void} resume
 * @property {() => Promise<void>} flush away everything that it holds
 * @property {() => Promise<void>} start again, empty, on the same port
 * @property {(line: string) => Promise<string>} tell it a command, such as `CLIENT KILL TYPE pubsub`
 * @property {() => Promise<void>} stop ends it, and takes its folder away unless it was given
 * @property {() => string} said the last of its log
 */

/**
 * @typedef {object} RedisCluster
 * @property {string} url `redis+cluster://host:port,host:port,…`
 * @property {Redis[]} nodes its masters
 * @property {() => Promise<void>} healthy waits until every node says that the cluster is
 * @property {() => Promise<void>} flush
 * @property {() => Promise<void>} stop
 */

/**
 * @param {{ folder?: string, port?: number, settings?: Record<string, string | number> }} [options] settings as in
 *   redis.conf
 * @returns {Promise<Redis>} that answers
 */
export async function startRedis({ folder: given, port: wanted, settings = {} } = {}) {
  const program = programOf('redis-server');
  const { folder, forget } = openFolder(given);
  const args = Object.entries({ bind: '127.0.0.1', save: '', appendonly: 'no', dir: folder, ...settings }).flatMap(
    ([name, value]) => [`--${name}`, String(value)],
  );
  const start = async (/** @type {number} */ port) => {
    const child = await startChild(program, [...args, '--port', String(port)], { cwd: folder });
    // Another one may listen there, and would answer in its place.
    const isUp = await whenReady(child, () => child.said().includes('Ready to accept connections'));
    return { child, port, isUp };
  };
  const insist = async (/** @type {number | undefined} */ port) => {
    for (let left = 20; ; left -= 1) {
      const started = await start(port ?? (await freePort()));
      if (started.isUp) return started;
      const said = started.child.said();
      const isTaken = port === undefined && /Address already in use/i.test(said);
      if (!isTaken || left === 0) throw new Stop(`Redis did not start on port ${started.port}:\n${said}`);
    }
  };
  let { child, port } = await insist(wanted);
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return child.pid;
    },
    get ended() {
      return child.ended;
    },
    kill: () => child.kill('SIGKILL'),
    pause: () => child.signal('SIGSTOP'),
    resume: () => child.signal('SIGCONT'),
    async flush() {
      await tellRedis(port, 'FLUSHALL');
    },
    async start() {
      ({ child } = await insist(port));
    },
    tell: (line) => tellRedis(port, line),
    async stop() {
      await child.kill('SIGKILL');
      forget();
    },
    said: () => child.said(),
  };
}

const slots = 16_384;

/**
 * Three masters and no replica: a slot whose master is killed is away until it is started again.
 * @param {{ folder?: string }} [options]
 * @returns {Promise<RedisCluster>}
 */
export async function startRedisCluster({ folder: given } = {}) {
  const { folder, forget } = openFolder(given);
  // What an earlier one has kept there is who was who, on other ports.
  for (const number of [1, 2, 3]) rmSync(join(folder, `redis-${number}`), { recursive: true, force: true });
  const ports = await freePorts(6);
  const nodes = await Promise.all(
    ports.slice(0, 3).map((port, i) =>
      startRedis({
        folder: openFolder(join(folder, `redis-${i + 1}`)).folder,
        port,
        settings: {
          'cluster-enabled': 'yes',
          'cluster-config-file': 'nodes.conf',
          'cluster-node-timeout': 2000,
          'cluster-port': ports[i + 3] ?? 0,
        },
      }),
    ),
  );
  const bounds = nodes.map((_, i) => Math.floor((i * slots) / nodes.length));
  await Promise.all(
    nodes.map(async (node, i) => {
      await node.tell(`CLUSTER ADDSLOTSRANGE ${bounds[i]} ${(bounds[i + 1] ?? slots) - 1}`);
      await node.tell(`CLUSTER SET-CONFIG-EPOCH ${i + 1}`);
    }),
  );
  const [first, ...others] = nodes;
  for (const node of others) await node.tell(`CLUSTER MEET 127.0.0.1 ${first?.port} ${ports[3]}`);

  const isHealthy = async (/** @type {Redis} */ node) => {
    const info = await node.tell('CLUSTER INFO').catch(() => '');
    return ['cluster_state:ok', `cluster_slots_ok:${slots}`, `cluster_known_nodes:${nodes.length}`].every((line) =>
      info.split('\r\n').includes(line),
    );
  };
  const healthy = async () => {
    for (let left = 1200; ; left -= 1) {
      if ((await Promise.all(nodes.map(isHealthy))).every(Boolean)) return;
      if (left === 0) throw new Stop(`The Redis cluster did not come together:\n${first?.said()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    forget();
  };
  await healthy();
  return {
    url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    nodes,
    healthy,
    async flush() {
      await Promise.all(nodes.map((node) => node.flush()));
    },
    stop,
  };
}
