import { type Notice, noticeSchema, type Problem, quoted, type Stale, type StetRecord } from '@stet/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, match, type Person } from '../support/api.js';
import { goBack, howOf, merging, saves, settling } from '../support/saves.js';
import { connect, type Listener } from '../support/socket.js';
import { at, type Name, newBook, type Story, startStory } from '../support/story.js';

// Whoever is overwritten by somebody who had seen it is told of it, and has a way back.

const path = '/api/workspaces/catalogue/notices';
let story: Story;
let ana: Person;
let ben: Person;
let chloe: Person;
beforeAll(async () => {
  story = await startStory();
  [ana, ben, chloe] = [story.as('ana'), story.as('ben'), story.as('chloe')];
});
afterAll(() => story.stop());

const noticesOf = async (person: Person) => (await person.get<{ items: Notice[] }>(path)).body.items;
const dismiss = (person: Person, seq: number | string) => person.delete<{ dismissed: boolean }>(`${path}/${seq}`);
const head = async () => (await story.engine.store.workspaces.get('catalogue'))?.seq;

/** Each test begins with nothing that anybody would still have to be told. */
beforeEach(async () => {
  for (const person of [ana, ben, chloe]) for (const { seq } of await noticesOf(person)) await dismiss(person, seq);
});

async function idly<T>(run: () => Promise<Answer<T>>): Promise<Answer<T>> {
  const before = await head();
  const answer = await run();
  expect(await head()).toBe(before);
  return answer;
}

/** Ben gives the book another title and page count; ana has seen it, and puts her own title over his. */
async function bensTitleReplaced() {
  const base = await newBook(ana, { title: 'Dune', pages: 400 });
  const theirs = await saves(ben, base, { title: 'Dune (1965)', pages: 412 });
  const mine = await saves(ana, theirs, { title: 'Dune: a novel' }, settling(theirs, base));
  const [notice] = await noticesOf(ben);
  if (!notice) throw new Error('Ben was not told.');
  return { base, theirs, mine, notice };
}

