import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeOwnDatabase, type OwnDatabase } from '@stet/store';
import { shownUrl } from '../addresses.js';
import { readConfig } from '../config.js';
import { accessAt } from './access.js';
import { type Guard, startGuard } from './guard.js';
import { startNode } from './own-node.js';
import { startOwnRedis } from './own-redis.js';
import { type PlannedUser, prepare } from './prepare.js';
import { Refusal } from './refusal.js';
import { type Own, tokenIn } from './servers.js';

// Servers of a run's own, which may be killed, and of which nothing is left.
//
//   folder ─▶ database and Redis, for several ─▶ workspace, users, tokens ─▶ nodes

export interface OwnOptions {
  /** Several need DATABASE_URL in the environment, a Postgres where a database may be made, and a redis-server. */
  nodes: number;
  users: readonly PlannedUser[];
  workspace: string;
  /** Requests can be held (holds/). */
  testMode: boolean;
  /** Of this process, where it is left out. */
  env?: NodeJS.ProcessEnv;
}

/** Throws a Refusal where that can't be had here. What has begun by then is taken away. */
export async function startOwn(options: OwnOptions): Promise<Own> {
  const guard = startGuard();
  const folder = mkdtempSync(join(tmpdir(), 'stet-simulation-'));
  guard.hold(folder);
  const undo: Array<() => Promise<void>> = [];
  const stop = async (): Promise<void> => {
    const failed: unknown[] = [];
    // Whatever can't be ended, the rest is.
    for (let next = undo.pop(); next; next = undo.pop()) await next().catch((error: unknown) => failed.push(error));
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    guard.forget(folder);
    guard.end();
    if (failed.length > 0) throw failed[0];
  };
  try {
    return { ...(await start(options, { folder, guard, undo, env: options.env ?? process.env })), stop };
  } catch (error) {
    // Why it could not be started says more than what is left of it.
    await stop().catch(() => {});
    throw error;
  }
}

interface Ground {
  folder: string;
  guard: Guard;
  /** What has been started, each with how it is ended. */
  undo: Array<() => Promise<void>>;
  env: NodeJS.ProcessEnv;
}

async function start(options: OwnOptions, ground: Ground): Promise<Omit<Own, 'stop'>> {
  const { workspace, users, testMode } = options;
  const { folder, guard, undo } = ground;
  const shared = options.nodes > 1 ? await startShared(ground) : null;
  const settings = {
    STET_SECRET: randomBytes(32).toString('base64url'),
    ...(testMode ? { STET_TEST_MODE: '1' } : {}),
    ...(shared ? { DATABASE_URL: shared.database.url, REDIS_URL: shared.redis.url } : {}),
  };
  const folders = Array.from({ length: options.nodes }, (_, place) => join(folder, `node-${place + 1}`));
  for (const data of folders) mkdirSync(data, { mode: 0o700 });
  const [data = folder] = folders;

  // What a node is told, but for Redis: nobody is there to be woken.
  const read = readConfig({ ...settings, REDIS_URL: undefined, STET_DATA: data });
  if (read.kind === 'wrong') throw new Error(read.errors.join('; '));
  const tokens = await prepare(read.config, workspace, users);

  const started = await Promise.allSettled(
    folders.map(async (own, place) => {
      const node = await startNode({ name: `Server ${place + 1}`, data: own, settings, env: ground.env, guard });
      undo.push(() => node.kill());
      return node;
    }),
  );
  const nodes = started.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
  const nodeAt = (place: number) => {
    const node = nodes[place];
    if (!node) throw new Error(`There is no server ${place + 1}: there are ${nodes.length}.`);
    return node;
  };
  return {
    urls: nodes.map(({ url }) => url),
    tokenOf: tokenIn(tokens),
    access: accessAt(nodes, workspace, users),
    kill: (place) => nodeAt(place).kill(),
    restart: (place) => nodeAt(place).restart(),
    redis: shared?.redis ?? null,
    data,
    database: shared?.database.url ?? null,
  };
}

/** What several nodes stand on: a database of their own on the Postgres that is named, and a Redis of their own. */
async function startShared({ folder, guard, undo, env }: Ground) {
  const url = env.DATABASE_URL;
  if (!url) {
    throw new Refusal(
      'Several servers need a Postgres: name one in DATABASE_URL, such as ' +
        'postgres://user:password@localhost:5432/postgres, whose user may create databases.',
    );
  }
  const redis = await startOwnRedis({ folder, guard, env });
  undo.push(redis.kill);
  const database = await databaseOn(url);
  undo.push(database.drop);
  return { redis, database };
}

async function databaseOn(url: string): Promise<OwnDatabase> {
  try {
    return await makeOwnDatabase(url, `stet_simulation_${randomBytes(6).toString('hex')}`);
  } catch (error) {
    const why = error instanceof Error ? error.message || error.name : String(error);
    throw new Refusal(`No database of its own could be made at ${shownUrl(url)}: ${why}.`);
  }
}
