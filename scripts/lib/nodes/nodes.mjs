// Several nodes of Stet, and all that they stand on and behind: Postgres, Redis or a cluster of it, nginx.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, openFolder } from './folders.mjs';
import { startNginx } from './nginx.mjs';
import { startNode } from './node.mjs';
import { startPostgres } from './postgres.mjs';
import { startRedis, startRedisCluster } from './redis.mjs';

/**
 * @typedef {object} Nodes
 * @property {string} url of nginx, or else of the first node
 * @property {import('./node.mjs').Node[]} nodes
 * @property {import('./postgres.mjs').Postgres} postgres
 * @property {import('./redis.mjs').Redis | null} redis
 * @property {import('./redis.mjs').RedisCluster | null} cluster
 * @property {import('./nginx.mjs').Nginx | null} nginx
 * @property {Record<string, string>} env what every node was started with: so commands of `stet` come to the same data
 * @property {(between?: (node: import('./node.mjs').Node) => unknown) => Promise<void>} roll restarts them one after another
 * @property {() => Promise<void>} stop ends all of it, and takes its folder away unless it was given
 */

/**
 * @param {object} [options]
 * @param {number} [options.count]
 * @param {string} [options.folder] to go on with; otherwise a new one
 * @param {boolean} [options.demo]
 * @param {'one' | 'cluster' | 'none'} [options.redis]
 * @param {boolean} [options.nginx]
 * @param {number} [options.port] of nginx; otherwise a free one
 * @param {Record<string, string>} [options.env] besides what makes them one
 * @param {(url: string) => string | Promise<string>} [options.databaseBy] by which way they come to Postgres, where
 *   that is another; `redisBy` likewise, of a single Redis
 * @param {(url: string) => string | Promise<string>} [options.redisBy]
 * @param {(what: string) => void} [options.tell] what is being started
 * @returns {Promise<Nodes>} that are ready
 */
export async function startNodes(options = {}) {
  const { count = 3, demo = false, redis: kind = 'one', nginx: withNginx = true, env: more = {} } = options;
  const { databaseBy = (url) => url, redisBy = (url) => url, tell = () => {} } = options;
  const { folder, forget } = openFolder(options.folder);
  /** @type {(() => Promise<void>)[]} what to end, the last first */
  const endings = [];
  const stop = async () => {
    for (const end of endings.splice(0).reverse()) await end();
    forget();
  };
  /** @template {{ stop(): Promise<void> }} Part @param {Promise<Part>} starting */
  const held = async (starting) => {
    const part = await starting;
    endings.push(() => part.stop());
    return part;
  };
  /** @type {import('./node.mjs').Node[]} */
  const up = [];
  const stopNodes = async () => {
    // What is thrown away need not be finished.
    const end = (/** @type {import('./node.mjs').Node} */ node) =>
      options.folder === undefined ? node.kill('SIGKILL') : node.stop();
    await Promise.all(up.map(end));
  };
  const below = (/** @type {string} */ name) => openFolder(join(folder, name)).folder;

  try {
    tell('Postgres and Redis');
    const [postgres, redis, cluster] = await Promise.all([
      held(startPostgres({ folder: below('database') })),
      kind === 'one' ? held(startRedis({ folder: below('redis') })) : null,
      kind === 'cluster' ? held(startRedisCluster({ folder: below('redis') })) : null,
    ]);
    const ports = await freePorts(count + 1);
    const front = options.port ?? ports.pop() ?? 0;
    const own = ports.slice(0, count);
    const reached = [...(withNginx ? [front] : []), ...own];
    const redisUrl = redis ? await redisBy(redis.url) : cluster?.url;
    const env = {
      DATABASE_URL: await databaseBy(await postgres.createDatabase('stet')),
      ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
      STET_SECRET: keptSecret(folder),
      STET_ORIGINS: reached.flatMap((port) => [`http://127.0.0.1:${port}`, `http://localhost:${port}`]).join(' '),
      ...(withNginx ? { STET_PROXIES: '1' } : {}),
      ...more,
    };
    tell(count === 1 ? 'a node' : `${count} nodes`);
    // All at once, as after a power cut.
    endings.push(stopNodes);
    const started = await Promise.allSettled(
      own.map(async (port, i) => {
        const node = await startNode({ name: `node ${i + 1}`, folder: below(`node-${i + 1}`), port, demo, env });
        up.push(node);
        return node;
      }),
    );
    const nodes = started.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
    const nginx = withNginx ? await held(startNginx({ folder: below('nginx'), port: front, nodes: own })) : null;
    return {
      url: nginx?.url ?? nodes[0]?.url ?? '',
      ...{ nodes, postgres, redis, cluster, nginx, env },
      async roll(between) {
        for (const node of nodes) {
          await node.restart();
          await between?.(node);
        }
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Sessions of a folder that is gone on with stay valid. @param {string} folder */
function keptSecret(folder) {
  const file = join(folder, 'secret');
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}