describe('[M4] whoever is overwritten is told', () => {
  test('of what they had, what stands there now, by whom, and how to bring it back', async () => {
    const { base, mine, notice } = await bensTitleReplaced();
    expect(notice).toEqual({
      seq: await head(),
      workspace: 'catalogue',
      resource: 'books',
      id: base.id,
      title: 'Dune: a novel',
      version: 3,
      action: 'update',
      by: { id: 'ana', name: 'Ana' },
      at: mine.updatedAt,
      fields: { title: { was: 'Dune (1965)', now: 'Dune: a novel' } },
      restore: {
        method: 'POST',
        path: `${at(base)}/restore?onConflict=merge`,
        headers: { 'if-match': quoted(mine.etag) },
        body: { version: 2, fields: ['title'] },
      },
      until: expect.any(String),
    });
    expect(Date.parse(notice.until) - Date.parse(notice.at)).toBe(30 * 24 * 60 * 60 * 1000);
    expect((await howOf(ben, base, 3))?.over).toEqual({
      seen: 2,
      whose: [{ id: 'ben', name: 'Ben', fields: ['title'] }],
    });
  });

  test('two people, each of their own; nobody else, and not the author', async () => {
    const base = await newBook(ana, { title: 'Dune', pages: 400, subjects: ['Desert'], notes: 'x' });
    const second = await saves(ben, base, { title: 'Dune (1965)', subjects: ['Desert', 'Spice'] });
    const third = await saves(chloe, second, { pages: 412 });
    const mine = { title: 'DUNE', pages: 896, subjects: ['Desert', 'Spice', 'Worms'], notes: 'y' };
    await saves(ana, third, mine, settling(third, base));
    const told = async (person: Person) => (await noticesOf(person)).map(({ fields }) => fields);
    expect(await told(ben)).toEqual([{ title: { was: 'Dune (1965)', now: 'DUNE' } }]);
    expect(await told(chloe)).toEqual([{ pages: { was: 412, now: 896 } }]);
    expect([await told(ana), await told(story.as('mara')), await told(story.as('vic'))]).toEqual([[], [], []]);
  });

  test('a value that several wrote is its last writer’s', async () => {
    const base = await newBook(ana, { title: 'Dune' });
    const second = await saves(ben, base, { title: 'Dune (1965)' });
    const third = await saves(chloe, second, { title: 'Dune, 1965' });
    await saves(ana, third, { title: 'DUNE' }, settling(third, base));
    expect([await noticesOf(ben), (await noticesOf(chloe)).map(({ fields }) => fields)]).toEqual([
      [],
      [{ title: { was: 'Dune, 1965', now: 'DUNE' } }],
    ]);
  });

  test('nobody of what they replaced themselves, from another tab', async () => {
    const base = await newBook(ana, { title: 'Dune' });
    const second = await saves(ben, base, { title: 'Dune (1965)' });
    const other = await saves(ana, second, { title: 'Dune, 1965' });
    await saves(ana, other, { title: 'DUNE' }, settling(other, base));
    expect([await noticesOf(ana), await noticesOf(ben)]).toEqual([[], []]);
    expect((await howOf(ana, base, 4))?.over).toBeUndefined();
  });

  test('nobody whose change stands: it was taken, or is in what was combined by hand', async () => {
    const base = await newBook(ana, {
      title: 'Dune',
      notes: 'one two three',
      authors: ['A'],
      subjects: ['s'],
      pages: 1,
    });
    const bens = { title: 'Dune (1965)', notes: 'one TWO three', authors: ['B'], subjects: ['s', 't'], pages: 2 };
    const theirs = await saves(ben, base, bens);
    const mine = { title: 'Dune (1965)', notes: 'one 2 TWO three', authors: ['C', 'B'], subjects: ['r', 's', 't'] };
    const { receipt } = await saves(ana, theirs, mine, settling(theirs, base));
    expect([await noticesOf(ben), (await howOf(ana, base, 3))?.over]).toEqual([[], undefined]);
    expect(receipt?.fields).toEqual({
      title: 'theirs',
      authors: 'merged',
      pages: 'theirs',
      subjects: 'merged',
      notes: 'merged',
    });
  });

  test('who finds only a part of theirs in what was combined', async () => {
    const base = await newBook(ana, { title: 'Dune', notes: 'one two three', subjects: ['s'] });
    const theirs = await saves(ben, base, { notes: 'one TWO AND HALF three', subjects: ['s', 't', 'u'] });
    await saves(ana, theirs, { notes: 'one TWO three', subjects: ['s', 't'] }, settling(theirs, base));
    expect((await noticesOf(ben)).map(({ fields }) => Object.keys(fields))).toEqual([['subjects', 'notes']]);
  });

  test('who is overwritten by a whole record that was made from an old one', async () => {
    const base = await newBook(ana, { title: 'Dune', pages: 400 });
    const theirs = await saves(ben, base, { pages: 412, language: 'eng' });
    await ana.put(at(base), { title: 'Dune', pages: 400, notes: 'x' }, settling(theirs, base));
    expect((await noticesOf(ben)).map(({ fields }) => fields)).toEqual([
      { language: { was: 'eng', now: null }, pages: { was: 412, now: 400 } },
    ]);
  });

  test('who is overwritten by a choice that was combined with a third save', async () => {
    const base = await newBook(ana, { title: 'Dune', notes: 'old' });
    const seen = await saves(ben, base, { title: 'Dune (1965)' });
    const third = await saves(chloe, seen, { language: 'eng' });
    const { body } = await merging(ana, third, { title: 'DUNE' }, settling(seen, base));
    expect(body).toMatchObject({ version: 4, title: 'DUNE', language: 'eng' });
    expect(body.receipt?.fields).toEqual({ title: 'mine', language: 'theirs' });
    expect([(await noticesOf(ben)).map(({ fields }) => fields), await noticesOf(chloe)]).toEqual([
      [{ title: { was: 'Dune (1965)', now: 'DUNE' } }],
      [],
    ]);
  });

  test('who is overwritten in a field to which a third save has brought something too', async () => {
    const base = await newBook(ana, { title: 'Dune', subjects: ['s'] });
    const seen = await saves(ben, base, { subjects: ['s', 't'] });
    const third = await saves(chloe, seen, { subjects: ['s', 't', 'u'] });
    const { body } = await merging(ana, third, { subjects: ['r', 's'] }, settling(seen, base));
    expect(body.subjects).toEqual(['r', 's', 'u']);
    expect(await howOf(ana, base, 4)).toEqual({
      combined: { base: 1, with: [{ id: 'chloe', name: 'Chloe' }], fields: { subjects: 'merged' } },
      over: { seen: 2, whose: [{ id: 'ben', name: 'Ben', fields: ['subjects'] }] },
    });
    expect([(await noticesOf(ben)).map(({ fields }) => fields), await noticesOf(chloe)]).toEqual([
      [{ subjects: { was: ['s', 't'], now: ['r', 's', 'u'] } }],
      [],
    ]);
  });

  test('whoever’s change a delete takes away, where its author had started before it', async () => {
    const base = await newBook(ana, { title: 'Dune', pages: 400 });
    const theirs = await saves(ben, base, { title: 'Dune (1965)', pages: 412 });
    const tombstone = (await ana.delete<{ version: number; etag: string }>(at(base), settling(theirs, base))).body;
    const [notice] = await noticesOf(ben);
    expect(notice).toMatchObject({ action: 'destroy', version: 3, title: 'Dune (1965)', by: { id: 'ana' } });
    expect(notice?.fields).toEqual({ title: { was: 'Dune (1965)' }, pages: { was: 412 } });
    expect(notice?.restore).toMatchObject({ body: { version: 2 }, headers: { 'if-match': quoted(tombstone.etag) } });
    const { status, body } = await goBack(ben, notice?.restore);
    expect([status, body]).toMatchObject([200, { version: 4, title: 'Dune (1965)', pages: 412 }]);
    expect((await idly(() => goBack<Stale>(ben, notice?.restore))).status).toBe(412);
  });

  test('a save that claims nothing, and one that is refused, tell nobody', async () => {
    const base = await newBook(ana, { title: 'Dune' });
    const theirs = await saves(ben, base, { title: 'Dune (1965)' });
    const refused = await ana.patch<Problem>(at(base), { title: '' }, settling(theirs, base));
    const unchanged = await ana.patch<StetRecord>(at(base), { title: 'Dune (1965)' }, settling(theirs, base));
    expect([refused.status, unchanged.body.version]).toEqual([422, 2]);
    await saves(ana, theirs, { title: 'DUNE' });
    expect(await noticesOf(ben)).toEqual([]);
  });
});

