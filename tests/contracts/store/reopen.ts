import { describe, expect, test } from 'vitest';
import { ben, Catalogue } from '../../support/catalogue.js';
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
      await catalogue.update(emma, { pages: 474 }, { by: ben, key: 'k1' });
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
  });
}
