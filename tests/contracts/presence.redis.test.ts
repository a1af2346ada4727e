import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { presenceLease } from '@stet/protocol';
import { type Bus, createRedisBus, openRedis, type RedisLink } from '@stet/server';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Redis, startRedis } from '../support/nodes.js';
import { at, editing, openNode, Stage, tick, userOf, workspace } from '../support/presence-stage.js';
import { until } from '../support/until.js';
import { presenceContract } from './presence.js';

// Presence at two nodes that share a Redis, and what becomes of it when one of them dies, or Redis does.

type Shared = { bus: Bus; redis: RedisLink };

const log = pino({ level: 'silent' });
const lease = 10_000;
let redis: Redis;
let grounds: [Shared, Shared];

function ground(): Shared {
  const link = openRedis(redis.url, log, { askEvery: 100, answerWithin: 1_000 });
  return { redis: link, bus: createRedisBus(link, log) };
}
async function close({ bus, redis }: Shared): Promise<void> {
  await bus.close();
  await redis.close();
}
const up = () => until('Redis is heard', () => grounds.every(({ bus }) => bus.state() === 'up'));

beforeAll(async () => {
  redis = await startRedis();
  grounds = [ground(), ground()];
  await up();
});
afterAll(async () => {
  await Promise.all(grounds.map(close));
  await redis.stop();
});

presenceContract('presence at two nodes', () => grounds);