describe('[M4] “restore my value”', () => {
  test('works days later, whatever has become of the other fields', async () => {
    const { mine, notice } = await bensTitleReplaced();
    const later = await saves(chloe, mine, { pages: 896, notes: 'Checked.' });
    await saves(ana, later, { language: 'eng' });
    await story.engine.store.tidy(new Date(Date.now() - 29 * 24 * 60 * 60 * 1000).toISOString());
    const [still] = await noticesOf(ben);
    expect(still).toEqual(notice);
    const { status, body } = await goBack(ben, still?.restore);
    expect([status, body]).toMatchObject([200, { version: 6, title: 'Dune (1965)', pages: 896, language: 'eng' }]);
    expect(await howOf(ben, mine, 6)).toMatchObject({ restored: { version: 2, fields: ['title'] } });
  });

  test('is refused where the field has changed again, and says to what', async () => {
    const { mine, notice } = await bensTitleReplaced();
    const current = await saves(chloe, mine, { title: 'Dune, a novel' });
    const { status, body } = await idly(() => goBack<Stale>(ben, notice.restore));
    expect([status, body.conflicts, body.current]).toEqual([412, ['title'], current]);
  });

  test('[V5] is refused where the record is gone', async () => {
    const { mine, notice } = await bensTitleReplaced();
    await chloe.delete(at(mine), match(mine));
    expect((await idly(() => goBack<Stale>(ben, notice.restore))).status).toBe(412);
  });

  test('tells nobody of itself: it could go on for ever', async () => {
    const { notice } = await bensTitleReplaced();
    expect((await goBack(ben, notice.restore)).status).toBe(200);
    expect(await noticesOf(ana)).toEqual([]);
  });
});

