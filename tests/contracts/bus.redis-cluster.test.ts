import { afterAll, beforeAll } from 'vitest';
import { busesOn } from '../support/buses.js';
import { type RedisCluster, startRedisCluster } from '../support/nodes.js';
import { busContract, lossyBusContract, type Trouble } from './bus.js';

// The contract on a Redis Cluster, whose channels are sharded, and what is lost with its shards.

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
}, 120_000);
afterAll(() => cluster?.stop());

const troubles: Record<string, Trouble> = {
  async 'the subscribers’ connections are cut'() {
    for (const node of cluster.nodes) await node.tell('CLIENT KILL TYPE pubsub');
  },
  async 'its shards are killed one after the other, and come back'() {
    for (const node of cluster.nodes) {
      await node.kill();
      await node.start();
      await cluster.healthy();
    }
  },
  async 'its shards fall silent, and wake up'(deaf) {
    for (const node of cluster.nodes) node.pause();
    await deaf();
    for (const node of cluster.nodes) node.resume();
    await cluster.healthy();
  },
};

const open = async () => {
  const buses = busesOn(cluster.url);
  return {
    ...buses,
    closing: buses.node,
    perNode: cluster.nodes.length,
    stop: buses.close,
  };
};

busContract('on a Redis Cluster', open);
lossyBusContract('on a Redis Cluster', open, troubles);
