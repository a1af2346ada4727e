import { describe, expect, test, vi } from 'vitest';
import { at, editing, type Stage, workspace } from '../../support/presence-stage.js';

// Access that changes while people are there.

export function accessContract(opened: () => Stage): void {
  describe('access that changes', () => {
    test('[H1] who is taken out vanishes, and hears no more of it; let in again, they are told what is there', async () => {
      const stage = opened();
      const [ana, ben] = [await stage.listen('ana'), await stage.listen('ben')];
      await stage.say('ana', editing('dune', 'title'));
      await stage.eventually(() => ana.told().length > 0 && ben.told().length > 0);
      await stage.setRole('ana', null);
      // Before anybody else has noticed: roles are asked when it is told.
      await stage.say('ben', at('emma'));
      await stage.eventually(() => ben.told().some(({ id, people }) => id === 'dune' && people.length === 0));
      await stage.eventually(() => ben.believes().emma !== undefined);
      await stage.eventually(() => ana.heard.some(({ type }) => type === 'reset'));
      expect(ana.told().map(({ id }) => id)).toEqual(['dune']);
      expect(await stage.say('ana', at('emma'))).toMatchObject({ status: 404 });

      await stage.setRole('ana', 'editor');
      await stage.eventually(() => ana.told().length > 1);
      expect(ana.heard.map((down) => (down.type === 'presence' ? down.id : down.type))).toEqual([
        'dune',
        'reset',
        'reset',
        'emma',
      ]);
      // What she said before is not believed again.
      expect(await stage.seenBy('ben')).toEqual({ emma: ['ben viewing'] });
    });

    test('[H1] roles are asked when it is told, also where nobody has noticed a change yet', async () => {
      const stage = opened();
      const { workspaces, records } = stage.store;
      await stage.write('dune', { title: 'Dune' });
      const [ana, vic, chloe] = [await stage.listen('ana'), await stage.listen('vic'), await stage.listen('chloe')];
      await workspaces.removeMember(workspace, 'ana');
      const { get } = records;
      // Taken out while it is looked at what is there to be told.
      vi.spyOn(records, 'get').mockImplementationOnce(async (...asked) => {
        await workspaces.removeMember(workspace, 'vic');
        return get(...asked);
      });
      await stage.say('ben', at('dune'));
      await stage.eventually(() => chloe.told().length > 0);
      expect([ana.told(), vic.told()]).toEqual([[], []]);
      // Nor are those named who are there no more.
      const ben = await stage.listen('ben');
      await stage.setRole('ana', 'editor');
      await stage.say('ana', at('dune'));
      await stage.say('ana', at('emma'));
      await workspaces.removeMember(workspace, 'ana');
      await stage.say('ben', at('ulysses'));
      await stage.eventually(() => ben.believes().ulysses !== undefined);
      expect(ben.believes()).toEqual({ dune: ['ben viewing'], ulysses: ['ben viewing'] });
    });

    test('[H1] who may only read from now on edits nothing any more', async () => {
      const stage = opened();
      await stage.write('dune', { title: 'Dune' });
      const ben = await stage.listen('ben');
      await stage.say('ana', editing('dune', 'title'));
      await stage.eventually(() => ben.told().length > 0);
      await stage.setRole('ana', 'viewer');
      await stage.eventually(() => ben.told().length > 1);
      expect(ben.told().map(({ people }) => people.map(({ state, dirty }) => [state, dirty]))).toEqual([
        [['editing', ['title']]],
        [['viewing', []]],
      ]);
    });
  });
}