describe('across nodes', () => {
  let stage: Stage;
  beforeEach(async () => {
    await redis.flush();
    stage = await Stage.open(grounds);
  });
  afterEach(() => stage.close());

  const commands = () => grounds[0].redis.commands;
  const nodesKey = `stet:presence:{${workspace}}`;
  /** What the nodes have laid out. */
  const laid = () => commands().keys(`${nodesKey}:*`);
  /** The keys of the nodes that hold this voice. */
  const holding = async (voice: string) => {
    const keys = await laid();
    const held = await Promise.all(keys.map((key) => commands().hexists(key, voice)));
    return keys.filter((_, place) => held[place] === 1);
  };
  const seen = (user: string, node = stage.there) => stage.seenBy(user, node);
  /** Waits until all nodes are of one mind. No time goes on, so no lease brings it about. */
  const agree = async (expected: Record<string, string[]>) => {
    const last = new Map<unknown, unknown>();
    await until('the nodes agree', async () => {
      // What failed a moment ago is tried again with time: in small steps, so that no lease ends meanwhile.
      for (const node of stage.nodes) await node.clock.advance(tick);
      for (const node of stage.nodes) last.set(node, await seen('chloe', node));
      const isSo = [...last.values()].every((seen) => isDeepStrictEqual(seen, expected));
      if (!isSo) await pause(tick);
      return isSo;
    }).catch(() => expect([...last.values()]).toEqual([expected, expected]));
  };

  test('one person at two nodes is one person, for as long as one of the two tabs is there', async () => {
    const ben = await stage.listen('ben');
    await stage.say('ana', editing('dune', 'title'));
    await stage.say('ana', editing('dune', 'notes'), { socket: 'second tab', node: stage.there });
    await stage.eventually(() => ben.told().at(-1)?.people[0]?.dirty.length === 2);
    expect(ben.believes()).toEqual({ dune: ['ana editing'] });
    stage.here.presence.gone('ana');
    await stage.eventually(() => ben.told().at(-1)?.people[0]?.dirty.length === 1);
    expect(ben.told().at(-1)?.people).toEqual([{ id: 'ana', name: 'ana', state: 'editing', dirty: ['notes'] }]);
  });

  test('a page without a socket is where it spoke last, whichever node it spoke to', async () => {
    await stage.keep('ana', [editing('dune', 'title'), at('emma')]);
    await agree({ dune: ['ana editing'], emma: ['ana viewing'] });
    await stage.keep('ana', [at('emma')], { node: stage.there });
    await agree({ emma: ['ana viewing'] });
    // It speaks twice before any node has heard of the other’s word.
    await stage.keep('ana', [at('dune')], { node: stage.there });
    await stage.pass(100);
    await stage.keep('ana', [at('ulysses')]);
    await stage.there.clock.advance(tick);
    await agree({ ulysses: ['ana viewing'] });
    // And is nowhere, as it says to the node that holds nothing of it.
    await stage.keep('ana', [], { node: stage.there });
    await agree({});
    await stage.pass(presenceLease + 5_000);
    expect(await laid()).toEqual([]);
  });

  test('what a page says again counts as its last word, though nothing in it has changed', async () => {
    await stage.keep('ana', [at('dune')]);
    await agree({ dune: ['ana viewing'] });
    await stage.keep('ana', [at('emma')], { node: stage.there });
    await stage.pass(100);
    await stage.keep('ana', [at('dune')]);
    await stage.there.clock.advance(tick);
    await agree({ dune: ['ana viewing'] });
  });

  test('[S4] a session that ends takes what it said at any node with it, and nothing comes back', async () => {
    await stage.keep('ana', [at('dune')], { session: 'one' });
    await agree({ dune: ['ana viewing'] });
    await stage.keep('ana', [at('emma')], { session: 'one', node: stage.there });
    await agree({ emma: ['ana viewing'] });
    // Each node hears of it by itself.
    for (const { presence } of stage.nodes) presence.endSession('one');
    await agree({});
    await stage.pass(5_000);
    expect([await seen('ben'), await laid()]).toEqual([{}, []]);
  });

  test('of 200 people who come and go, one write a tick', async () => {
    const evaluate = vi.spyOn(commands(), 'eval');
    const crowd = Array.from({ length: 200 }, (_, place) => `socket ${place}`);
    for (const socket of crowd) await stage.say('ana', editing('dune', 'title'), { socket });
    for (const socket of crowd.slice(1)) stage.here.presence.gone(socket);
    await stage.say('ana', at('emma'), { socket: 'socket 0' });
    expect(evaluate).toHaveBeenCalledTimes(0);
    await stage.pass(tick);
    expect(evaluate).toHaveBeenCalledTimes(1);
    evaluate.mockRestore();
    await agree({ dune: ['ana editing'], emma: ['ana viewing'] });
    expect(await commands().hlen((await laid())[0] ?? '')).toBe(2);
  });

  test('(trap 12) a node that is stopped takes its people with it at once', async () => {
    await stage.say('ana', at('dune'));
    await agree({ dune: ['ana viewing'] });
    await stage.here.presence.close();
    expect(await laid()).toEqual([]);
    await until('she is gone there', async () => isDeepStrictEqual(await seen('ben'), {}));
  });

  test('a write that comes to Redis late, after newer ones, brings nothing back', async () => {
    const { eval: evaluate } = commands();
    let late = async (): Promise<unknown> => null;
    const held = vi.spyOn(commands(), 'eval').mockImplementationOnce(async (...asked) => {
      late = () => Reflect.apply(evaluate, commands(), asked);
      throw new Error('Nothing was heard of it');
    });
    await stage.say('ana', at('dune'));
    await stage.here.clock.advance(tick);
    expect(held).toHaveBeenCalledTimes(1);
    held.mockRestore();
    stage.here.presence.gone('ana');
    await stage.say('ana', at('emma'), { socket: 'another' });
    await agree({ emma: ['ana viewing'] });
    await late();
    await stage.pass(4_000);
    expect(await holding('socket ana')).toEqual([]);
    await agree({ emma: ['ana viewing'] });
  });

  test('(trap 12) a node that is killed takes its people with it within its lease, but for who came back elsewhere', async () => {
    const doomed = ground();
    await until('Redis is heard', () => doomed.bus.state() === 'up');
    const node = openNode(stage.store, doomed, 123);
    const ben = await stage.listen('ben');
    await stage.say('ana', at('dune'), { node });
    await stage.say('chloe', at('dune'), { node });
    await stage.keep('ben', [at('dune')], { node });
    await node.clock.advance(tick);
    await stage.eventually(() => ben.believes().dune?.length === 3);
    // No goodbye: its connections are cut, and its clock goes on no more.
    await close(doomed);
    await stage.say('ana', at('dune'), { socket: 'again', node: stage.there });
    await stage.keep('ben', [at('emma')]);
    await stage.eventually(() => ben.believes().emma !== undefined);
    expect(ben.believes().dune?.toSorted()).toEqual(['ana viewing', 'chloe viewing']);
    const [key = ''] = await holding('socket chloe');
    const left = await commands().pttl(key);
    expect([left > 0, left <= lease]).toEqual([true, true]);
    // The lease runs out.
    await commands().pexpire(key, 1);
    await stage.eventually(async () => (await holding('socket chloe')).length === 0);
    await stage.pass(lease + 1_000);
    expect(ben.believes()).toEqual({ dune: ['ana viewing'], emma: ['ben viewing'] });
    await node.close();
  });

  test('what Redis has lost is laid out again, and nobody is told that anybody had gone', async () => {
    const ben = await stage.listen('ben');
    await stage.say('ana', editing('dune', 'title'));
    await stage.keep('chloe', [at('dune')]);
    await stage.eventually(() => ben.believes().dune?.length === 2);
    const before = ben.told().length;
    await redis.flush();
    await stage.pass(4_000);
    expect((await laid()).length).toBe(1);
    // Somebody who looks only now reads what was laid out again.
    await stage.say('ana', at('emma'));
    await stage.eventually(() => ben.believes().emma !== undefined);
    expect(ben.told().length).toBe(before + 1);
    expect(await seen('vic')).toEqual({});
  });

  test('without Redis each node shows its own people and refuses nothing; with it, all are there again', async () => {
    const ben = await stage.listen('ben');
    await stage.say('ana', at('dune'));
    await stage.eventually(() => ben.believes().dune !== undefined);
    await redis.kill();
    await until('Redis is missed', () => grounds.every(({ redis }) => !redis.isUp()));
    expect(await stage.say('ana', at('emma'))).toBeNull();
    expect(await stage.keep('chloe', [at('emma')], { node: stage.there })).toBeNull();
    await stage.pass(lease + 1_000);
    expect(ben.believes()).toEqual({ emma: ['chloe viewing'] });
    expect(await seen('ben', stage.here)).toEqual({ dune: ['ana viewing'], emma: ['ana viewing'] });
    stage.here.presence.gone('ana');
    await stage.say('ana', at('ulysses'), { socket: 'another' });
    await redis.start();
    await up();
    await stage.keep('chloe', [at('emma')], { node: stage.there });
    await agree({ emma: ['chloe viewing'], ulysses: ['ana viewing'] });
  });

  test('a Redis that is paused delays what others see, and nothing else', async () => {
    const ben = await stage.listen('ben');
    await stage.say('ana', at('dune'));
    await stage.eventually(() => ben.believes().dune !== undefined);
    redis.pause();
    expect(await stage.say('ana', editing('dune', 'title'))).toBeNull();
    await stage.pass(tick);
    stage.here.presence.gone('ana');
    expect(await stage.say('chloe', at('ulysses'))).toBeNull();
    await stage.pass(tick);
    expect(await seen('ben', stage.here)).toEqual({ ulysses: ['chloe viewing'] });
    redis.resume();
    await up();
    await stage.eventually(() => ben.believes().ulysses !== undefined);
    await stage.eventually(() => ben.believes().dune === undefined);
    // Nothing that was under way comes back later.
    await stage.pass(4_000);
    expect(ben.believes()).toEqual({ ulysses: ['chloe viewing'] });
  });

  test('[S3] garbage in Redis is left out, and what is too much; whoever makes sense is seen', async () => {
    const ben = await stage.listen('ben');
    await stage.say('chloe', at('dune'));
    await stage.eventually(() => ben.believes().dune !== undefined);
    const now = Date.now();
    const of = (places: unknown, user: unknown = userOf('ana')) => `${now} ${JSON.stringify({ user, places })}`;
    const many = Array.from({ length: 60 }, (_, count) => at(`b${count}`));
    const words: Record<string, string> = {
      'socket no number': `soon ${of([at('x1')])}`,
      'socket no JSON': `${now} {"user"`,
      'socket nothing': '',
      'socket many': of(many),
      'socket huge': of([at('x2')], { id: 'ana', name: 'a'.repeat(1_000_000) }),
      'socket nobody': of([at('x3')], { id: 7 }),
      'socket list': `${now} [1, 2]`,
      __proto__: of([at('x4')], { id: '__proto__', name: 'p' }),
      'socket zoe': of([at('x5')], userOf('zoe')),
      'socket strange': of([at('x6', { resource: '__proto__' }), 7, at('x7', { focus: 'constructor' }), at('x8')]),
      [`socket ${'long'.repeat(1_000)}`]: of([at('x10')]),
    };
    for (const [voice, word] of Object.entries(words)) await commands().hset(`${nodesKey}:bad`, voice, word);
    await commands().hset(`${nodesKey}:bad`, '', 'r1');
    await commands().pexpire(`${nodesKey}:bad`, lease);
    await commands().set(`${nodesKey}:worse`, 'no hash');
    await commands().hset(`${nodesKey}:ghost`, 'socket of no lease', of([at('ghost')]));
    const names = [
      'bad',
      'worse',
      'ghost',
      'missing',
      'n'.repeat(5_000),
      ...Array.from({ length: 200 }, (_, n) => `n${n}`),
    ];
    await commands().zadd(nodesKey, ...names.flatMap((name, place) => [now + 3_600_000 + place, name]));
    await stage.eventually(() => ben.believes().x8 !== undefined);
    expect(ben.believes()).toEqual({ dune: ['chloe viewing'], x8: ['ana viewing'] });
    // What is spoilt here is no reason that others are not heard of.
    await stage.say('ana', editing('emma', 'title'));
    await stage.eventually(() => ben.believes().emma !== undefined);
    await commands().del(nodesKey, ...['bad', 'worse', 'ghost'].map((name) => `${nodesKey}:${name}`));
    await stage.pass(lease + 1_000);
    expect(ben.believes()).toEqual({ dune: ['chloe viewing'], emma: ['ana editing'] });
  });
});
