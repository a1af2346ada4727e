import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BusesOn, busesOn } from '../support/buses.js';
import { type Redis, startRedis } from '../support/nodes.js';
import { until } from '../support/until.js';
import { busContract, listen, lossyBusContract, place, type Trouble } from './bus.js';

// The contract on a single Redis, and what Redis forgets.

let redis: Redis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis?.stop());

const troubles: Record<string, Trouble> = {
  async 'the subscribers’ connections are cut'() {
    await redis.tell('CLIENT KILL TYPE pubsub');
  },
  async 'all connections are cut'() {
    await redis.tell('CLIENT KILL TYPE pubsub');
    await redis.tell('CLIENT KILL TYPE normal');
  },
  async 'Redis is killed, and started again'(deaf) {
    await redis.kill();
    await deaf();
    await redis.start();
  },
  async 'Redis falls silent, and wakes up'(deaf) {
    redis.pause();
    await deaf();
    redis.resume();
  },
};

const open = async () => {
  const buses = busesOn(redis.url);
  return {
    ...buses,
    closing: buses.node,
    perNode: 1,
    stop: buses.close,
  };
};

busContract('on Redis', open);
lossyBusContract('on Redis', open, troubles);

let buses: BusesOn;
beforeAll(() => {
  buses = busesOn(redis.url);
});
afterAll(() => buses.close());

test('it is emptied: nobody who listens misses anything', async () => {
  const [here, there] = [buses.node(), buses.node()];
  const workspace = place();
  const ear = listen(there, { kind: 'log', workspace });
  await ear.anew();
  await redis.flush();
  here.publish({ kind: 'log', workspace, seq: 1 });
  await ear.has({ kind: 'log', workspace, seq: 1 });
});

test('it starts while Redis is away, and what was said meanwhile is said once it is there', async () => {
  await redis.kill();
  const [here, there] = [buses.node(), buses.node()];
  const workspace = place();
  const ear = listen(there, { kind: 'log', workspace });
  const own = listen(here, { kind: 'log', workspace });
  here.publish({ kind: 'log', workspace, seq: 1 });
  await own.has({ kind: 'log', workspace, seq: 1 });
  expect([here.state(), there.state(), ear.heard]).toEqual(['down', 'down', []]);
  await redis.start();
  await ear.anew();
  here.publish({ kind: 'log', workspace, seq: 2 });
  await ear.has({ kind: 'log', workspace, seq: 2 });
  await until('both are up', () => here.state() === 'up' && there.state() === 'up', 30_000);
});

test('a publisher that was cut off says what it could not say, though no subscriber was lost', async () => {
  const workspace = place();
  const here = buses.node((link) => {
    let fails = 3;
    // It fails while nobody else notices anything.
    const publish: typeof link.publish = (channel, message) => {
      fails -= 1;
      return fails >= 0 ? Promise.reject(new Error('planted')) : link.publish(channel, message);
    };
    return { ...link, publish };
  });
  const ear = listen(buses.node(), { kind: 'log', workspace });
  await ear.anew();
  here.publish({ kind: 'log', workspace, seq: 1 });
  await ear.has({ kind: 'log', workspace, seq: 1 });
  expect(ear.anews()).toBe(1);
});

test('who closes at once has said what was to be said', async () => {
  const ear = listen(buses.node(), { kind: 'access' });
  await ear.anew();
  const brief = buses.node();
  brief.publish({ kind: 'access', user: 'brief' });
  await brief.close();
  await ear.has({ kind: 'access', user: 'brief' });
});

test('what is not understood is dropped, whatever it is', async () => {
  const workspace = place();
  const ear = listen(buses.node(), { kind: 'log', workspace });
  await ear.anew();
  const here = buses.node((link) => {
    const odd = [
      '',
      '{',
      'null',
      '[]',
      '{"from":"x","wake":{"kind":"log"}}',
      JSON.stringify({ from: 'x', wake: { kind: 'log', workspace: 'another', seq: 1 } }),
    ];
    const publish: typeof link.publish = async (channel, message) => {
      for (const text of odd.splice(0)) await link.publish(channel, text);
      return link.publish(channel, message);
    };
    return { ...link, publish };
  });
  here.publish({ kind: 'log', workspace, seq: 4 });
  await ear.has({ kind: 'log', workspace, seq: 4 });
  expect(ear.wakes()).toEqual([{ kind: 'log', workspace, seq: 4 }]);
});
