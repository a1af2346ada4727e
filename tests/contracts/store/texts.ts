import { type Body, books, comparePlaces, matches } from '@stet/protocol';
import type { Store } from '@stet/store';
import { describe, expect, test } from 'vitest';
import { ana, ben, book, Catalogue } from '../../support/catalogue.js';

// Texts and numbers on which databases differ: the stores take and refuse the same, and give back what they took.

const nul = 'a\u0000b';
const [high, low] = ['a\ud83d', '\ude00b'];
const odd = [nul, high, low];

const texts = [
  ...odd,
  ...['\\u0000', '\\', "'", '"', '%', '$1', '?', '{}', 'null', '\u0001', '\ufffd', '\uffff', '\u{10ffff}', '👩‍👩‍👧'],
  ...['\n\r\t', ' padded ', '__proto__', 'x'.repeat(100_000), '𠮷'.repeat(20_000)],
];
const numbers = [0, -1, 0.1, 2 ** 31, 2 ** 53 - 1, -(2 ** 53), 1e21, 1e-7];

export function textsContract(store: () => Store): void {
  describe('texts and numbers', () => {
    test('what a record holds comes back as it is, wherever it is read', async () => {
      const catalogue = await Catalogue.in(store());
      const bodies: Body[] = [
        ...texts.map((text) => ({ title: text, notes: text, subjects: [text] })),
        ...numbers.map((pages) => ({ title: 'Number', pages, publishedYear: pages })),
      ];
      for (const [place, body] of bodies.entries()) {
        const made = await catalogue.create(`b${place}`, body);
        expect(made.body).toEqual(book(body));
        expect(await catalogue.get(made.id)).toEqual(made);
      }
      const kept = bodies.map((body) => book(body));
      expect((await catalogue.log()).map(({ left }) => left.body)).toEqual(kept);
      const listed = (await catalogue.page({}, null, 1_000)).items;
      expect(listed).toHaveLength(bodies.length);
      expect(listed.map(({ body }) => body)).toEqual(expect.arrayContaining(kept));
    });

    test.each(['id', 'workspace', 'key', 'author', 'name', 'connection', 'via'])(
      'a write whose %s no database would give back is refused, and changes nothing',
      async (where) => {
        const catalogue = await Catalogue.in(store());
        await catalogue.create('emma', { title: 'Emma' });
        const before = await catalogue.everything();
        const indexed = !['name', 'connection'].includes(where);
        for (const text of [...odd, ...(indexed ? ['x'.repeat(251)] : [])]) {
          const target = where === 'workspace' ? new Catalogue(store(), text) : catalogue;
          const by = {
            ...ana,
            ...(where === 'author' ? { id: text } : {}),
            ...(['name', 'connection', 'via'].includes(where) ? { [where]: text } : {}),
          };
          const extra = { by, ...(where === 'key' ? { key: { key: text, content: 'c' } } : {}) };
          const write = target.write(where === 'id' ? text : 'dune', null, book({ title: 'Dune' }), extra);
          await expect(write).rejects.toThrow(TypeError);
        }
        expect(await catalogue.everything()).toEqual(before);
      },
    );

    test('an id, a key and names as long as they may be are kept', async () => {
      const [longest, name] = ['𠮷'.repeat(125), 'N'.repeat(5_000)];
      const by = { id: `${longest.slice(2)}~~`, name, connection: name, via: longest };
      await store().workspaces.create({ id: longest, name });
      const catalogue = new Catalogue(store(), longest);
      const subjects = ['字'.repeat(500)];
      const made = await catalogue.create(
        longest,
        { title: 'Long', subjects },
        { by, key: { key: longest, content: 'c' } },
      );
      expect(await catalogue.get(longest)).toEqual(made);
      expect(await catalogue.log()).toMatchObject([{ id: longest, by, key: longest }]);
      expect(await catalogue.ids({ filters: { subjects: subjects[0] ?? '' } })).toEqual([longest]);
      expect(await store().keys.find(longest, by.id, longest)).toMatchObject({ id: longest });
    });

    test('what is asked for by such a text is not there', async () => {
      const catalogue = await Catalogue.in(store());
      await catalogue.create('a', { title: 'a b', language: 'eng', subjects: ['ab'] });
      const { workspace } = catalogue;
      for (const text of odd) {
        expect(await catalogue.get(text)).toBeNull();
        expect(await catalogue.history(text)).toEqual([]);
        expect(await store().records.get(text, 'books', 'a')).toBeNull();
        expect(await store().log.after(text, 0, 10)).toEqual([]);
        expect(await store().log.at(workspace, 'books', text, 1)).toBeNull();
        expect(await store().keys.find(workspace, text, text)).toBeNull();
        expect(await store().notices.of(workspace, text, '', 10)).toEqual([]);
        expect(await store().workspaces.get(text)).toBeNull();
        expect(await store().workspaces.role(workspace, text)).toBeNull();
        expect(await store().workspaces.removeMember(text, text)).toBe(false);
        expect(await store().tickets.take(text, '2026')).toBeNull();
        expect(await catalogue.ids({ filters: { subjects: text } })).toEqual([]);
        expect(await catalogue.ids({ without: { subjects: text } })).toEqual(['a']);
      }
      // Places that no page has given out begin where they would stand.
      const from = async (key: string, id: string) =>
        (await catalogue.page({}, { key, id }, 10)).items.map(({ id }) => id);
      expect([await from(nul, nul), await from(high, high), await from('a b', nul)]).toEqual([['a'], [], []]);
      expect(await store().log.after(workspace, Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
      expect(await store().log.at(workspace, 'books', 'a', 10 ** 16)).toBeNull();
    });

    test('a list judges odd texts as matches() does, and orders ids by their code points', async () => {
      const catalogue = await Catalogue.in(store());
      const titles = [...texts, 'x'.repeat(300), `${'x'.repeat(99)}y`, `${'x'.repeat(100)}y`, '字'.repeat(400)];
      const records = await Promise.all(
        titles.map((title, place) => catalogue.create(`b${place}`, { title, subjects: [title] }, { by: ben })),
      );
      const wished = [
        'x'.repeat(99),
        'x'.repeat(100),
        'x'.repeat(250),
        `${'x'.repeat(250)}y`,
        '字'.repeat(300),
        'a',
        'ab',
        'b',
      ];
      const queries = [
        ...[...wished, ...odd].map((q) => ({ q, filters: {} })),
        ...titles.map((subjects) => ({ q: '', filters: { subjects } })),
      ];
      for (const query of queries) {
        const wanted = records.filter(({ body }) => matches(books, body ?? {}, { sort: 'title', ...query }));
        expect(new Set(await catalogue.ids(query)), JSON.stringify(query).slice(0, 300)).toEqual(
          new Set(wanted.map(({ id }) => id)),
        );
      }
      const other = await Catalogue.in(store());
      const ids = [
        'z',
        'Z',
        'a',
        'é',
        'e\u0301',
        'ß',
        'ss',
        '\uffff',
        '𠮷',
        '﨎',
        '0',
        '-',
        '~',
        'ä',
        'az',
        'aZ',
        'a z',
        'a-z',
      ];
      for (const id of ids) await other.create(id, { title: 'The same' });
      const query = { q: '', sort: 'title', filters: {} };
      const places = ids.map((id) => ({ key: 'the same', id })).sort((a, b) => comparePlaces(query, a, b));
      expect(await other.ids()).toEqual(places.map(({ id }) => id));
    });
  });
}