describe('a notice', () => {
  test('that was dismissed stays away, and nobody else’s does', async () => {
    const { notice: first } = await bensTitleReplaced();
    const { notice: second } = await bensTitleReplaced();
    expect((await noticesOf(ben)).map(({ seq }) => seq)).toEqual([second.seq, first.seq]);
    // Ana has none of this number to dismiss.
    expect((await dismiss(ana, first.seq)).body).toEqual({ dismissed: false });
    const dismissed = await idly(() => dismiss(ben, first.seq));
    expect([dismissed.status, dismissed.body]).toEqual([200, { dismissed: true }]);
    expect((await dismiss(ben, first.seq)).body).toEqual({ dismissed: false });
    expect((await noticesOf(ben)).map(({ seq }) => seq)).toEqual([second.seq]);
    expect((await goBack(ben, first.restore)).status).toBe(200);
  });

  test('is forgotten in the end; the history keeps the values', async () => {
    const { base } = await bensTitleReplaced();
    await story.engine.store.tidy(new Date(Date.now() + 60_000).toISOString());
    expect(await noticesOf(ben)).toEqual([]);
    expect((await howOf(ben, base, 3))?.over?.whose.map(({ id }) => id)).toEqual(['ben']);
  });

  test('[S1] is seen by whom it is for, while they may read', async () => {
    const { notice } = await bensTitleReplaced();
    const outsider = story.as('zoe');
    for (const ask of [
      () => outsider.get<Problem>(path),
      () => outsider.delete<Problem>(`${path}/${notice.seq}`),
      () => ben.get<Problem>('/api/workspaces/nowhere/notices'),
    ]) {
      const { status, body } = await ask();
      expect([status, body.type]).toEqual([404, '/problems/not-found']);
    }
    expect((await story.nobody.get(path)).status).toBe(401);
    expect(await noticesOf(story.as('vic'))).toEqual([]);
    await story.user('ben', { catalogue: 'viewer' });
    expect(await noticesOf(ben)).toEqual([notice]);
    expect((await idly(() => goBack<Problem>(ben, notice.restore))).status).toBe(403);
    await story.user('ben', { catalogue: null });
    expect((await ben.get(path)).status).toBe(404);
    await story.user('ben', { catalogue: 'editor' });
    expect((await dismiss(ben, notice.seq)).body).toEqual({ dismissed: true });
  });

  test('[S3] is not reached by what is no number, and knows no parameters', async () => {
    for (const seq of ['0', '-1', '1.5', 'x', '99999999999999999999', '__proto__', '%00']) {
      expect([seq, (await dismiss(ben, seq)).status]).toEqual([seq, 404]);
    }
    expect((await dismiss(ben, '999999999999999')).body).toEqual({ dismissed: false });
    expect((await ben.get(`${path}?limit=1`)).status).toBe(400);
    expect((await ben.delete(`${path}/1?force=1`)).status).toBe(400);
  });
});

