import { describe, expect, test } from 'vitest';
import { ana, ben, Catalogue } from '../../support/catalogue.js';
import type { Opened } from '../store.js';

// What was acknowledged is there after the store was closed and opened again.

export function reopenContract(open: () => Promise<Opened>): void {
  describe('closing and opening', () => {
    test('[V6] after opening again everything is there, and versions and places go on', async () => {
      const { store, reopen } = await open();
      const catalogue = await Catalogue.in(store);
      await store.workspaces.setMember({ workspace: catalogue.workspace, user: 'ana', role: 'manager' });
      const emma = await catalogue.create('emma', { title: 'Emma', language: 'eng', subjects: ['novel'] });
      const dune = await catalogue.create('dune', { title: 'Dune', language: 'eng' });
      await catalogue.update(emma, { pages: 474 }, { by: ben, key: { key: 'k1', content: 'c1' } });
      const tombstone = await catalogue.destroy(dune);
      const queries = [
        { q: 'em' },
        { q: 'dune' },
        { filters: { language: 'eng' } },
        { filters: { subjects: 'novel' } },
      ];
      const before = await catalogue.everything(queries);

      await store.close();
      const again = await reopen();
      const later = new Catalogue(again, catalogue.workspace);
      expect(await later.everything(queries)).toEqual(before);
      expect(await again.workspaces.role(catalogue.workspace, 'ana')).toBe('manager');
      const back = await later.update(tombstone, { ...dune.body });
      expect(back.version).toBe(3);
      expect((await later.log()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
      expect(await later.ids({ q: 'dune' })).toEqual(['dune']);
      await again.close();
    });

    test('[V6] closing waits for the writes that were asked for', async () => {
      const { store, reopen } = await open();
      const catalogue = await Catalogue.in(store);
      const asked = Array.from({ length: 100 }, (_, place) => catalogue.create(`b${place}`, { title: 'Book' }));
      await store.close();
      expect((await Promise.all(asked)).map(({ version }) => version)).toEqual(asked.map(() => 1));
      const again = await reopen();
      expect(await new Catalogue(again, catalogue.workspace).log()).toHaveLength(100);
      await again.close();
    });

    test('[V7] a write that comes again after opening is still the same write', async () => {
      const { store, reopen } = await open();
      const catalogue = await Catalogue.in(store);
      const key = { key: 'k', content: 'c' };
      const emma = await catalogue.create('emma', { title: 'Emma' }, { key });
      const nothing = { content: 'n', kind: 'unchanged', resource: 'books', id: 'emma', version: 1 } as const;
      await store.keys.keep(catalogue.workspace, 'ana', 'nothing', nothing, emma.updatedAt);

      await store.close();
      const again = await reopen();
      const later = new Catalogue(again, catalogue.workspace);
      expect(await later.write('dune', null, { ...emma.body }, { key })).toEqual({
        kind: 'repeated',
        kept: { content: 'c', kind: 'saved', resource: 'books', id: 'emma', version: 1 },
      });
      expect(await again.keys.find(catalogue.workspace, 'ana', 'nothing')).toEqual(nothing);
      expect(await later.ids()).toEqual(['emma']);
      await again.close();
    });

    test('[L3] after opening, a pruned log is pruned, and goes on', async () => {
      const { store, reopen } = await open();
      const catalogue = await Catalogue.in(store);
      const emma = await catalogue.create('emma', { title: 'Emma' }, { at: '2024' });
      await store.prune('2025');
      await store.close();
      const again = await reopen();
      const later = new Catalogue(again, catalogue.workspace);
      expect(await again.workspaces.get(catalogue.workspace)).toMatchObject({ seq: 1, floor: 1 });
      await later.update(emma, { pages: 474 });
      expect((await later.log(1)).map(({ seq }) => seq)).toEqual([2]);
      expect((await later.history('emma')).map(({ version }) => version)).toEqual([2, 1]);
      await again.close();
    });

    test('[M4] after opening, open notices are open and dismissed ones are not', async () => {
      const { store, reopen } = await open();
      const catalogue = await Catalogue.in(store);
      const overAna = { by: ben, how: { over: { seen: 1, whose: [{ ...ana, fields: ['title'] }] } } };
      for (const id of ['emma', 'dune']) await catalogue.create(id, { title: id }, overAna);
      await store.notices.dismiss(catalogue.workspace, 'ana', 1);
      const before = await store.notices.of(catalogue.workspace, 'ana', '', 100);
      expect(before.map(({ entry }) => entry.id)).toEqual(['dune']);

      await store.close();
      const again = await reopen();
      expect(await again.notices.of(catalogue.workspace, 'ana', '', 100)).toEqual(before);
      await again.close();
    });

    test('closing in the middle of forgetting ends it, and what is left is forgotten after opening', async () => {
      const { store, reopen } = await open();
      const catalogue = await Catalogue.in(store);
      const keys = Array.from({ length: 1_600 }, (_, place) => `k${place}`);
      await Promise.all(
        keys.map((key) => catalogue.create(key, { title: 'Book' }, { key: { key, content: 'c' }, at: '2024' })),
      );
      const tidied = store.tidy('2025');
      await store.close();
      await tidied;

      const again = await reopen();
      const kept = async () => {
        const found = await Promise.all(keys.map((key) => again.keys.find(catalogue.workspace, 'ana', key)));
        return found.filter((key) => key !== null).length;
      };
      expect(await kept()).toBeGreaterThan(0);
      await again.tidy('2025');
      expect(await kept()).toBe(0);
      await again.close();
    });
  });
}
