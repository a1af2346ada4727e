import { setImmediate as turn } from 'node:timers/promises';
import { books, type How, type Resource } from '@stet/protocol';
import type { Outcome, Store } from '@stet/store';
import { describe, expect, test } from 'vitest';
import { ana, ben, book, Catalogue, saved } from '../../support/catalogue.js';
import { randomOf, seed } from '../../support/random.js';

// The log of a workspace and the history of a record: one row for each accepted write, read in two ways.

const papers: Resource = { ...books, name: 'papers', label: { one: 'paper', many: 'papers' } };

export function logContract(store: () => Store): void {
  describe('log and history', () => {
    test(`[L1] 500 writes at once in random workspaces get dense places in commit order (STET_SEED=${seed})`, async () => {
      const random = randomOf(seed);
      const catalogues = await Promise.all(Array.from({ length: 5 }, () => Catalogue.in(store())));
      const acknowledged: Array<Promise<Outcome | null>> = [];
      for (let count = 0; count < 500; count += 1) {
        const catalogue = random.pick(catalogues);
        // Ids repeat, so that some writes are refused; and some fail, since their workspace is none.
        const id = `b${random.int(1, 150)}`;
        const failing = random.chance(0.01);
        const target = failing ? new Catalogue(store(), 'no-such-workspace') : catalogue;
        acknowledged.push(target.write(id, null, book({ title: `Book ${count}` })).catch(() => null));
      }
      // A reader who follows meanwhile finds each place once, in order, and none that appears behind them.
      const seen = await Promise.all(catalogues.map((catalogue) => follow(catalogue, Promise.all(acknowledged))));
      const outcomes = await Promise.all(acknowledged);
      for (const [place, catalogue] of catalogues.entries()) {
        const entries = await catalogue.log();
        expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
        expect(seen[place]).toEqual(entries);
        const accepted = outcomes
          .filter((outcome) => outcome?.kind === 'saved')
          .map((outcome) => saved(outcome as Outcome));
        const own = accepted.filter(({ workspace }) => workspace === catalogue.workspace);
        expect(own.sort((a, b) => a.seq - b.seq)).toEqual(entries);
        expect((await store().workspaces.get(catalogue.workspace))?.seq).toBe(entries.length);
      }
    });

    test('[L2] the log after a place is exactly what was accepted after it, in order', async () => {
      const catalogue = await Catalogue.in(store());
      const emma = await catalogue.create('emma', { title: 'Emma' });
      const dune = await catalogue.create(
        'dune',
        { title: 'Dune' },
        { by: { ...ben, connection: 'c1', via: 'import' } },
      );
      await catalogue.update(emma, { pages: 474 }, { key: { key: 'k1', content: 'c1' } });
      await catalogue.write('emma', emma, book({ title: 'Late' }));
      await catalogue.destroy(dune);
      const told = (await catalogue.log()).map(({ seq, action, id, version, fields, by, key }) => ({
        ...{ seq, action, id, version, fields, by, key },
      }));
      expect(told).toEqual([
        { seq: 1, action: 'create', id: 'emma', version: 1, fields: ['title'], by: ana, key: null },
        {
          ...{ seq: 2, action: 'create', id: 'dune', version: 1, fields: ['title'], key: null },
          by: { id: 'ben', name: 'Ben', connection: 'c1', via: 'import' },
        },
        { seq: 3, action: 'update', id: 'emma', version: 2, fields: ['pages'], by: ana, key: 'k1' },
        { seq: 4, action: 'destroy', id: 'dune', version: 2, fields: [], by: ana, key: null },
      ]);
      for (let place = 0; place <= 5; place += 1) {
        const seqs = (await catalogue.log(place)).map(({ seq }) => seq);
        expect(seqs).toEqual([1, 2, 3, 4].filter((seq) => seq > place));
      }
      expect((await catalogue.log(1, 2)).map(({ seq }) => seq)).toEqual([2, 3]);
    });

    test('an entry holds the record as that write left it, whatever came after', async () => {
      const catalogue = await Catalogue.in(store());
      const first = await catalogue.create('emma', { title: 'Emma' });
      const second = await catalogue.update(first, { pages: 474 }, { by: ben });
      const third = await catalogue.destroy(second);
      expect((await catalogue.log()).map(({ left }) => left)).toEqual([first, second, third]);
      const at = (version: number) => store().log.at(catalogue.workspace, 'books', 'emma', version);
      expect((await at(1))?.left).toEqual(first);
      expect((await at(3))?.left).toEqual(third);
      expect(await at(4)).toBeNull();
    });

    test('an entry says how it came about, wherever it is read, where that was more than an edit of what stood there', async () => {
      const catalogue = await Catalogue.in(store());
      const combined: How = { combined: { base: 1, with: [ben], fields: { title: 'mine', pages: 'theirs' } } };
      const over: How = { over: { seen: 2, whose: [{ ...ben, fields: ['title'] }] } };
      const restored: How = { restored: { version: 1, fields: ['title'] } };
      const hows = [null, combined, over, { ...restored, ...combined }];
      let record = await catalogue.create('emma', { title: 'Emma' });
      for (const how of hows.slice(1)) {
        record = await catalogue.update(record, { pages: record.version }, { by: ana, ...(how && { how }) });
      }
      expect((await catalogue.log()).map(({ how }) => how)).toEqual(hows);
      expect((await catalogue.history('emma')).map(({ how }) => how)).toEqual([...hows].reverse());
      for (const [place, how] of hows.entries()) {
        const entry = await store().log.at(catalogue.workspace, 'books', 'emma', place + 1);
        expect(entry?.how).toEqual(how);
      }
    });

    test('[L1] writes that come together get their places in the order in which they came', async () => {
      const catalogue = await Catalogue.in(store());
      const ids = Array.from({ length: 200 }, (_, place) => `b${place}`);
      await Promise.all(ids.map((id) => catalogue.create(id, { title: 'Book' })));
      expect((await catalogue.log()).map(({ id }) => id)).toEqual(ids);
    });

    test('an accepted write is in the log before its author hears of it', async () => {
      const catalogue = await Catalogue.in(store());
      const writes = Array.from({ length: 100 }, async (_, place) => {
        const entry = saved(await catalogue.write(`b${place}`, null, book({ title: 'Book' })));
        expect(await catalogue.log(entry.seq - 1, 1)).toEqual([entry]);
      });
      await Promise.all(writes);
    });

    test('a history is told newest first, page by page, and is of that record alone', async () => {
      const catalogue = await Catalogue.in(store());
      const other = new Catalogue(store(), catalogue.workspace, papers);
      let record = await catalogue.create('emma', { title: 'Emma' });
      await other.create('emma', { title: 'A paper of the same id' });
      await catalogue.create('emma-2', { title: 'Emma again' });
      for (let pages = 1; pages <= 6; pages += 1) record = await catalogue.update(record, { pages });
      const pages: number[][] = [];
      for (let before: number | undefined = Number.MAX_SAFE_INTEGER; before !== undefined && pages.length < 9; ) {
        const versions: number[] = (await catalogue.history('emma', before, 3)).map(({ version }) => version);
        pages.push(versions);
        before = versions.at(-1);
      }
      expect(pages).toEqual([[7, 6, 5], [4, 3, 2], [1], []]);
      expect((await catalogue.history('emma')).every(({ resource, id }) => resource === 'books' && id === 'emma')).toBe(
        true,
      );
      expect((await other.history('emma')).map(({ version }) => version)).toEqual([1]);
      expect(await catalogue.history('nobody')).toEqual([]);
    });

    test('the newest write via an import is found, however long ago it was', async () => {
      const catalogue = await Catalogue.in(store());
      const newest = (via: string) => store().log.newestVia(catalogue.workspace, 'books', 'emma', via);
      let record = await catalogue.create('emma', { title: 'Emma' }, { by: { ...ana, via: 'import' } });
      record = await catalogue.update(record, { pages: 1 }, { by: { ...ana, via: 'import' } });
      for (let pages = 2; pages <= 9; pages += 1) record = await catalogue.update(record, { pages });
      expect(await newest('import')).toMatchObject({ version: 2, by: { via: 'import' }, left: { body: { pages: 1 } } });
      expect(await newest('bridge')).toBeNull();
    });

    test('[L3] a log ends where what is older than a time ends, and the history stays whole', async () => {
      const [before, limit] = ['2024-12-31T23:59:59.999Z', '2025-01-01T00:00:00.000Z'];
      const [catalogue, quiet] = [await Catalogue.in(store()), await Catalogue.in(store())];
      const ids = Array.from({ length: 600 }, (_, place) => `b${place}`);
      const old = await Promise.all(ids.map((id) => catalogue.create(id, { title: 'Old' }, { at: before })));
      await quiet.create('only', { title: 'Old' }, { at: before });
      const young = await catalogue.create('young', { title: 'Young' }, { at: limit });
      await catalogue.create('late', { title: 'By a clock that was put back' }, { at: before });
      const untouched = await catalogue.everything();

      await store().prune(before);
      expect((await store().workspaces.get(catalogue.workspace))?.floor).toBe(0);
      await store().prune(limit);
      await store().prune(before);
      const now = await catalogue.everything();
      expect(now).toEqual({ ...untouched, workspace: { ...untouched.workspace, floor: 600 } });
      expect((await catalogue.log(600)).map(({ id }) => id)).toEqual([young.id, 'late']);
      expect((await store().log.at(catalogue.workspace, 'books', 'b0', 1))?.left).toEqual(old[0]);
      // All of it is old: who has read to its end has missed nothing all the same.
      expect(await store().workspaces.get(quiet.workspace)).toMatchObject({ seq: 1, floor: 1 });
    });

    test('each log has an epoch of its own', async () => {
      const catalogues = await Promise.all(Array.from({ length: 20 }, () => Catalogue.in(store())));
      const workspaces = await Promise.all(catalogues.map(({ workspace }) => store().workspaces.get(workspace)));
      expect(new Set(workspaces.map((workspace) => workspace?.epoch)).size).toBe(20);
      expect(workspaces[0]).toMatchObject({ seq: 0, floor: 0, epoch: expect.stringMatching(/^\w{1,40}$/) });
    });
  });
}

/** Reads on from the last place until all writes are answered and nothing is left. */
async function follow(catalogue: Catalogue, done: Promise<unknown>) {
  const seen: Awaited<ReturnType<Catalogue['log']>> = [];
  let over = false;
  const ended = done.then(() => {
    over = true;
  });
  for (;;) {
    const last = over;
    const fresh = await catalogue.log(seen.at(-1)?.seq ?? 0, 7);
    seen.push(...fresh);
    if (last && fresh.length === 0) break;
    // A store that answers without waiting for anything would let nobody else have their turn.
    await turn();
  }
  await ended;
  return seen;
}
