import type { Outcome, Store, Stored, WriteKey } from '@stet/store';
import { describe, expect, test } from 'vitest';
import { ana, ben, book, Catalogue, saved } from '../../support/catalogue.js';

// A write that comes again with its key: it is one write, and is told what became of it.

const keyed = (key: string, content = 'as before'): { key: WriteKey } => ({ key: { key, content } });

const savedAs = ({ id, version }: Stored, content = 'as before'): Outcome => ({
  kind: 'repeated',
  kept: { content, kind: 'saved', resource: 'books', id, version },
});

export function keysContract(store: () => Store): void {
  describe('keys of writes', () => {
    test('[V7] a write that comes again makes no second version, whatever became of the record since', async () => {
      const catalogue = await Catalogue.in(store());
      const made = await catalogue.create('emma', { title: 'Emma' }, keyed('create'));
      const changed = await catalogue.update(made, { pages: 474 }, keyed('update'));
      const others = await catalogue.update(changed, { publisher: 'Murray' }, { by: ben });
      const tombstone = await catalogue.destroy(others, keyed('destroy'));
      const before = await catalogue.everything();
      const again = [
        await catalogue.write('emma', null, book({ title: 'Emma' }), keyed('create')),
        await catalogue.write('emma', made, book({ title: 'Emma', pages: 474 }), keyed('update')),
        await catalogue.write('emma', others, null, keyed('destroy')),
        // Also where it would be a write by now: its base is what the record is.
        await catalogue.write('emma', tombstone, book({ title: 'Emma' }), keyed('create')),
      ];
      expect(again).toEqual([savedAs(made), savedAs(changed), savedAs(tombstone), savedAs(made)]);
      expect(await catalogue.everything()).toEqual(before);
    });

    test('[V7] of many writes with one key that come together exactly one is made, and all are told which', async () => {
      const catalogue = await Catalogue.in(store());
      // As when the server chooses the id: each attempt has another one.
      const ids = Array.from({ length: 100 }, (_, place) => `b${place}`);
      const outcomes = await Promise.all(
        ids.map((id) => catalogue.write(id, null, book({ title: 'Emma' }), keyed('once'))),
      );
      const winners = outcomes.filter(({ kind }) => kind === 'saved').map(saved);
      expect(winners).toHaveLength(1);
      const [winner] = winners.map(({ left }) => left);
      expect(outcomes.filter(({ kind }) => kind !== 'saved')).toEqual(
        Array.from({ length: 99 }, () => winner && savedAs(winner)),
      );
      expect(await catalogue.ids()).toEqual([winner?.id]);
      expect((await catalogue.log()).map(({ seq, key }) => [seq, key])).toEqual([[1, 'once']]);
    });

    test('[V7] a key that comes with other content is told the content that it stands for', async () => {
      const catalogue = await Catalogue.in(store());
      const emma = await catalogue.create('emma', { title: 'Emma' }, keyed('k', 'first'));
      const other = () => catalogue.write('dune', null, book({ title: 'Dune' }), keyed('k', 'second'));
      expect(await other()).toEqual(savedAs(emma, 'first'));
      expect(await other()).toEqual(savedAs(emma, 'first'));
      expect(await catalogue.ids()).toEqual(['emma']);
    });

    test('[V7] a write that was refused leaves its key free', async () => {
      const catalogue = await Catalogue.in(store());
      const made = await catalogue.create('emma', { title: 'Emma' });
      const current = await catalogue.update(made, { pages: 1 }, { by: ben });
      expect(await catalogue.write('emma', made, book({ title: 'Late' }), keyed('k', 'late'))).toEqual({
        kind: 'moved',
      });
      expect(await store().keys.find(catalogue.workspace, 'ana', 'k')).toBeNull();
      const settled = await catalogue.update(current, { pages: 2 }, keyed('k', 'settled'));
      expect(await catalogue.write('emma', made, book({ title: 'Late' }), keyed('k', 'late'))).toEqual(
        savedAs(settled, 'settled'),
      );
    });

    test('[V7] a refused write and its next attempt may come together', async () => {
      const catalogue = await Catalogue.in(store());
      const made = await catalogue.create('emma', { title: 'Emma' });
      const current = await catalogue.update(made, { pages: 1 }, { by: ben });
      const [late, next, again] = await Promise.all([
        catalogue.write('emma', made, book({ title: 'Emma', pages: 2 }), keyed('k')),
        catalogue.write('emma', current, book({ title: 'Emma', pages: 2 }), keyed('k')),
        catalogue.write('emma', current, book({ title: 'Emma', pages: 2 }), keyed('k')),
      ]);
      expect(late).toEqual({ kind: 'moved' });
      expect(again).toEqual(savedAs(saved(next).left));
      expect(await catalogue.history('emma')).toHaveLength(3);
    });

    test('[V6] [V7] where a write fails, neither its key nor a neighbour is taken for written before', async () => {
      const catalogue = await Catalogue.in(store());
      // No such workspace: the database itself refuses the row.
      const nowhere = new Catalogue(store(), `${catalogue.workspace}-nowhere`);
      const [before, failed, after] = await Promise.allSettled([
        catalogue.write('kept-1', null, book({ title: 'Kept 1' }), keyed('k1')),
        nowhere.write('lost', null, book({ title: 'Lost' }), keyed('k2')),
        catalogue.write('kept-2', null, book({ title: 'Kept 2' }), keyed('k3')),
      ]);
      expect(failed.status).toBe('rejected');
      expect([before, after]).toMatchObject([{ value: { kind: 'saved' } }, { value: { kind: 'saved' } }]);
      expect(await store().keys.find(nowhere.workspace, 'ana', 'k2')).toBeNull();
    });

    test('[V7] [S1] a key is its person’s own, in one workspace', async () => {
      const [here, there] = [await Catalogue.in(store()), await Catalogue.in(store())];
      await here.create('emma', { title: 'Emma' }, { by: ana, ...keyed('k') });
      await here.create('dune', { title: 'Dune' }, { by: ben, ...keyed('k') });
      await there.create('zola', { title: 'Zola' }, { by: ana, ...keyed('k') });
      const stands = async ({ workspace }: Catalogue, user: string) =>
        (await store().keys.find(workspace, user, 'k'))?.id;
      expect([await stands(here, 'ana'), await stands(here, 'ben'), await stands(there, 'ana')]).toEqual([
        'emma',
        'dune',
        'zola',
      ]);
      expect(await stands(there, 'ben')).toBeUndefined();
    });

    test('[V7] a save that changed nothing keeps its key too, and the first one stands', async () => {
      const catalogue = await Catalogue.in(store());
      const { workspace } = catalogue;
      const made = await catalogue.create('emma', { title: 'Emma' });
      const nothing = { content: 'nothing', kind: 'unchanged', resource: 'books', id: 'emma', version: 1 } as const;
      const at = new Date().toISOString();
      expect(await store().keys.keep(workspace, 'ana', 'k', nothing, at)).toEqual(nothing);
      expect(await store().keys.keep(workspace, 'ana', 'k', { ...nothing, content: 'x', version: 7 }, at)).toEqual(
        nothing,
      );
      expect(await store().keys.find(workspace, 'ana', 'k')).toEqual(nothing);
      // The record has moved on to where the same request would change something.
      const later = await catalogue.update(made, { pages: 9 }, { by: ben });
      const again = await catalogue.write('emma', later, book({ title: 'Emma' }), keyed('k', 'nothing'));
      expect(again).toEqual({ kind: 'repeated', kept: nothing });
      expect(await catalogue.get('emma')).toEqual(later);
    });

    test('[V7] keys of old writes are forgotten, however many, and younger ones stay', async () => {
      const catalogue = await Catalogue.in(store());
      const { keys, tidy } = store();
      const old = Array.from({ length: 1_200 }, (_, place) => `old-${place}`);
      const [before, limit] = ['2024-12-31T23:59:59.999Z', '2025-01-01T00:00:00.000Z'];
      await Promise.all(old.map((id) => catalogue.create(id, { title: 'Old' }, { at: before, ...keyed(id) })));
      const young = await catalogue.create('young', { title: 'Young' }, { at: limit, ...keyed('young') });
      await tidy(limit);
      const found = await Promise.all(old.map((key) => keys.find(catalogue.workspace, 'ana', key)));
      expect(found.filter((kept) => kept !== null)).toEqual([]);
      expect(await catalogue.write('again', null, book({ title: 'Young' }), keyed('young'))).toEqual(savedAs(young));
      // What was written stays, with its key in the history.
      expect(await catalogue.history('old-0')).toMatchObject([{ version: 1, key: 'old-0' }]);
      expect(await catalogue.write('free', null, book({ title: 'Free' }), keyed('old-0'))).toMatchObject({
        kind: 'saved',
      });
    });
  });
}