describe('on the socket', () => {
  const open: Listener[] = [];
  const listen = async (name: Name, cursor?: string) => {
    const cursors = cursor === undefined ? undefined : { cursors: { catalogue: cursor } };
    const listener = await connect(story.url, story.as(name), cursors);
    open.push(listener);
    return listener;
  };
  afterAll(() => {
    for (const listener of open) listener.close();
  });
  /** What one has heard of a book, once the last of it has come. */
  async function heardOf(listener: Listener, last: StetRecord): Promise<string[]> {
    await listener.until('rt-change', ({ etag }) => etag === last.etag);
    return listener.all.flatMap((message) => {
      if (message.type !== 'rt-change' && message.type !== 'notice') return [];
      return message.id === last.id ? [`${message.type} ${message.version}`] : [];
    });
  }

  test('[M4] [H1] it follows the change that it is about, in each of their tabs, and nobody else hears it', async () => {
    const [one, two, hers, other] = [
      await listen('ben'),
      await listen('ben'),
      await listen('ana'),
      await listen('vic'),
    ];
    const { mine, notice } = await bensTitleReplaced();
    const last = await saves(chloe, mine, { pages: 1 });
    const changes = ['rt-change 1', 'rt-change 2', 'rt-change 3'];
    for (const tab of [one, two]) {
      expect(await heardOf(tab, last)).toEqual([...changes, 'notice 3', 'rt-change 4']);
      expect(tab.heard('notice')).toEqual([{ type: 'notice', ...notice }]);
      expect(noticeSchema.parse(tab.heard('notice')[0])).toEqual(notice);
    }
    for (const tab of [hers, other]) expect(await heardOf(tab, last)).toEqual([...changes, 'rt-change 4']);
  });

  test('[H2] two who were replaced by one save hear each of their own', async () => {
    const [bens, chloes] = [await listen('ben'), await listen('chloe')];
    const base = await newBook(ana, { title: 'Dune', pages: 400 });
    const second = await saves(ben, base, { title: 'Dune (1965)' });
    const third = await saves(chloe, second, { pages: 412 });
    const fourth = await saves(ana, third, { title: 'DUNE', pages: 1 }, settling(third, base));
    const last = await saves(ana, fourth, { notes: 'done' });
    for (const [tab, fields] of [
      [bens, { title: { was: 'Dune (1965)', now: 'DUNE' } }],
      [chloes, { pages: { was: 412, now: 1 } }],
    ] as const) {
      expect((await heardOf(tab, last)).slice(-3)).toEqual(['rt-change 4', 'notice 4', 'rt-change 5']);
      expect(tab.heard('notice').map((notice) => notice.fields)).toEqual([fields]);
    }
  });

  test('who was away hears it with what they missed, unless they have dismissed it meanwhile', async () => {
    const { cursor } = (await ben.get<{ cursor: string }>('/api/workspaces/catalogue/books')).body;
    const { notice: first } = await bensTitleReplaced();
    const { notice: second, mine } = await bensTitleReplaced();
    await dismiss(ben, first.seq);
    const last = await saves(ana, mine, { notes: 'done' });
    const back = await listen('ben', cursor);
    expect((await heardOf(back, last)).slice(-3)).toEqual(['rt-change 3', 'notice 3', 'rt-change 4']);
    expect(back.heard('notice').map(({ seq }) => seq)).toEqual([second.seq]);
  });

  test('[H1] who is put out before it is told hears neither the change nor the notice', async () => {
    const tab = await listen('ben');
    const base = await newBook(ana, { title: 'Dune' });
    const theirs = await saves(ben, base, { title: 'Dune (1965)' });
    await tab.until('rt-change', ({ etag }) => etag === theirs.etag);
    await story.user('ben', { catalogue: null });
    await tab.until('reset', ({ reason }) => reason === 'access');
    await saves(ana, theirs, { title: 'DUNE' }, settling(theirs, base));
    await story.user('ben', { catalogue: 'editor' });
    const last = await newBook(ana, { title: 'After' });
    await tab.until('rt-change', ({ id }) => id === last.id);
    expect([tab.heard('notice'), JSON.stringify(tab.all).includes('DUNE')]).toEqual([[], false]);
    // It waits where they ask for it.
    expect(await noticesOf(ben)).toHaveLength(1);
  });
});
