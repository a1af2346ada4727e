import { books } from '@stet/protocol';
import { describe, expect, onTestFinished, test } from 'vitest';
import { save } from '../save/save.js';
import { reportText, succeeded } from './report.js';
import { ana, counts, desk, folder } from './testing.js';

async function open() {
  const opened = await desk();
  onTestFinished(opened.close);
  return opened;
}

const hunger =
  'book_id,isbn,isbn13,authors,original_publication_year,title,language_code\n' +
  '1,439023483,9.78043902348e+12,Suzanne Collins,2008.0,The Hunger Games,eng\n';

describe('a dirty row', () => {
  test('is mended by rule, told line by line, and named in the history as an import', async () => {
    const { bring, body, store } = await open();
    const report = await bring(hunger);
    expect(await body('1')).toMatchObject({
      title: 'The Hunger Games',
      authors: ['Suzanne Collins'],
      isbn10: '0439023483',
      isbn13: '9780439023481',
      publishedYear: 2008,
      language: 'eng',
    });
    expect(report.told).toEqual([
      'line 2: isbn "439023483" → "0439023483": leading zeros that a spreadsheet dropped were put back: the check digit proves them',
      'line 2: isbn13 "9.78043902348e+12" → "9780439023481": digits that a spreadsheet rounded away were rebuilt from the other ISBN, with which the rest agrees',
      'line 2: original_publication_year "2008.0" → "2008": a whole number was written with decimals',
    ]);
    expect((await store.log.at('w', 'books', '1', 1))?.by).toEqual({ ...ana, via: 'import' });
  });

  test('loses the cells that no rule can mend, and nothing else', async () => {
    const { bring, body } = await open();
    const report = await bring(
      `id,title,isbn13,year,language,pages\n7,Seven,9.78e+12,c1999,English,${'9'.repeat(30)}\n`,
    );
    expect(await body('7')).toMatchObject({ title: 'Seven', isbn13: null, publishedYear: null, language: null });
    expect(counts(report)).toEqual({ rows: 1, created: 1, cellsLeftOut: 4 });
  });

  test('is left out where nothing tells what it means', async () => {
    const { bring, record } = await open();
    const report = await bring('id,title\n,No key\na b,Bad key\n3\n4,Four,more\n5,\n6,Six,,\n\n6,Six again\n8,x"y"\n');
    expect(counts(report)).toEqual({ rows: 8, created: 1, leftOut: 7 });
    expect(report.told).toEqual([
      'line 2: row left out: the key has no valid value, so nothing tells whether the record is there already',
      'line 3: row left out: the key cannot be an id: it needs 1 to 100 letters, digits or . _ ~ - (a b)',
      'line 4: row left out: has another number of cells than the header, so nothing tells which cell is which (1 instead of 2)',
      'line 5: row left out: has another number of cells than the header, so nothing tells which cell is which (3 instead of 2)',
      'line 6: row left out (5): the record would not be sound (title is required)',
      'line 9: row left out (6): an earlier line of the file speaks of the same record (line 7)',
      'line 10: row left out: is not readable as CSV (a quote stands inside a cell that is not quoted)',
    ]);
    expect((await record('6'))?.version).toBe(1);
    expect(succeeded(report)).toBe(true);
  });

  test('does not clear what it says nothing about', async () => {
    const { bring, body, edit } = await open();
    await edit('1', { title: 'One', pages: 7, language: 'eng' });
    const report = await bring('id,title,pages\n1,One,\n');
    expect(counts(report)).toEqual({ rows: 1, unchanged: 1 });
    expect(await body('1')).toMatchObject({ pages: 7, language: 'eng' });
  });
});

