import { createRedisBus, openRedis } from '@stet/server';
import { pino } from 'pino';
import { afterAll, beforeAll } from 'vitest';
import { type RedisCluster, startRedisCluster } from '../support/nodes.js';
import { until } from '../support/until.js';
import { presenceContract } from './presence.js';

// Presence at two nodes that share a Redis Cluster.

const log = pino({ level: 'silent' });
let cluster: RedisCluster;
let grounds: [ReturnType<typeof ground>, ReturnType<typeof ground>];

function ground() {
  const redis = openRedis(cluster.url, log);
  return { redis, bus: createRedisBus(redis, log) };
}

beforeAll(async () => {
  cluster = await startRedisCluster();
  grounds = [ground(), ground()];
  await until('the Cluster is heard', () => grounds.every(({ bus }) => bus.state() === 'up'));
});
afterAll(async () => {
  for (const { bus, redis } of grounds) {
    await bus.close();
    await redis.close();
  }
  await cluster.stop();
});

presenceContract('presence at two nodes with a Redis Cluster', () => grounds);
