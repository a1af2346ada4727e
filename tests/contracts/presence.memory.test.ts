import { createMemoryBus } from '@stet/server';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { at, editing, left, peopleOf, Stage, tick } from '../support/presence-stage.js';
import { presenceContract } from './presence.js';

// Presence at one node; and how much is told there, tick by tick.

const alone = () => ({ bus: createMemoryBus(pino({ level: 'silent' })), redis: null });

presenceContract('presence at one node', () => [alone()]);

describe('coming and going does not flood', () => {
  const crowd = Array.from({ length: 200 }, (_, place) => `u${place}`);
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open([alone()]);
    await Promise.all(crowd.map((user) => stage.setRole(user, 'editor')));
  });
  afterEach(() => stage.close());

  /** How many were put into words; ends the counting. */
  const framesAmong = (stringify: { mock: { calls: unknown[][] }; mockRestore: () => void }) => {
    const frames = stringify.mock.calls.filter(([value]) => (value as { type?: string } | null)?.type === 'presence');
    stringify.mockRestore();
    return frames.length;
  };

  test('of 200 people at one record, each coming and going, one frame a tick', async () => {
    const ben = await stage.listen('ben');
    for (let round = 0; round < 10; round += 1) {
      const isIn = round % 2 === 0;
      await Promise.all(crowd.map((user) => stage.say(user, isIn ? editing('dune', 'title') : left('dune'))));
      await stage.say('ana', isIn ? at('dune') : left('dune'));
      await stage.pass(tick);
    }
    expect(ben.told().map(({ people, more }) => people.length + more)).toEqual([
      201, 0, 201, 0, 201, 0, 201, 0, 201, 0,
    ]);
  });

  test('of 200 people at as many records at most 10 frames a tick, and in the end all is told', async () => {
    const [ben, chloe] = [await stage.listen('ben'), await stage.listen('chloe')];
    const stringify = vi.spyOn(JSON, 'stringify');
    await Promise.all(crowd.map((user) => stage.say(user, at(`of-${user}`))));
    let before = 0;
    for (let ticks = 1; ticks <= 20; ticks += 1) {
      await stage.pass(tick);
      expect(ben.told().length - before).toBeLessThanOrEqual(10);
      before = ben.told().length;
    }
    expect([Object.keys(ben.believes()).length, ben.told().length, chloe.told().length]).toEqual([200, 200, 200]);
    // Each was put into words once for both.
    expect(framesAmong(stringify)).toBe(200);
  });

  test('what came and went before anybody was told of it is not told at all', async () => {
    const ben = await stage.listen('ben');
    const stringify = vi.spyOn(JSON, 'stringify');
    for (const user of crowd) await stage.say(user, at(`of-${user}`));
    for (const user of crowd) stage.here.presence.gone(user);
    await stage.say('ana', at('dune'));
    await stage.pass(tick);
    expect(framesAmong(stringify)).toBe(1);
    expect(ben.told().map(({ id }) => id)).toEqual(['dune']);
    // A page that is loaded anew: gone and back.
    stage.here.presence.gone('ana');
    await stage.say('ana', at('dune'), { socket: 'reloaded' });
    await stage.pass(tick);
    expect(ben.told().length).toBe(1);
  });

  test('[H4] who can take no more now is told later, and only what is true then', async () => {
    const [slow, quick] = [await stage.listen('ben'), await stage.listen('chloe')];
    slow.state.room = 1;
    for (let place = 0; place < 3; place += 1) await stage.say('ana', at(`b${place}`));
    await stage.pass(tick);
    await stage.say('ana', editing('b1', 'title'));
    await stage.say('ana', left('b2'));
    await stage.pass(tick);
    expect([slow.told().length, quick.told().length]).toEqual([1, 5]);
    slow.state.room = Number.POSITIVE_INFINITY;
    await stage.pass(tick);
    expect(slow.told().map((down) => [down.id, peopleOf(down)])).toEqual([
      ['b0', ['ana viewing']],
      ['b1', ['ana editing']],
    ]);
  });

  test('a store that does not answer for a while delays it', async () => {
    const ben = await stage.listen('ben');
    await stage.say('ana', at('dune'));
    vi.spyOn(stage.store.workspaces, 'members').mockRejectedValueOnce(new Error('The disk is busy'));
    await stage.pass(tick);
    expect(ben.told()).toEqual([]);
    await stage.pass(tick);
    expect(ben.believes()).toEqual({ dune: ['ana viewing'] });
  });
});