describe('an import again', () => {
  test('changes nothing and says so, whatever people have edited in between', async () => {
    const { bring, body, edit, seq } = await open();
    await bring(hunger);
    await edit('1', { title: 'The Hunger Games, revised', publishedYear: 2009 });
    const before = await seq();
    const report = await bring(hunger);
    expect(counts(report)).toEqual({ rows: 1, unchanged: 1, mended: 3 });
    expect(reportText(report, 'use --report FILE')).toMatch(/Nothing changed: every row is there already\.$/);
    expect(await body('1')).toMatchObject({ title: 'The Hunger Games, revised', publishedYear: 2009 });
    expect(await seq()).toBe(before);
  });

  test('brings what the file has changed, beside what people changed', async () => {
    const { bring, body, edit, record } = await open();
    await bring('id,title,pages\n1,One,10\n');
    await edit('1', { title: 'Uno' });
    expect(counts(await bring('id,title,pages\n1,One,11\n'))).toEqual({ rows: 1, updated: 1 });
    expect(await body('1')).toMatchObject({ title: 'Uno', pages: 11 });
    // That import left Ben's title beside its own pages; it has not become the file's title by that.
    expect(counts(await bring('id,title,pages\n1,One,11\n'))).toEqual({ rows: 1, unchanged: 1 });
    expect((await record('1'))?.version).toBe(3);
  });

  test("keeps a person's value where the file has another new one, and tells both", async () => {
    const { bring, body, edit } = await open();
    await bring('id,title\n1,One\n');
    await edit('1', { title: 'Uno' });
    const report = await bring('id,title\n1,Eins\n');
    expect(counts(report)).toEqual({ rows: 1, unchanged: 1, kept: 1 });
    expect(report.told).toEqual(['line 2: 1 title: "Uno" by Ben stands; the file says "Eins"']);
    expect(await body('1')).toMatchObject({ title: 'Uno' });
  });

  test("[V4] takes the file's value where that is preferred: a guarded write, which stands in the history", async () => {
    const { bring, body, edit, store } = await open();
    await bring('id,title\n1,One\n');
    await edit('1', { title: 'Uno' });
    const report = await bring('id,title\n1,Eins\n', { prefer: 'file' });
    expect(counts(report)).toEqual({ rows: 1, updated: 1, replaced: 1 });
    expect(await body('1')).toMatchObject({ title: 'Eins' });
    const history = await store.log.history('w', 'books', '1', 99, 10);
    expect(history.map(({ version, by }) => `${version} ${by.name} ${by.via ?? ''}`)).toEqual([
      '3 Ana import',
      '2 Ben ',
      '1 Ana import',
    ]);
  });

  test('[V5] does not bring back what was destroyed', async () => {
    const { bring, destroy, record } = await open();
    await bring('id,title\n1,One\n2,Two\n');
    await destroy('1');
    const report = await bring('id,title\n1,One\n2,Two\n', { prefer: 'file' });
    expect(counts(report)).toEqual({ rows: 2, unchanged: 1, leftOut: 1 });
    expect(report.told).toEqual(['line 2: row left out (1): the record was destroyed; restore it first (by Ben)']);
    expect(await record('1')).toMatchObject({ version: 2, body: null });
  });

  test('fills what is empty in records that people made', async () => {
    const { bring, body, edit } = await open();
    await edit('1', { title: 'Mine', isbn10: '0439023483' });
    const report = await bring(hunger);
    expect(counts(report)).toEqual({ rows: 1, updated: 1, kept: 1, mended: 3 });
    expect(await body('1')).toMatchObject({ title: 'Mine', isbn13: '9780439023481', language: 'eng' });
  });
});

