import type { How } from '@stet/protocol';
import type { Store } from '@stet/store';
import { describe, expect, test } from 'vitest';
import { ana, ben, book, Catalogue, saved } from '../../support/catalogue.js';

// Who is told that a value of theirs was knowingly replaced, and until when.

const chloe = { id: 'chloe', name: 'Chloe' };

/** As a write says that its author saw `seen` and replaced what these people had put there. */
const over = (seen: number, ...people: Array<{ id: string; name: string }>): { how: How } => ({
  how: { over: { seen, whose: people.map((person) => ({ ...person, fields: ['title'] })) } },
});

const ever = '';

export function noticesContract(store: () => Store): void {
  const of = (catalogue: Catalogue, user: string, after = ever, limit = 100) =>
    store().notices.of(catalogue.workspace, user, after, limit);
  const seqsOf = async (...asked: Parameters<typeof of>) => (await of(...asked)).map(({ entry }) => entry.seq);
  const dismiss = ({ workspace }: Catalogue, user: string, seq: number) =>
    store().notices.dismiss(workspace, user, seq);

  describe('notices', () => {
    test('[M4] whoever is overwritten is told of the write as the log has it', async () => {
      const catalogue = await Catalogue.in(store());
      const made = await catalogue.create('emma', { title: 'Emma' });
      const replaced = await catalogue.update(made, { title: 'Zola' }, { by: ben, ...over(1, ana) });
      const tombstone = await catalogue.destroy(replaced, { by: chloe, ...over(2, ben) });
      // What comes later changes nothing of it.
      await catalogue.update(tombstone, { title: 'Emma' }, { by: chloe });
      const [, second, third] = await catalogue.log();
      expect(await of(catalogue, 'ana')).toEqual([{ user: 'ana', entry: second }]);
      expect(await of(catalogue, 'ben')).toEqual([{ user: 'ben', entry: third }]);
      expect(second).toMatchObject({ ...over(1, ana), by: ben, left: replaced });
    });

    test('[M4] [S1] each of several people is told once, and nobody else, here or elsewhere', async () => {
      const [here, there] = [await Catalogue.in(store()), await Catalogue.in(store())];
      const made = await here.create('emma', { title: 'Emma' });
      await there.create('emma', { title: 'Emma' });
      // Somebody who was renamed meanwhile is named twice.
      const whose = [ana, ben, { id: 'ben', name: 'Benjamin' }];
      const entry = saved(await here.write('emma', made, book({ title: 'Dune' }), { by: chloe, ...over(1, ...whose) }));
      expect(await of(here, 'ana')).toEqual([{ user: 'ana', entry }]);
      expect(await of(here, 'ben')).toEqual([{ user: 'ben', entry }]);
      expect(await of(here, 'chloe')).toEqual([]);
      expect(await of(there, 'ana')).toEqual([]);
    });

    test('[M4] a write over nobody, a refused one and a repeated one tell nobody', async () => {
      const catalogue = await Catalogue.in(store());
      const made = await catalogue.create('emma', { title: 'Emma' });
      const key = { key: 'k', content: 'c' };
      const combined = { how: { combined: { base: 1, with: [ana], fields: { title: 'mine' as const } } } };
      const current = await catalogue.update(made, { title: 'Emma 2' }, { by: ben, key, ...combined });
      await catalogue.update(current, { title: 'Emma 3' }, { by: ben, ...over(2) });
      const moved = await catalogue.write('emma', made, book({ title: 'Late' }), { by: ben, ...over(1, ana) });
      const again = await catalogue.write('emma', made, book({ title: 'Emma 2' }), { by: ben, key, ...over(1, ana) });
      expect([moved.kind, again.kind]).toEqual(['moved', 'repeated']);
      expect(await of(catalogue, 'ana')).toEqual([]);
    });

    test('[M4] notices are told newest first, also of writes that came together, and the newest where there are many', async () => {
      const catalogue = await Catalogue.in(store());
      const other = await Catalogue.in(store());
      const ids = ['a', 'b', 'c', 'd', 'e'];
      const overAna = { by: ben, ...over(1, ana) };
      await Promise.all(
        ids.flatMap((id) => [
          catalogue.create(id, { title: 'Book' }, overAna),
          other.create(id, { title: 'Book' }, overAna),
        ]),
      );
      expect(await seqsOf(catalogue, 'ana')).toEqual([5, 4, 3, 2, 1]);
      expect(await seqsOf(catalogue, 'ana', ever, 2)).toEqual([5, 4]);
      expect((await of(catalogue, 'ana')).map(({ entry }) => entry.id)).toEqual([...ids].reverse());
    });

    test('[M4] a notice is dismissed once, by the one whom it tells, and the log keeps what it told of', async () => {
      const catalogue = await Catalogue.in(store());
      const other = await Catalogue.in(store());
      const made = await catalogue.create('emma', { title: 'Emma' });
      const dune = await catalogue.update(made, { title: 'Dune' }, { by: chloe, ...over(1, ana, ben) });
      await catalogue.update(dune, { title: 'Zola' }, { by: chloe, ...over(2, ana) });
      const log = await catalogue.log();
      expect(await dismiss(catalogue, 'chloe', 2)).toBe(false);
      expect(await dismiss(other, 'ana', 2)).toBe(false);
      expect(await dismiss(catalogue, 'ana', 1)).toBe(false);
      expect(await seqsOf(catalogue, 'ana')).toEqual([3, 2]);

      expect(await dismiss(catalogue, 'ana', 2)).toBe(true);
      expect(await dismiss(catalogue, 'ana', 2)).toBe(false);
      expect(await seqsOf(catalogue, 'ana')).toEqual([3]);
      expect(await seqsOf(catalogue, 'ben')).toEqual([2]);
      expect(await catalogue.log()).toEqual(log);
    });

    test('[M4] notices of old writes are told no more, and forgotten, and younger ones stay', async () => {
      const catalogue = await Catalogue.in(store());
      const [oldest, limit, young] = [
        '2024-12-31T00:00:00.000Z',
        '2025-01-01T00:00:00.000Z',
        '2025-01-02T00:00:00.000Z',
      ];
      const old = Array.from({ length: 1_200 }, (_, place) => `old-${place}`);
      const overAna = { by: ben, ...over(1, ana) };
      await Promise.all(old.map((id) => catalogue.create(id, { title: 'Old' }, { at: oldest, ...overAna })));
      await catalogue.create('at-the-limit', { title: 'Limit' }, { at: limit, ...overAna });
      await catalogue.create('young', { title: 'Young' }, { at: young, ...overAna });
      await catalogue.create('dismissed', { title: 'Dismissed' }, { at: oldest, ...overAna });
      await dismiss(catalogue, 'ana', 1_203);
      expect(await seqsOf(catalogue, 'ana', oldest)).toEqual([1_202, 1_201]);
      expect(await seqsOf(catalogue, 'ana', limit)).toEqual([1_202]);
      expect(await seqsOf(catalogue, 'ana', ever, 2_000)).toHaveLength(1_202);

      await store().tidy(limit);
      expect(await seqsOf(catalogue, 'ana', ever, 2_000)).toEqual([1_202, 1_201]);
      expect(await dismiss(catalogue, 'ana', 1)).toBe(false);
      expect(await catalogue.log()).toHaveLength(1_203);
    });
  });
}
