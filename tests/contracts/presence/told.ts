import { describe, expect, test } from 'vitest';
import { at, editing, left, type Stage, workspace } from '../../support/presence-stage.js';

// Who is told of whom.

export function toldContract(opened: () => Stage): void {
  describe('who is told', () => {
    test('everybody who hears the workspace, oneself among them, and nobody else', async () => {
      const stage = opened();
      const [ana, ben, zoe] = [
        await stage.listen('ana', stage.here),
        await stage.listen('ben'),
        await stage.listen('zoe'),
      ];
      expect(await stage.say('ana', at('dune', { state: 'editing', dirty: ['title'], focus: 'title' }))).toBeNull();
      await stage.eventually(() => ana.told().length > 0 && ben.told().length > 0);
      const frame = {
        type: 'presence',
        workspace,
        resource: 'books',
        id: 'dune',
        people: [{ id: 'ana', name: 'ana', state: 'editing', dirty: ['title'], focus: 'title' }],
        more: 0,
      };
      expect([ana.heard, ben.heard, zoe.heard]).toEqual([[frame], [frame], []]);
      stage.here.presence.gone('ana');
      await stage.eventually(() => ben.told().length > 1);
      expect([ben.heard.slice(1), zoe.heard]).toEqual([[{ ...frame, people: [] }], []]);
    });

    test('who comes later is told of each record where somebody is', async () => {
      const stage = opened();
      for (const id of ['dune', 'emma', 'ulysses']) await stage.say('ana', at(id));
      await stage.say('ana', left('emma'));
      const ben = await stage.listen('ben');
      await stage.eventually(() => ben.told().length > 1);
      expect(ben.believes()).toEqual({ dune: ['ana viewing'], ulysses: ['ana viewing'] });
      expect(ben.told().length).toBe(2);
    });

    test('two tabs of one person are one, also where one of them has no socket', async () => {
      const stage = opened();
      const ben = await stage.listen('ben');
      await stage.say('ana', editing('dune', 'title'));
      await stage.say('ana', at('dune'), { socket: 'second tab' });
      await stage.keep('ana', [editing('dune', 'notes')]);
      await stage.eventually(() => ben.told().length > 0);
      expect(ben.told().map(({ people }) => people)).toEqual([
        [{ id: 'ana', name: 'ana', state: 'editing', dirty: ['title', 'notes'] }],
      ]);
      stage.here.presence.gone('ana');
      await stage.keep('ana', []);
      await stage.eventually(() => ben.told().length > 1);
      expect(ben.believes()).toEqual({ dune: ['ana viewing'] });
    });

    test('[S1] viewers are told nothing of who is at a record that they may not see, nor that there is one', async () => {
      const stage = opened();
      await stage.write('dune', { title: 'Dune' });
      await stage.write('secret', { title: 'Secret', status: 'withheld' });
      const [ben, vic] = [await stage.listen('ben'), await stage.listen('vic')];
      for (const id of ['dune', 'secret', 'missing']) await stage.say('ana', at(id));
      for (const id of ['secret', 'missing']) expect(await stage.say('vic', at(id))).toBeNull();
      await stage.eventually(() => ben.told().length > 2);
      expect(Object.keys(ben.believes()).sort()).toEqual(['dune', 'missing', 'secret']);
      expect([vic.told().map(({ id }) => id), await stage.seenBy('vic')]).toEqual([
        ['dune'],
        { dune: ['ana viewing'] },
      ]);

      await stage.write('dune', { status: 'withheld' }, 1);
      await stage.eventually(() => vic.told().length > 1);
      expect(vic.told().at(-1)).toMatchObject({ id: 'dune', people: [], more: 0 });
      await stage.say('ben', at('dune'));
      await stage.eventually(() => ben.believes().dune?.length === 2);
      expect([vic.told().length, await stage.seenBy('vic')]).toEqual([2, {}]);
      await stage.write('dune', { status: 'ready' }, 2);
      await stage.eventually(() => vic.told().length > 2);
      expect(vic.believes()).toEqual({ dune: ['ana viewing', 'ben viewing'] });
    });

    test('a viewer looks on, whatever they say', async () => {
      const stage = opened();
      await stage.write('dune', { title: 'Dune' });
      await stage.say('vic', at('dune', { state: 'editing', dirty: ['title'], focus: 'title' }));
      await stage.eventually(async () => (await stage.seenBy('vic')).dune !== undefined);
      const [seen] = await stage.there.presence.within(workspace, 'vic');
      expect(seen?.people).toEqual([{ id: 'vic', name: 'vic', state: 'viewing', dirty: [] }]);
    });
  });
}