describe('while people go on saving', () => {
  test('[V2] a row whose record was saved in between is planned again', async () => {
    const { bring, body, edit, store } = await open();
    await bring('id,title,pages\n1,One,10\n');
    let first = true;
    const report = await bring('id,title,pages\n1,Eins,11\n', {
      save: async (request) => {
        if (first) await edit('1', { title: 'Uno' });
        first = false;
        return save(store, request);
      },
    });
    expect(counts(report)).toEqual({ rows: 1, updated: 1, kept: 1 });
    expect(await body('1')).toMatchObject({ title: 'Uno', pages: 11 });
  });

  test('a record that never stands still is told of, and the import does not pass for a good one', async () => {
    const { bring, edit, store } = await open();
    await bring('id,title,pages\n1,One,10\n');
    let saves = 0;
    const report = await bring('id,title,pages\n1,One,11\n2,Two,2\n', {
      save: async (request) => {
        saves += 1;
        if (request.id === '1') await edit('1', { notes: `note ${saves}` });
        return save(store, request);
      },
    });
    expect(counts(report)).toEqual({ rows: 2, created: 1, failed: 1 });
    expect(report.told).toEqual(['line 2: 1 not saved: somebody else saved the record each time, 5 times in a row']);
    expect(succeeded(report)).toBe(false);
  });

  test('a store that fails ends the import, with what was reached', async () => {
    const { bring } = await open();
    const report = await bring('id,title\n1,One\n', { save: () => Promise.reject(new Error('disk full')) });
    expect(report.ended).toEqual({ kind: 'broken', line: 2, reason: 'the store failed: disk full' });
    expect(succeeded(report)).toBe(false);
  });
});

describe('keys', () => {
  const row = 'work_id,isbn13,title\nW 1/é,9780439023481,The Hunger Games\n';

  test('a field as key finds the record that holds the value; a new one gets an id made of it', async () => {
    const { bring, edit, record, body } = await open();
    await edit('mine', { title: 'The Hunger Games', isbn13: '9780439023481' });
    const text =
      'isbn13,title,pages\n978-0-439-02348-1,The Hunger Games,374\n9780439554930,Harry Potter,309\n123,Bad,1\n';
    expect(counts(await bring(text, { key: 'isbn13' }))).toEqual({
      rows: 3,
      updated: 1,
      created: 1,
      leftOut: 1,
      cellsLeftOut: 1,
    });
    expect(await body('mine')).toMatchObject({ pages: 374 });
    await edit('isbn13-9780439554930', { isbn13: null });
    expect(counts(await bring(text, { key: 'isbn13' }))).toMatchObject({ unchanged: 2, leftOut: 1 });
    expect((await record('isbn13-9780439554930'))?.version).toBe(2);
  });

  test('a value that several records hold is nobody’s key', async () => {
    const { bring, edit } = await open();
    for (const id of ['a', 'b']) await edit(id, { title: id, isbn13: '9780439023481' });
    const report = await bring(row, { key: 'isbn13' });
    expect(report.told).toEqual([
      'line 2: row left out: several records hold this value, and nothing tells which is meant (a, b)',
    ]);
  });

  test('somebody else’s number as key: the same record each time', async () => {
    const { bring, store } = await open();
    expect(counts(await bring(row, { key: 'work_id' }))).toEqual({ rows: 1, created: 1 });
    expect(counts(await bring(row, { key: 'work_id' }))).toEqual({ rows: 1, unchanged: 1 });
    const { items } = await store.records.list('w', books, { q: '', sort: 'title', filters: {} }, null, 5);
    expect(items.map(({ id }) => id)).toEqual([expect.stringMatching(/^work_id-w-1-e-[0-9a-f]{12}$/)]);
  });
});

describe('files that are none', () => {
  test('are refused before anything is written', async () => {
    const { bring, take, seq } = await open();
    await expect(take(folder)).rejects.toThrow('is not a file.');
    await expect(bring('')).rejects.toThrow('is empty.');
    await expect(bring('a,b\n1,2\n')).rejects.toThrow('No column holds the key');
    await expect(bring('"id,title\n1,2\n')).rejects.toThrow('line 1 a quote is opened and never closed.');
    expect(await seq()).toBe(0);
  });

  test('a header without rows is told as such', async () => {
    const { bring } = await open();
    expect(reportText(await bring('id;title'), '')).toContain('The file has a header and no rows.');
  });

  test('a quote that is never closed: what stands before it is imported, and the rest is told', async () => {
    const { bring, body } = await open();
    const report = await bring('id,title\n1,One\n2,"Two\n3,Three\n');
    expect(report.ended).toEqual({ kind: 'broken', line: 3, reason: 'a quote is opened and never closed' });
    expect(await body('1')).toMatchObject({ title: 'One' });
    expect(succeeded(report)).toBe(false);
  });
});
