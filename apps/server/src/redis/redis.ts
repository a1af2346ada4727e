import { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import { type RedisAddress, readRedisUrl } from './address.js';
import { type Answering, watchAnswers } from './answering.js';
import { optionsFor, type Patience, patience as usual } from './options.js';
import { ShardedSubscriber } from './sharded-subscriber.js';
import { type Hearing, OneSubscriber, plain, type Subscriber } from './subscriber.js';

// The link to Redis, or to a Redis Cluster. It may come and go, and be away when the server starts: nothing waits for it.

export interface RedisLink {
  /** For commands. Each is answered or has failed within seconds; while Redis is away, at once. */
  readonly commands: Redis | Cluster;
  /** Whether Redis answers, all of it where it is a Cluster. */
  isUp(): boolean;
  /** Hears each time that Redis begins to answer, and soon where it does already. Returns its undo. */
  onReady(listener: () => void): () => void;
  /** PUBLISH, or SPUBLISH on a Cluster. */
  publish(channel: string, message: string): Promise<unknown>;
  /** Opens what listens: one connection, or one a shard. */
  subscriber(hearing: Hearing): Subscriber;
  close(): Promise<void>;
}

/** Throws where the URL can't be read (`readRedisUrl` tells). Returns at once, whether Redis is there or not. */
export function openRedis(url: string, log: Logger, patience: Patience = usual): RedisLink {
  const address = readRedisUrl(url);
  if (!address) throw new Error('This is no URL of a Redis.');
  return address.kind === 'cluster' ? openCluster(address, log, patience) : openSingle(address, log, patience);
}

const linkOf = (answering: Answering, commands: Redis | Cluster) => ({
  commands,
  isUp: answering.isUp,
  onReady: answering.onReady,
  async close() {
    answering.stop();
    commands.disconnect();
  },
});

function openSingle(address: RedisAddress, log: Logger, patience: Patience): RedisLink {
  const [host] = address.hosts;
  const commands = new Redis({ ...host, ...optionsFor(address, 'commands', patience) });
  const answering = watchAnswers(() => commands.ping(), patience.askEvery, log);
  commands.on('ready', answering.look).on('close', answering.lost).on('error', answering.failed);
  return {
    ...linkOf(answering, commands),
    publish: (channel, message) => commands.publish(channel, message),
    subscriber: (hearing) =>
      new OneSubscriber({ ...host, ...optionsFor(address, 'subscriber', patience) }, plain, hearing, patience),
  };
}

function openCluster(address: RedisAddress, log: Logger, patience: Patience): RedisLink {
  // Nodes are asked for by the Cluster, which takes a lost one out until it finds it again.
  const {
    enableOfflineQueue,
    retryStrategy,
    maxRetriesPerRequest: _,
    ...redisOptions
  } = optionsFor(address, 'commands', patience);
  const commands = new Cluster(address.hosts, {
    redisOptions,
    enableOfflineQueue,
    clusterRetryStrategy: retryStrategy,
    slotsRefreshTimeout: patience.answerWithin,
    slotsRefreshInterval: 5 * patience.askEvery,
    // A shard that is away fails what is asked of it, and is not asked again and again.
    maxRedirections: 3,
  });
  const answering = watchAnswers(
    () =>
      askEach(commands).catch((error: unknown) => {
        commands.refreshSlotsCache();
        throw error;
      }),
    patience.askEvery,
    log,
  );
  commands
    .on('ready', answering.look)
    .on('close', answering.lost)
    .on('-node', answering.look)
    .on('error', answering.failed);
  return {
    ...linkOf(answering, commands),
    publish: (channel, message) => commands.spublish(channel, message),
    subscriber: (hearing) =>
      new ShardedSubscriber(commands, optionsFor(address, 'subscriber', patience), hearing, patience),
  };
}

/** Each shard that has slots has to answer. */
async function askEach(cluster: Cluster): Promise<void> {
  const shards = new Set(cluster.slots.flatMap(([owner]) => owner ?? []));
  if (cluster.status !== 'ready' || shards.size === 0) throw new Error('The Cluster was not reached.');
  const nodes = new Map(cluster.nodes('master').map((node) => [`${node.options.host}:${node.options.port}`, node]));
  await Promise.all(
    [...shards].map(async (shard) => {
      const node = nodes.get(shard);
      if (!node) throw new Error(`The shard at ${shard} was not reached.`);
      await node.ping();
    }),
  );
}
