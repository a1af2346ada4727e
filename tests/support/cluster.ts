// Several nodes on one Postgres and one Redis: each is the real program in a process of its own, with lines to both that
// can be cut.
import { rmSync } from 'node:fs';
import type { Role } from '@stet/protocol';
import { openEngine, readConfig } from '@stet/server';
import { pino } from 'pino';
import { type Postgres, type Redis, startNode, startPostgres, startRedis } from './nodes.js';
import { proxyTo, type TcpProxy } from './proxy.js';
import { password } from './server.js';
import { type Env, temporaryFolder } from './stet.js';

export interface ClusterNode {
  readonly url: string;
  readonly isUp: boolean;
  lines: { redis: TcpProxy; postgres: TcpProxy };
  /** What it has logged as a defect of its own, from its first start on. */
  defects(): string[];
  /** By SIGKILL. */
  kill(): Promise<void>;
  /** Again, where it was. */
  start(): Promise<void>;
}

export interface Cluster {
  postgres: Postgres;
  redis: Redis;
  nodes: readonly ClusterNode[];
  /** Leads to one node after the other, of those that are up. */
  front: TcpProxy;
  stop(): Promise<void>;
}

export interface Populace {
  workspace: string;
  people: Readonly<Record<string, Role>>;
}

const secret = 'a secret that all nodes of the test share';

/** The nodes, and a token for each of the people. */
export async function startCluster(
  count: number,
  populace: Populace,
): Promise<{ cluster: Cluster; tokens: Array<{ user: string; role: Role; token: string }> }> {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const database = await postgres.createDatabase('stet');
  const tokens = await populate({ DATABASE_URL: database, STET_SECRET: secret }, populace);
  const nodes = await Promise.all(
    Array.from({ length: count }, (_, place) => startClusterNode(`node ${place + 1}`, database, redis.url)),
  );
  let turn = 0;
  const front = await proxyTo(() => {
    const up = nodes.filter(({ isUp }) => isUp);
    turn += 1;
    return (up[turn % up.length] ?? (nodes[0] as ClusterNode)).url;
  });
  const cluster: Cluster = {
    postgres,
    redis,
    nodes,
    front,
    async stop() {
      await front.close();
      await Promise.all(nodes.map((node) => node.stop()));
      await Promise.all([postgres.stop(), redis.stop()]);
    },
  };
  return { cluster, tokens };
}

async function populate(env: Env, { workspace, people }: Populace) {
  const data = temporaryFolder();
  const read = readConfig({ ...env, STET_DATA: data });
  if (read.kind === 'wrong') throw new Error(read.errors.join('; '));
  const { auth, store, close } = await openEngine(read.config, pino({ level: 'silent' }), []);
  const tokens: Array<{ user: string; role: Role; token: string }> = [];
  await store.workspaces.create({ id: workspace, name: workspace });
  for (const [user, role] of Object.entries(people)) {
    await auth.addUser({ username: user, password });
    await store.workspaces.setMember({ workspace, user, role });
    const created = await auth.createToken({ username: user, label: 'client', days: 1 });
    if (created.kind !== 'created') throw new Error(`No token for ${user}: ${created.kind}`);
    tokens.push({ user, role, token: created.token });
  }
  await close();
  rmSync(data, { recursive: true });
  return tokens;
}

interface Stoppable extends ClusterNode {
  stop(): Promise<void>;
}

async function startClusterNode(name: string, database: string, bus: string): Promise<Stoppable> {
  const lines = { redis: await proxyTo(bus), postgres: await proxyTo(database) };
  const node = await startNode({
    name,
    env: {
      DATABASE_URL: through(lines.postgres, database),
      REDIS_URL: through(lines.redis, bus),
      STET_SECRET: secret,
      LOG_LEVEL: 'error',
    },
  });
  const defects: string[] = [];
  const logged = () =>
    node
      .said()
      .split('\n')
      .filter((line) => /"level":[56]0/.test(line));
  return {
    url: node.url,
    lines,
    defects: () => [...defects, ...logged()],
    get isUp() {
      return !node.isOver();
    },
    kill: () => node.kill('SIGKILL'),
    async start() {
      // The next one says its own.
      defects.push(...logged());
      await insist(() => node.start());
    },
    async stop() {
      await node.stop();
      await Promise.all([lines.redis.close(), lines.postgres.close()]);
    },
  };
}

/** Whoever starts while there is no database ends at once, and is started again. */
async function insist(start: () => Promise<void>): Promise<void> {
  for (let left = 20; ; left -= 1) {
    try {
      return await start();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

/** The same, past the proxy. */
function through(proxy: TcpProxy, url: string): string {
  const through = new URL(url);
  through.port = new URL(proxy.url).port;
  return through.href;
}
