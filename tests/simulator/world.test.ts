import { AsyncLocalStorage } from 'node:async_hooks';
import { books, problemName } from '@stet/protocol';
import type { Plant } from '@stet/server';
import { expect, test } from 'vitest';
import { onStage, pause, type Stage, until, type VirtualPerson } from '../support/virtual.js';

// The real client and the real core in a world of their own: minutes of it pass in no time, and the same seed is the
// same run.

const path = '/workspaces/catalogue/books/book-1';
const title = ({ stet }: VirtualPerson): unknown => stet.record(books, 'book-1').get('title');

/** Who wrote which version, from the first to the last. */
async function versions({ stet }: VirtualPerson): Promise<Array<[number, string]>> {
  const answer = await stet.api({ method: 'GET', path: `${path}/versions` });
  if (answer.kind !== 'ok') throw new Error(JSON.stringify(answer));
  const { items } = answer.body as { items: Array<{ version: number; by: { id: string } }> };
  return items.map(({ version, by }): [number, string] => [version, by.id]).reverse();
}

async function two(stage: Stage): Promise<[VirtualPerson, VirtualPerson]> {
  const [ana, ben] = [await stage.person('ana', { at: 'node-1.test' }), await stage.person('ben')];
  await stage.create(ana, 'book-1', { title: 'Dune', summary: 'one two' });
  await ben.open('book-1');
  return [ana, ben];
}

test('a save is heard by the other', () =>
  onStage({}, async (stage) => {
    const [ana, ben] = await two(stage);
    expect(await ana.save('book-1', { title: 'Dune Messiah' })).toBe('saved');
    await until('ben sees it', () => title(ben) === 'Dune Messiah');
  }));

test('both save the same field: one of them is asked, and has the last word', () =>
  onStage({}, async (stage) => {
    const [ana, ben] = await two(stage);
    const mine = await ben.open('book-1');
    mine.edit('title', 'Arrakis');
    const saves = [ana.save('book-1', { title: 'Dune Messiah' }), mine.submit()];
    expect((await Promise.all(saves)).sort()).toEqual(['choosing', 'saved']);
    await until('both are at one version', () => title(ana) === title(ben));
  }));

test('each sees where the other is', () =>
  onStage({}, async (stage) => {
    const [ana, ben] = await two(stage);
    ana.stet.presence.here({ resource: 'books', id: 'book-1', focus: 'title' });
    await until('ben sees ana', () => ben.stet.presence.of('books', 'book-1').some(({ id }) => id === 'ana'));
    ana.stet.stop();
    await until('she is gone', () => ben.stet.presence.of('books', 'book-1').length === 0);
  }));

test('for ten minutes nothing happens but pings, and both are still there', () =>
  onStage({}, async (stage) => {
    const [ana, ben] = await two(stage);
    await pause(600_000);
    expect([ana.stet.link, ben.stet.link]).toEqual(['live', 'live']);
    expect(stage.heard.filter((line) => line.endsWith('hears {"type":"ping"}')).length).toBeGreaterThan(20);
    expect(stage.heard.some((line) => line.includes('has lost the line'))).toBe(false);
  }));

test.each(['closed', 'silent'] as const)(
  '[V6] a crash, of which the line says %s, and a restart lose nothing',
  (crashed) =>
    onStage({ crashed }, async (stage) => {
      const [ana, ben] = await two(stage);
      expect(await ana.save('book-1', { title: 'Dune Messiah' })).toBe('saved');
      await stage.core.crash(0);
      expect(stage.core.nodes[0]?.isUp).toBe(false);
      const answer = await ana.stet.api({ method: 'GET', path });
      expect(answer.kind).toBe('unreachable');
      await until('ben has noticed', () => ben.stet.link !== 'live', 120_000);
      await stage.core.restart(0);
      await until('both are back', () => ana.stet.link === 'live' && ben.stet.link === 'live', 120_000);
      expect(await ben.save('book-1', { summary: 'three' })).toBe('saved');
      expect(await versions(ana)).toEqual([
        [1, 'ana'],
        [2, 'ana'],
        [3, 'ben'],
      ]);
      expect([title(ana), title(ben)]).toEqual(['Dune Messiah', 'Dune Messiah']);
    }),
);

test.each([5, 15, 25, 35, 45, 60])('[V7] a crash %i ms into a save, and its repeat makes no second version', (after) =>
  onStage({ seed: after }, async (stage) => {
    const [ana] = await two(stage);
    const draft = await ana.open('book-1');
    draft.edit('title', 'Dune Messiah');
    const saved = draft.submit();
    await pause(after);
    await stage.core.crash(0);
    await pause(500);
    await stage.core.restart(0);
    expect(await saved).toBe('saved');
    expect(await versions(ana)).toEqual([
      [1, 'ana'],
      [2, 'ana'],
    ]);
  }),
);

test('[H3] two nodes, and what the bus loses is heard all the same', () =>
  onStage({ nodes: 2 }, async (stage) => {
    const [ana, ben] = await two(stage);
    await until('ben has all', () => title(ben) === 'Dune');
    const savedAs = async (name: string) => {
      expect(await ana.save('book-1', { title: name })).toBe('saved');
      const at = stage.world.now();
      await until(`ben sees ${name}`, () => title(ben) === name);
      return stage.world.now() - at;
    };
    expect(await savedAs('by the bus')).toBeLessThan(200);
    stage.core.bus('lost');
    expect(await savedAs('by the log')).toBeLessThan(6_000);
    stage.core.bus('paused');
    const waiting = savedAs('late');
    await pause(150);
    stage.core.bus('up');
    expect(await waiting).toBeLessThan(300);
  }));

