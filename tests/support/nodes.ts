// The real parts that several nodes stand on, for tests: Postgres from npm, redis-server and nginx of the machine, and
// `stet serve` as it was built. All on loopback and on free ports, in folders of their own; they end with this process.
export { type Nginx, nginxConfiguration, startNginx } from '../../scripts/lib/nodes/nginx.mjs';
export { type Node, startNode } from '../../scripts/lib/nodes/node.mjs';
export { type Nodes, startNodes } from '../../scripts/lib/nodes/nodes.mjs';
export { type Postgres, startPostgres } from '../../scripts/lib/nodes/postgres.mjs';
export { type Redis, type RedisCluster, startRedis, startRedisCluster } from '../../scripts/lib/nodes/redis.mjs';
