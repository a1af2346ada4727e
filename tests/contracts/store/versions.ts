import type { Store } from '@stet/store';
import { describe, expect, test } from 'vitest';
import { ana, ben, book, Catalogue, saved } from '../../support/catalogue.js';

// The guarded write: one more version, or nothing at all.

export function versionsContract(store: () => Store): void {
  describe('versions', () => {
    test('[V1] each accepted write adds exactly 1 to the version', async () => {
      const catalogue = await Catalogue.in(store());
      let record = await catalogue.create('emma', { title: 'Emma' });
      const versions = [record.version];
      for (const pages of [100, 200, 300]) {
        record = await catalogue.update(record, { pages });
        versions.push(record.version);
      }
      record = await catalogue.destroy(record);
      expect([...versions, record.version]).toEqual([1, 2, 3, 4, 5]);
      expect(await catalogue.get('emma')).toEqual(record);
    });

    test('a record says who made it and who changed it last, and when', async () => {
      const catalogue = await Catalogue.in(store());
      const made = await catalogue.create('emma', { title: 'Emma' }, { at: '1815-12-23T00:00:00.000Z' });
      const changed = await catalogue.update(made, { pages: 474 }, { by: ben, at: '2015-12-23T00:00:00.000Z' });
      expect(await catalogue.get('emma')).toEqual(changed);
      expect(changed).toMatchObject({
        createdBy: 'ana',
        createdAt: '1815-12-23T00:00:00.000Z',
        updatedBy: 'ben',
        updatedAt: '2015-12-23T00:00:00.000Z',
        body: book({ title: 'Emma', pages: 474 }),
      });
    });

    test('[V2] [V6] a write on an older version writes nothing: no record, history, log, order, filter or word', async () => {
      const catalogue = await Catalogue.in(store());
      const first = await catalogue.create('emma', { title: 'Emma', language: 'eng', subjects: ['novel'] });
      await catalogue.update(first, { pages: 474 }, { by: ben });
      await catalogue.create('dune', { title: 'Dune' });
      const queries = [
        { q: 'emma' },
        { q: 'zola' },
        { filters: { language: 'fra' } },
        { filters: { subjects: 'novel' } },
      ];
      const before = await catalogue.everything(queries);
      const late = book({ title: 'Zola', language: 'fra', authors: ['Aaa'], publishedYear: -5, subjects: ['other'] });
      expect(await catalogue.write('emma', first, late)).toEqual({ kind: 'moved' });
      expect(await catalogue.write('emma', first, null)).toEqual({ kind: 'moved' });
      expect(await catalogue.write('dune', null, late)).toEqual({ kind: 'moved' });
      expect(await catalogue.everything(queries)).toEqual(before);
    });

    test('[V2] a write based on a version that is yet to come, or on a record that never was, writes nothing', async () => {
      const catalogue = await Catalogue.in(store());
      const record = await catalogue.create('emma', { title: 'Emma' });
      const before = await catalogue.everything();
      expect(await catalogue.write('emma', { ...record, version: 2 }, book({ title: 'Early' }))).toEqual({
        kind: 'moved',
      });
      expect(await catalogue.write('dune', { ...record, id: 'dune' }, book({ title: 'Dune' }))).toEqual({
        kind: 'moved',
      });
      expect(await catalogue.everything()).toEqual(before);
      expect(await catalogue.get('dune')).toBeNull();
    });

    test('[V2] of many who write on one version at the same time exactly one wins', async () => {
      const catalogue = await Catalogue.in(store());
      let record = await catalogue.create('emma', { title: 'Emma' });
      for (let round = 2; round <= 5; round += 1) {
        const outcomes = await Promise.all(
          Array.from({ length: 20 }, (_, pages) =>
            catalogue.write('emma', record, book({ title: 'Emma', pages: pages + 1 })),
          ),
        );
        const winners = outcomes.filter((outcome) => outcome.kind === 'saved').map(saved);
        expect(winners).toHaveLength(1);
        const current = await catalogue.get('emma');
        expect(current).toEqual(winners[0]?.left);
        expect(current?.version).toBe(round);
        record = current ?? record;
      }
      expect(await catalogue.log()).toHaveLength(5);
      expect(await catalogue.ids({ q: 'emma' })).toEqual(['emma']);
    });

    test('[V2] of two who create the same id at the same time exactly one wins', async () => {
      const catalogue = await Catalogue.in(store());
      const outcomes = await Promise.all([
        catalogue.write('emma', null, book({ title: 'Emma' }), { by: ana }),
        catalogue.write('emma', null, book({ title: 'Another' }), { by: ben }),
      ]);
      expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['moved', 'saved']);
      expect(await catalogue.history('emma')).toHaveLength(1);
      expect(await catalogue.ids()).toEqual(['emma']);
    });

    test('[V5] a destroyed record leaves a tombstone whose version goes on, and only a write based on it brings it back', async () => {
      const catalogue = await Catalogue.in(store());
      const made = await catalogue.create('emma', { title: 'Emma' });
      const tombstone = await catalogue.destroy(made, { by: ben });
      expect(tombstone).toMatchObject({ version: 2, body: null, createdBy: 'ana', updatedBy: 'ben' });
      expect(await catalogue.get('emma')).toEqual(tombstone);
      const before = await catalogue.everything();
      expect(await catalogue.write('emma', null, book({ title: 'Emma' }))).toEqual({ kind: 'moved' });
      expect(await catalogue.write('emma', made, book({ title: 'Emma' }))).toEqual({ kind: 'moved' });
      expect(await catalogue.everything()).toEqual(before);
      const back = await catalogue.update(tombstone, book({ title: 'Emma' }));
      expect(back).toMatchObject({ version: 3, createdAt: made.createdAt, createdBy: 'ana' });
      expect((await catalogue.history('emma')).map(({ version, action }) => [version, action])).toEqual([
        [3, 'create'],
        [2, 'destroy'],
        [1, 'create'],
      ]);
    });

    test('[V6] a write that fails leaves nothing behind and fails none of its neighbours', async () => {
      const catalogue = await Catalogue.in(store());
      // No such workspace: the database itself refuses the row.
      const nowhere = new Catalogue(store(), `${catalogue.workspace}-nowhere`);
      const settled = await Promise.allSettled([
        nowhere.create('lost-1', { title: 'Lost' }),
        catalogue.create('kept-1', { title: 'Kept 1' }),
        nowhere.create('lost-2', { title: 'Lost' }),
        catalogue.create('kept-2', { title: 'Kept 2' }),
        nowhere.create('lost-3', { title: 'Lost' }),
      ]);
      expect(settled.map(({ status }) => status)).toEqual([
        'rejected',
        'fulfilled',
        'rejected',
        'fulfilled',
        'rejected',
      ]);
      expect((await catalogue.log()).map(({ seq, id, version }) => [seq, id, version])).toEqual([
        [1, 'kept-1', 1],
        [2, 'kept-2', 1],
      ]);
      expect(await catalogue.ids({ q: 'kept' })).toEqual(['kept-1', 'kept-2']);
      expect(await nowhere.get('lost-1')).toBeNull();
      expect(await nowhere.log()).toEqual([]);
      expect(await nowhere.ids({ q: 'lost' })).toEqual([]);
    });

    test('the same id in another workspace is another record', async () => {
      const [here, there] = [await Catalogue.in(store()), await Catalogue.in(store())];
      const record = await here.create('emma', { title: 'Emma here' });
      await there.create('emma', { title: 'Emma there' });
      await here.destroy(record);
      expect(await there.get('emma')).toMatchObject({ version: 1, body: { title: 'Emma there' } });
      expect(await here.ids({ q: 'there' })).toEqual([]);
      expect(await there.ids({ q: 'emma' })).toEqual(['emma']);
    });
  });
}