test('of two nodes one crashes: who was there comes to the other', () =>
  onStage({ nodes: 2 }, async (stage) => {
    const [ana, ben] = await two(stage);
    await stage.core.crash(1);
    await until('ben is back', () => ben.stet.link === 'live' && stage.heard.some((line) => line.includes('lost')));
    expect(await ana.save('book-1', { title: 'Dune Messiah' })).toBe('saved');
    await until('ben sees it', () => title(ben) === 'Dune Messiah');
    const answer = await (await stage.person('ben', { at: 'node-2.test', isLive: false })).stet.api({
      method: 'GET',
      path: '/me',
    });
    expect(answer.kind).toBe('unreachable');
  }));

test('[H1] access is taken and given at once', () =>
  onStage({}, async (stage) => {
    const [, ben] = await two(stage);
    await stage.core.access('ben', null);
    const refused = await ben.stet.api({ method: 'GET', path });
    expect(refused.kind === 'refused' && problemName(refused.problem)).toBe('not-found');
    expect(stage.heard.filter((line) => line.includes('ben hears {"type":"reset"'))).toHaveLength(1);
    await stage.core.access('ben', 'viewer');
    expect((await ben.stet.api({ method: 'GET', path })).kind).toBe('ok');
  }));

test('what a client knows of itself ends at the network', async () => {
  const who = new AsyncLocalStorage<string>();
  const seen = new Set<string | undefined>();
  const door: Plant['door'] = (own) => ({
    ...own,
    ask(request, identity) {
      seen.add(who.getStore());
      return own.ask(request, identity);
    },
  });
  await onStage({ plant: { door } }, async (stage) => {
    const ana = await who.run('ana', () => stage.person('ana'));
    const heard = new Set<string | undefined>();
    ana.stet.subscribe(() => heard.add(who.getStore()));
    const ben = await who.run('ben', () => stage.person('ben'));
    await stage.create(ben, 'book-1', { title: 'Dune' });
    await until('ana hears it', () => heard.size > 0);
    expect([...heard]).toEqual(['ana']);
  });
  expect([...seen]).toEqual([undefined]);
});

/** Much at once, and with crashes: all that was said. */
const play = (seed: number): Promise<readonly string[]> =>
  onStage({ seed, nodes: 2 }, async (stage) => {
    const people = [];
    for (const user of ['ana', 'ben', 'ana', 'ben']) people.push(await stage.person(user));
    const [ana] = people as [VirtualPerson];
    for (const book of [1, 2]) await stage.create(ana, `book-${book}`, { title: `Book ${book}`, summary: 'one two' });
    let isOver = false;
    const work = people.map(async (person, at) => {
      for (let turn = 0; turn < 12; turn += 1) {
        const draft = await person.open(`book-${1 + Math.floor(Math.random() * 2)}`).catch(() => null);
        if (draft) {
          draft.edit(Math.random() < 0.5 ? 'title' : 'summary', `by ${at}, ${turn}`);
          if ((await draft.submit()) === 'choosing') await draft.settleFor(Math.random() < 0.5 ? 'mine' : 'theirs');
        }
        await pause(Math.random() * 400);
      }
    });
    const trouble = async () => {
      while (!isOver) {
        await pause(700);
        const { core, world } = stage;
        const node = world.random.int(0, 1);
        core.bus(world.random.pick(['up', 'lost', 'paused']));
        if (core.nodes.every(({ isUp }) => isUp)) await core.crash(node);
        else for (const at of [0, 1]) await core.restart(at);
      }
    };
    const troubled = trouble();
    await Promise.all(work);
    isOver = true;
    await troubled;
    return stage.heard;
  });

test('one seed is one run, byte for byte; another seed is another', async () => {
  const first = await play(1);
  expect(first.length).toBeGreaterThan(300);
  expect(first.some((line) => line.includes('has lost the line'))).toBe(true);
  expect((await play(1)).join('\n')).toBe(first.join('\n'));
  expect((await play(2)).join('\n')).not.toBe(first.join('\n'));
});

test('a test can plant a fault at each place', async () => {
  const plant: Plant = {
    // Of a change it is not told that it was the title.
    store: (store) => ({
      ...store,
      write: (write) => store.write({ ...write, fields: write.fields.filter((name) => name !== 'title') }),
    }),
    // Nobody is woken.
    bus: (bus) => ({ ...bus, publish: () => {} }),
    // One question has another answer.
    door: (door) => ({
      ...door,
      ask: (ask, who) =>
        ask.path === '/me' ? Promise.resolve({ status: 200, headers: {}, body: 'planted' }) : door.ask(ask, who),
    }),
    // Nobody says where they are, and ben hears everything twice.
    up: (text) => (text.includes('"presence"') ? null : text),
    down: (text, { user }) => (text.includes('rt-change') && user === 'ben' ? [text, text] : [text]),
  };
  await onStage({ plant }, async (stage) => {
    const [ana, ben] = await two(stage);
    expect(await ana.stet.api({ method: 'GET', path: '/me' })).toMatchObject({ kind: 'ok', body: 'planted' });
    ana.stet.presence.here({ resource: 'books', id: 'book-1' });
    const at = stage.world.now();
    await ana.save('book-1', { title: 'Dune Messiah' });
    const changes = () => stage.heard.filter((line) => line.includes('ben hears {"type":"rt-change"'));
    await until('ben hears of it', () => changes().length === 4);
    expect(stage.world.now() - at).toBeGreaterThan(1_000);
    expect(changes().at(-1)).toContain('"fields":[]');
    expect(ben.stet.presence.of('books', 'book-1')).toEqual([]);
  });
});
