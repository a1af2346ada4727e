import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { counts, desk } from './testing.js';

const repository = resolve(import.meta.dirname, '../../../..');
const demo = join(repository, 'apps/server/demo/books.csv');
const goodbooks = join(repository, '../shared/data/goodbooks-10k.csv');
// The whole file is not part of the project; where it is not at hand, the demo's part of it has to do.
const everything = existsSync(goodbooks) ? goodbooks : demo;

async function open() {
  const opened = await desk();
  onTestFinished(opened.close);
  return opened;
}

describe('ten thousand real books', () => {
  test('come in whole, and a second time change nothing, with the edits in between left alone', async () => {
    const { take, body, edit, seq } = await open();
    const dry = await take(everything, { dryRun: true });
    expect(await seq()).toBe(0);
    const report = await take(everything);
    expect({ ...report.counts }).toEqual(dry.counts);
    const { rows } = report.counts;
    expect(rows).toBe(everything === demo ? 600 : 10_000);
    expect(counts(report)).toMatchObject({ rows, created: rows });
    expect(await seq()).toBe(rows);
    expect(await body('1')).toMatchObject({ isbn10: '0439023483', isbn13: '9780439023481', publishedYear: 2008 });
    expect(await body('79')).toMatchObject({ publishedYear: -720 });

    await edit('1', { title: 'Edited', isbn13: null, isbn10: null });
    await edit('2', { authors: ['J.K. Rowling'], publishedYear: 1998 });
    const again = await take(everything);
    expect(again.counts).toEqual({ ...report.counts, created: 0, unchanged: rows });
    expect(await seq()).toBe(rows + 2);
    expect(await body('1')).toMatchObject({ title: 'Edited', isbn13: null });
  });

  test('know the books of the demo again', async () => {
    const { take } = await open();
    expect(counts(await take(demo))).toEqual({ rows: 600, created: 600 });
    const { rows, created, unchanged } = (await take(everything)).counts;
    expect({ created, unchanged }).toEqual({ created: rows - 600, unchanged: 600 });
  });

  test('can be stopped, and go on from there', async () => {
    const { take, seq } = await open();
    const stop = new AbortController();
    const shares: number[] = [];
    const report = await take(demo, {
      signal: stop.signal,
      onProgress: ({ rows, bytes, of }) => {
        shares.push(bytes / of);
        if (rows >= 200) stop.abort();
      },
    });
    expect(report.ended).toEqual({ kind: 'stopped' });
    expect(await seq()).toBe(report.counts.created);
    expect(report.counts.created).toBeLessThan(600);
    expect(shares.every((share) => share > 0 && share <= 1)).toBe(true);
    const rest = await take(demo);
    expect(rest.counts.created + report.counts.created).toBe(600);
    expect(rest.ended).toEqual({ kind: 'complete' });
  });
});
