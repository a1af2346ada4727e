import { books, comparePlaces, type ListQuery, type Place, placeOf, sortableBy } from '@stet/protocol';
import type { Store, Stored } from '@stet/store';
import { describe, expect, test } from 'vitest';
import { Catalogue } from '../../support/catalogue.js';
import { type Random, randomBody, randomOf, seed } from '../../support/random.js';

// Lists: pages that hold still while others write, orders and filters.

const orders = sortableBy(books).flatMap((name) => [name, `-${name}`]);

/** A few times only, so that many records share one. */
const someTime = (random: Random): string => new Date(1_700_000_000_000 + random.int(0, 5) * 1_000).toISOString();

export function listsContract(store: () => Store): void {
  describe('lists', () => {
    test.each(orders)(
      `pages by %s neither skip nor repeat while others create and destroy (STET_SEED=${seed})`,
      async (sort) => {
        const random = randomOf(seed);
        const catalogue = await Catalogue.in(store());
        const query: ListQuery = { q: '', sort, filters: {} };
        const live = new Map<string, Stored>();
        let made = 0;
        const create = async () => {
          made += 1;
          const id = `b${random.int(0, 9)}-${made}`;
          live.set(id, await catalogue.create(id, randomBody(random, books), { at: someTime(random) }));
        };
        const destroy = async () => {
          const record = random.pick([...live.values()]);
          live.delete(record.id);
          await catalogue.destroy(record, { at: someTime(random) });
        };
        for (let count = 0; count < 60; count += 1) await create();
        const stayed = new Set(live.keys());
        const walked: Stored[] = [];
        for (let after: Place | null = null; ; ) {
          const page = await catalogue.page(query, after, random.int(1, 7));
          walked.push(...page.items);
          after = page.next;
          if (after === null) break;
          await create();
          await destroy();
        }
        for (const id of stayed) if (!live.has(id)) stayed.delete(id);
        const ids = walked.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids).toEqual(expect.arrayContaining([...stayed]));
        const places = walked.map((record) => placeOf(query, { ...record.body, ...record }));
        expect(places).toEqual([...places].sort((a, b) => comparePlaces(query, a, b)));
      },
    );

    test('a page says where the next one begins, and the last one that there is none', async () => {
      const catalogue = await Catalogue.in(store());
      for (const id of ['a', 'b', 'c']) await catalogue.create(id, { title: id });
      expect((await catalogue.page({}, null, 2)).next).toEqual({ key: 'b', id: 'b' });
      expect((await catalogue.page({}, null, 3)).next).toBeNull();
      expect((await catalogue.page({}, { key: 'c', id: 'c' }, 3)).items).toEqual([]);
    });

    test.each(['title', '-title'])('by %s a page can begin among long titles that are alike for long', async (sort) => {
      const catalogue = await Catalogue.in(store());
      const ends = ['𠮷1', '𠮷2', '﨎', '𐐔', 'a', ''];
      for (const [place, end] of ends.entries()) await catalogue.create(`b${place}`, { title: 'x'.repeat(79) + end });
      const walked: string[] = [];
      for (let after: Place | null = null; walked.length <= ends.length; ) {
        const page = await catalogue.page({ sort }, after, 1);
        walked.push(...page.items.map(({ id }) => id));
        after = page.next;
        if (after === null) break;
      }
      expect(walked).toEqual(await catalogue.ids({ sort }));
    });

    test('a page holds whole records as they are now', async () => {
      const catalogue = await Catalogue.in(store());
      const record = await catalogue.create('emma', { title: 'Emma', authors: ['Jane Austen'], subjects: ['novel'] });
      const changed = await catalogue.update(record, { notes: 'Two\nlines' });
      expect((await catalogue.page({}, null, 10)).items).toEqual([changed]);
    });

    test('equal titles stand in the order of their ids, and turn round with the list', async () => {
      const catalogue = await Catalogue.in(store());
      for (const id of ['c', 'B', 'a', '1']) await catalogue.create(id, { title: 'The same' });
      expect(await catalogue.ids({ sort: 'title' })).toEqual(['1', 'B', 'a', 'c']);
      expect(await catalogue.ids({ sort: '-title' })).toEqual(['c', 'a', 'B', '1']);
    });

    test('years before our era come before it, and no year before all', async () => {
      const catalogue = await Catalogue.in(store());
      for (const year of [1984, -800, 9, null, 0, 10, -5000, -1]) {
        await catalogue.create(`y${year}`, { title: 'Year', publishedYear: year });
      }
      const rising = ['ynull', 'y-5000', 'y-800', 'y-1', 'y0', 'y9', 'y10', 'y1984'];
      expect(await catalogue.ids({ sort: 'publishedYear' })).toEqual(rising);
      expect(await catalogue.ids({ sort: '-publishedYear' })).toEqual([...rising].reverse());
    });

    test('a filter keeps the records that have the value, whatever its case; several filters keep those that have all', async () => {
      const catalogue = await Catalogue.in(store());
      await catalogue.create('a', { title: 'A', language: 'eng', subjects: ['Irony', 'Novel', 'novel'] });
      await catalogue.create('b', { title: 'B', language: 'eng', subjects: ['Poetry'] });
      await catalogue.create('c', { title: 'C', language: 'fra', subjects: ['novel'], status: 'ready' });
      await catalogue.create('d', { title: 'D' });
      const by = (filters: Record<string, string>) => catalogue.ids({ filters });
      expect(await by({ language: 'eng' })).toEqual(['a', 'b']);
      expect(await by({ subjects: 'novel' })).toEqual(['a', 'c']);
      expect(await by({ subjects: 'NOVEL', language: 'eng' })).toEqual(['a']);
      expect(await by({ status: 'draft' })).toEqual(['a', 'b', 'd']);
      expect(await by({ language: 'deu' })).toEqual([]);
      expect(await by({ subjects: 'nov' })).toEqual([]);
    });

    test('a list can leave out the records that have a value, and its pages are as full as without them', async () => {
      const catalogue = await Catalogue.in(store());
      for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) {
        await catalogue.create(id, { title: id, status: 'bdf'.includes(id) ? 'withheld' : 'ready' });
      }
      const without = { status: 'withheld' };
      expect(await catalogue.ids({ without })).toEqual(['a', 'c', 'e']);
      expect(await catalogue.ids({ without, filters: { status: 'withheld' } })).toEqual([]);
      const page = await catalogue.page({ without }, null, 2);
      expect(page.items.map(({ id }) => id)).toEqual(['a', 'c']);
    });

    test('a change moves a record to its new place and under its new values, and nowhere else', async () => {
      const catalogue = await Catalogue.in(store());
      const record = await catalogue.create('x', { title: 'Beta', language: 'eng', subjects: ['one', 'two'] });
      await catalogue.create('m', { title: 'Middle' });
      await catalogue.update(record, { title: 'Zeta', language: 'fra', subjects: ['two', 'three'] });
      expect(await catalogue.ids()).toEqual(['m', 'x']);
      expect(await catalogue.ids({ filters: { language: 'eng' } })).toEqual([]);
      expect(await catalogue.ids({ filters: { language: 'fra' } })).toEqual(['x']);
      expect(await catalogue.ids({ filters: { subjects: 'one' } })).toEqual([]);
      expect(await catalogue.ids({ filters: { subjects: 'two' } })).toEqual(['x']);
    });

    test('[V5] a destroyed record is in no list, and in all of them again once restored', async () => {
      const catalogue = await Catalogue.in(store());
      const record = await catalogue.create('emma', { title: 'Emma', language: 'eng', subjects: ['novel'] });
      await catalogue.create('dune', { title: 'Dune', language: 'eng' });
      const queries = [
        ...orders.map((sort) => ({ sort })),
        ...[{ q: 'emma' }, { filters: { language: 'eng' } }, { filters: { subjects: 'novel' } }],
      ];
      const found = () => Promise.all(queries.map(async (query) => (await catalogue.ids(query)).includes('emma')));
      expect(await found()).toEqual(queries.map(() => true));
      const tombstone = await catalogue.destroy(record);
      expect(await found()).toEqual(queries.map(() => false));
      await catalogue.update(tombstone, { ...record.body });
      expect(await found()).toEqual(queries.map(() => true));
    });
  });
}
