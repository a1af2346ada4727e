import { type Change, type Problem, resources, type StetRecord, sortableBy } from '@stet/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { match, type Person } from '../support/api.js';
import { at, books, newBook, type Story, startStory } from '../support/story.js';

// Lists, page by page, and the log that goes on where a list ends.

type Page = { items: StetRecord[]; next: string | null; cursor: string };
type Log = { changes: Change[]; cursor: string; more: boolean };
const log = '/api/workspaces/catalogue/changes';

let story: Story;
let ana: Person;
beforeAll(async () => {
  story = await startStory();
  ana = story.as('ana');
  for (const fields of shelf) await newBook(ana, fields);
});
afterAll(() => story.stop());

const shelf = [
  { title: 'Émile', authors: ['Rousseau'], publishedYear: 1762, language: 'fra', subjects: ['Education'] },
  { title: 'emma', authors: ['Jane Austen'], publishedYear: 1815, language: 'eng', subjects: ['England', 'Love'] },
  { title: 'Emma', authors: ['Jane Austen'], publishedYear: 2010, language: 'eng', status: 'published' },
  { title: 'Odyssey', authors: ['Homer'], publishedYear: -700, language: 'grc', subjects: ['Sea', 'Love'] },
  { title: 'Beowulf', publishedYear: 975, language: 'ang', subjects: ['Sea'] },
  { title: '50 % off_"the" *shelf*', authors: ['A. N. Onymous'], notes: 'unsearched' },
  { title: '戦争と平和', authors: ['Лев Толстой'], publishedYear: 1869, language: 'rus' },
];

const list = async (query: Record<string, string> = {}) =>
  (await ana.get<Page>(`${books}?${new URLSearchParams(query)}`)).body;
const titles = async (query: Record<string, string>) => (await list(query)).items.map(({ title }) => title);

/** A whole list, read in pages of this size. */
async function pages(query: Record<string, string>, limit: number): Promise<StetRecord[]> {
  const items: StetRecord[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const page: Page = await list({ ...query, limit: String(limit), ...(after ? { after } : {}) });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    after = page.next;
  }
  return items;
}

test.each(sortableBy(resources.get('books') ?? never()))('sorted by %s both ways, page by page', async (sort) => {
  const up = await list({ sort });
  expect(up.items).toHaveLength(shelf.length);
  expect(up.next).toBeNull();
  for (const limit of [1, 3, shelf.length, 200]) {
    expect(await pages({ sort }, limit)).toEqual(up.items);
    expect(await pages({ sort: `-${sort}` }, limit)).toEqual([...up.items].reverse());
  }
});

test('sorting looks past case and accents, and years before our era come first', async () => {
  const sorted = (await titles({ sort: 'title' })).map((title) => String(title).toLowerCase());
  expect(sorted).toEqual(['50 % off_"the" *shelf*', 'beowulf', 'émile', 'emma', 'emma', 'odyssey', '戦争と平和']);
  expect((await titles({ sort: '-publishedYear' })).at(0)).toBe('Emma');
  expect((await titles({ sort: 'publishedYear' })).slice(0, 2)).toEqual(['50 % off_"the" *shelf*', 'Odyssey']);
});

test('filters keep exactly what has the value, and join', async () => {
  expect(await titles({ language: 'eng' })).toHaveLength(2);
  expect(await titles({ language: 'en' })).toEqual([]);
  expect(await titles({ subjects: 'sea', sort: 'publishedYear' })).toEqual(['Odyssey', 'Beowulf']);
  expect(await titles({ subjects: 'Love', language: 'grc' })).toEqual(['Odyssey']);
  expect(await titles({ status: 'published' })).toEqual(['Emma']);
  expect(await pages({ status: 'draft', sort: '-publishedYear' }, 2)).toHaveLength(shelf.length - 1);
});

test('a search asks for words that begin so, whatever else is typed', async () => {
  expect(await titles({ q: 'emile' })).toEqual(['Émile']);
  expect(await titles({ q: 'AUST em' })).toHaveLength(2);
  expect(await titles({ q: 'толст' })).toEqual(['戦争と平和']);
  expect(await titles({ q: 'unsearched' })).toEqual([]);
  expect(await titles({ q: 'emma', language: 'grc' })).toEqual([]);
  for (const q of ['50 % *', '"the"', 'shelf*', '-50', 'off_', '(50)'])
    expect([q, await titles({ q })]).toEqual([q, [shelf[5]?.title]]);
  for (const q of ['', ' ', '*', '"', '%', 'NOT', 'a OR b', "'; drop table records"]) {
    expect([q, (await ana.get<Page>(`${books}?${new URLSearchParams({ q })}`)).status]).toEqual([q, 200]);
  }
});

