import { createSignInLimit, openRedis, type RedisLink } from '@stet/server';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Redis, startRedis } from '../support/nodes.js';
import { until } from '../support/until.js';
import { fail, guess, right, signInLimitContract } from './sign-in-limit.js';

let redis: Redis;
const links: RedisLink[] = [];
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  for (const link of links) await link.close();
  await redis.stop();
});

async function link(): Promise<RedisLink> {
  const opened = openRedis(redis.url, pino({ level: 'silent' }));
  links.push(opened);
  await until('Redis answers', opened.isUp);
  return opened;
}

signInLimitContract('Redis', async () => createSignInLimit((await link()).commands));

describe('several nodes', () => {
  test('count together, and nobody reads in Redis what was typed', async () => {
    const [here, there] = [await link(), await link()];
    const [one, two] = [createSignInLimit(here.commands), createSignInLimit(there.commands)];
    await fail(one, 'vic', 6);
    await fail(two, 'vic', 4);
    expect((await guess(one, 'vic', 'right')).kind).toBe('wait');
    expect((await guess(two, 'vic', 'right')).kind).toBe('wait');
    const keys = await here.commands.keys('*');
    expect(keys).toContainEqual(expect.stringContaining('stet:sign-in:'));
    expect(keys.join()).not.toContain('vic');
  });

  test('count each for itself while Redis is away or silent, and let in whoever knows the password', async () => {
    const shared = await link();
    const limit = createSignInLimit(shared.commands);
    await fail(limit, 'zoe', 1);
    redis.pause();
    expect(await guess(limit, 'zoe', 'right')).toEqual(right);
    redis.resume();
    await redis.kill();
    await fail(limit, 'zoe', 10);
    expect((await guess(limit, 'zoe', 'right')).kind).toBe('wait');
    await redis.start();
    await until('Redis answers again', shared.isUp);
    expect(await guess(limit, 'zoe', 'right')).toEqual(right);
  });
});
