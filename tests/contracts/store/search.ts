import { type Body, books, comparePlaces, fold, type ListQuery, matches, placeOf, sortableBy } from '@stet/protocol';
import type { Store, Stored } from '@stet/store';
import { describe, expect, test } from 'vitest';
import { Catalogue } from '../../support/catalogue.js';
import { type Random, randomBody, randomOf, randomText, seed } from '../../support/random.js';

// Search by the beginnings of words, and the promise that a page can judge its own list as the store does.

export function searchContract(store: () => Store): void {
  describe('search', () => {
    const shelf = async (titles: Record<string, Body>) => {
      const catalogue = await Catalogue.in(store());
      for (const [id, fields] of Object.entries(titles)) await catalogue.create(id, fields);
      return (q: string) => catalogue.ids({ q });
    };

    test('each word of the query begins a word of the record, in any field that is searched and in any order', async () => {
      const find = await shelf({
        emma: { title: 'Emma', authors: ['Jane Austen'], summary: 'Highbury' },
        pride: { title: 'Pride and Prejudice', authors: ['Jane Austen'], subjects: ['Courtship'] },
        eyre: { title: 'Jane Eyre', authors: ['Charlotte Brontë'] },
      });
      expect(await find('jane')).toEqual(['emma', 'eyre', 'pride']);
      expect(await find('aus jan')).toEqual(['emma', 'pride']);
      expect(await find('pre cou')).toEqual(['pride']);
      expect(await find('ane')).toEqual([]);
      expect(await find('jane highbury')).toEqual([]);
      expect(await find('  ')).toEqual(['emma', 'eyre', 'pride']);
    });

    test('accents and case make no difference, in query or record', async () => {
      const find = await shelf({
        eyre: { title: 'Jane Eyre', authors: ['Charlotte Brontë'] },
        zola: { title: 'L’Œuvre', authors: ['Émile Zola'] },
        street: { title: 'Die Straße' },
        odyssey: { title: 'Ὀδύσσεια', authors: ['Ὅμηρος'] },
      });
      expect(await find('BRONTE')).toEqual(['eyre']);
      expect(await find('brontë')).toEqual(['eyre']);
      expect(await find('bronte\u0308')).toEqual(['eyre']);
      expect(await find('emile')).toEqual(['zola']);
      expect(await find('STRASSE')).toEqual(['street']);
      expect(await find('ΟΔΥΣ')).toEqual(['odyssey']);
      expect(await find('ομηροσ')).toEqual(['odyssey']);
    });

    test('words of every script are found, letters beyond the first plane and those that databases do not know too', async () => {
      const titles = ['Мастер и Маргарита', 'ألف ليلة وليلة', '紅樓夢', '𠮷野家', 'ᏣᎳᎩ', '𞤀𞤣𞤤𞤢𞤥', '𐐔𐐯𐑅', 'Ꟶ', 'ᦎᦱᦉᦱ'];
      const find = await shelf(Object.fromEntries(titles.map((title, place) => [`t${place}`, { title }])));
      for (const [place, title] of titles.entries()) {
        expect(await find(title)).toEqual([`t${place}`]);
        expect(await find([...title][0] ?? '')).toContain(`t${place}`);
      }
    });

    test('what is syntax to a database is text to a search', async () => {
      const find = await shelf({ war: { title: 'War and Peace' }, not: { title: 'To have and have not' } });
      expect(await find('"war')).toEqual(['war']);
      expect(await find('war OR not')).toEqual([]);
      expect(await find('have NOT')).toEqual(['not']);
      for (const q of [
        '*',
        '"',
        '^war*',
        'words:war',
        'war)',
        "' or 1=1 --",
        '-',
        '\u0000',
        '\\',
        'NEAR(war peace)',
        '%',
        '_',
      ]) {
        await expect(find(q)).resolves.toBeInstanceOf(Array);
      }
      expect(await find('%')).toEqual(['not', 'war']);
    });

    test('a changed word is found and the old one is not', async () => {
      const catalogue = await Catalogue.in(store());
      const record = await catalogue.create('x', { title: 'Old title' });
      await catalogue.update(record, { title: 'New title' });
      expect(await catalogue.ids({ q: 'old' })).toEqual([]);
      expect(await catalogue.ids({ q: 'new' })).toEqual(['x']);
    });

    test('[S1] a search finds nothing of another workspace', async () => {
      const [here, there] = [await Catalogue.in(store()), await Catalogue.in(store())];
      await here.create('mine', { title: 'Zauberberg' });
      await there.create('theirs', { title: 'Zauberberg' });
      expect(await here.ids({ q: 'zauberberg' })).toEqual(['mine']);
    });

    test(`any list holds what matches() takes, in the order of comparePlaces() (STET_SEED=${seed})`, async () => {
      const random = randomOf(seed);
      const catalogue = await Catalogue.in(store());
      const records = await Promise.all(
        Array.from({ length: 150 }, (_, place) => catalogue.create(`b${place}`, oddBody(random))),
      );
      for (let round = 0; round < 150; round += 1) {
        const query = randomQuery(random, records);
        const wanted = records
          .filter(({ body }) => matches(books, body ?? {}, query))
          .map((record) => placeOf(query, { ...record.body, ...record }))
          .sort((a, b) => comparePlaces(query, a, b));
        expect(await catalogue.ids(query), JSON.stringify(query)).toEqual(wanted.map(({ id }) => id));
      }
    });
  });
}

/** Random, with what no schema forbids to be equal or missing: few titles, none, and ones cut in the middle of a character. */
function oddBody(random: Random): Body {
  const body = randomBody(random, books);
  const cut = 'x'.repeat(79);
  if (random.chance(0.3))
    body.title = random.pick(['The same', 'the same!', '…', null, `${cut}𠮷`, `${cut}﨎`, `${cut}豈`]);
  return body;
}

function randomQuery(random: Random, records: readonly Stored[]): ListQuery {
  const of = () => random.pick(records).body ?? {};
  const words = () => {
    const { title, authors, subjects } = of();
    const word = random.pick(fold([title, authors, subjects].flat().join(' ')).split(' '));
    return [...word].slice(0, random.int(1, 4)).join('');
  };
  const filters: Record<string, string> = {};
  if (random.chance(0.2)) filters.language = String(of().language ?? 'eng');
  if (random.chance(0.2)) filters.status = String(of().status ?? 'draft').toUpperCase();
  if (random.chance(0.2)) filters.subjects = [of().subjects].flat()[0]?.toString() ?? 'none';
  const q = random.chance(0.2) ? randomText(random) : Array.from({ length: random.int(0, 2) }, words).join(' ');
  return { q, filters, sort: random.pick(sortableBy(books).flatMap((name) => [name, `-${name}`])) };
}