test('[S3] what a list does not know, or is out of its bounds, is refused by name', async () => {
  const refused: Array<[string, string]> = [
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=1e2', 'limit'],
    ['limit=', 'limit'],
    ['limit=10&limit=20', 'limit'],
    ['sort=pages', 'sort'],
    ['sort=--title', 'sort'],
    ['sort=', 'sort'],
    ['lang=eng', 'lang'],
    ['title=Emma', 'title'],
    ['language=', 'language'],
    ['__proto__=1', '__proto__'],
    ['constructor=1', 'constructor'],
    [`q=${'x'.repeat(301)}`, 'q'],
    [`after=${'x'.repeat(601)}`, 'after'],
  ];
  for (const [query, path] of refused) {
    const { status, body } = await ana.get<Problem>(`${books}?${query}`);
    expect([query, status, body.type, body.errors?.[0]?.path]).toEqual([query, 400, '/problems/malformed', path]);
  }
  const { next } = await list({ limit: '1', sort: 'title' });
  for (const query of [`after=x`, `after=${next}&sort=-title`, 'after=W10', 'after=']) {
    expect([query, (await ana.get(`${books}?${query}`)).status]).toEqual([query, 400]);
  }
  expect((await list({ limit: '200' })).items).toHaveLength(shelf.length);
});

test('[S3] the history and the log know their parameters and bounds too', async () => {
  const [book] = (await list({ limit: '1' })).items;
  const item = at(book ?? never());
  const bad = [
    `${item}/versions?limit=0`,
    `${item}/versions?after=x`,
    `${item}/versions?since=1`,
    `${log}?limit=501`,
    `${log}?after=1`,
    `${log}?since=${'x'.repeat(101)}`,
  ];
  for (const path of bad) expect([path, (await ana.get(path)).status]).toEqual([path, 400]);
});

test('pages stay whole while others write: nothing is shown twice, and what did not move is not left out', async () => {
  const before = await list({ sort: 'title' });
  const first = await list({ sort: 'title', limit: '3' });
  const early = await newBook(ana, { title: 'AAA: before all pages' });
  const late = await newBook(ana, { title: 'zzz: after all pages' });
  const seen = [...first.items];
  for (let { next } = first; next !== null; ) {
    const page: Page = await list({ sort: 'title', limit: '3', after: next });
    seen.push(...page.items);
    next = page.next;
  }
  const ids = before.items.map(({ id }) => id);
  expect(new Set(seen.map(({ id }) => id))).toEqual(new Set([...ids, late.id]));
  expect(seen).toHaveLength(ids.length + 1);
  for (const book of [early, late]) await ana.delete(at(book), match(book));
});

describe('[L2] the log since a list’s cursor', () => {
  test('holds exactly what came after it, in order', async () => {
    const { cursor } = await list();
    const book = await newBook(ana, { title: 'New' });
    const patched = (await ana.patch<StetRecord>(at(book), { pages: 7 }, match(book))).body;
    await ana.patch(at(book), { pages: 7 }, match(patched));
    await ana.patch(at(book), { pages: 8 }, match(book));
    const removed = (await story.as('ben').delete<{ version: number }>(at(book), match(patched))).body;

    const { body } = await ana.get<Log>(`${log}?since=${cursor}`);
    expect(body.changes.map(({ action, id, version, by }) => [action, id, version, by.id])).toEqual([
      ['create', book.id, 1, 'ana'],
      ['update', book.id, 2, 'ana'],
      ['destroy', book.id, removed.version, 'ben'],
    ]);
    expect(body.changes.map(({ obj }) => obj)).toEqual([book, patched, undefined]);
    expect(body.more).toBe(false);
    expect(body.cursor).toBe(body.changes.at(-1)?.cursor);
    expect((await ana.get<Log>(`${log}?since=${body.cursor}`)).body).toEqual({
      changes: [],
      cursor: body.cursor,
      more: false,
    });
    expect((await list()).cursor).toBe(body.cursor);
  });

  test('[L1] is dense from its beginning, whatever size it is read in', async () => {
    const { body: whole } = await ana.get<Log>(`${log}?limit=500`);
    expect(whole.changes.map(({ seq }) => seq)).toEqual(whole.changes.map((_, place) => place + 1));
    const read: Change[] = [];
    for (let since = ''; ; ) {
      const { body }: { body: Log } = await ana.get<Log>(`${log}?limit=4${since && `&since=${since}`}`);
      read.push(...body.changes);
      since = body.cursor;
      if (!body.more) break;
    }
    expect(read).toEqual(whole.changes);
  });

  test('[L3] says reset where it cannot prove what came before', async () => {
    const { cursor } = await list();
    const [epoch, seq] = cursor.split('.');
    const cases = { otherepoch: `other.${seq}`, ahead: `${epoch}.${Number(seq) + 1}`, malformed: 'nonsense' };
    const reasons = { otherepoch: 'epoch', ahead: 'ahead', malformed: 'malformed' };
    for (const [name, since] of Object.entries(cases)) {
      const { status, body } = await ana.get<Problem>(`${log}?since=${since}`);
      expect([status, body.type, body.reason, body.cursor]).toEqual([
        410,
        '/problems/reset',
        reasons[name as keyof typeof reasons],
        cursor,
      ]);
    }
  });
});

function never(): never {
  throw new Error('Something is missing that must be there.');
}
