import type { Problem, Stale, StetRecord } from '@stet/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, match, type Person } from '../support/api.js';
import { goBack, howOf, merging, type Saved, saves, settling, versionOf } from '../support/saves.js';
import { connect, personOn } from '../support/socket.js';
import { at, books, newBook, type Story, startStory } from '../support/story.js';

// Saves that are combined with others': what is written, what its author is told, and the way back out of it.

let story: Story;
let ana: Person;
let ben: Person;
let chloe: Person;
beforeAll(async () => {
  story = await startStory();
  [ana, ben, chloe] = [story.as('ana'), story.as('ben'), story.as('chloe')];
});
afterAll(() => story.stop());

const read = async (book: { id: string }) => (await ana.get<StetRecord>(at(book))).body;
const head = async () => (await story.engine.store.workspaces.get('catalogue'))?.seq;

/** Runs a request that must change nothing. */
async function idly<T>(run: () => Promise<Answer<T>>): Promise<Answer<T>> {
  const before = await head();
  const answer = await run();
  expect(await head()).toBe(before);
  return answer;
}

const old = {
  title: 'Dune',
  authors: ['Frank Herbert'],
  subjects: ['Desert', 'Space'],
  notes: 'Check the map.\nAsk Ben.\nBuy a second copy.',
};
const bens = {
  authors: ['Frank Herbert', 'Brian Herbert'],
  subjects: ['Desert', 'Space', 'Spice'],
  notes: 'Check both maps.\nAsk Ben.\nBuy a second copy.',
  pages: 412,
};
const anas = {
  authors: ['F. Anthony', 'Frank Herbert'],
  subjects: ['Desert', 'Worms'],
  notes: 'Check the map.\nAsk Ben.\nBuy a third copy.',
  language: 'eng',
};

describe('[V2] [M4] a stale save whose fields all combine is written, where that was asked for', () => {
  test('by each field’s own rule, and its author gets a receipt', async () => {
    const base = await newBook(ana, old);
    const theirs = await saves(ben, base, bens);
    const { status, body, headers } = await merging(ana, base, anas);
    const { receipt, ...record } = body;

    expect([status, record.version, record.updatedBy]).toEqual([200, 3, 'ana']);
    expect(record).toMatchObject({
      title: 'Dune',
      authors: ['F. Anthony', 'Frank Herbert', 'Brian Herbert'],
      subjects: ['Desert', 'Spice', 'Worms'],
      notes: 'Check both maps.\nAsk Ben.\nBuy a third copy.',
      pages: 412,
      language: 'eng',
    });
    expect(await read(base)).toEqual(record);
    expect(headers.etag).toBe(`"${record.etag}"`);

    const fields = { authors: 'merged', language: 'mine', pages: 'theirs', subjects: 'merged', notes: 'merged' };
    expect(receipt).toEqual({
      base: 1,
      version: 3,
      with: [expect.objectContaining({ version: 2, etag: theirs.etag, by: { id: 'ben', name: 'Ben' } })],
      fields,
      undo: {
        method: 'POST',
        path: `${at(base)}/restore?onConflict=merge`,
        headers: { 'if-match': `"${record.etag}"` },
        body: { version: 2, fields: ['authors', 'language', 'subjects', 'notes'] },
      },
    });
    const told = await versionOf(ben, base, 3);
    expect(told).toMatchObject({ by: { id: 'ana' }, fields: ['authors', 'language', 'subjects', 'notes'] });
    expect(told.how).toEqual({ combined: { base: 1, with: [{ id: 'ben', name: 'Ben' }], fields } });
  });

  test('a PUT too, and over the socket', async () => {
    const socket = await connect(story.url, ana);
    const base = await newBook(ana, { title: 'Emma', pages: 474 });
    await saves(ben, base, { language: 'eng' });
    const whole = { title: 'Emma', pages: 480 };
    const path = `/api${at(base, '?onConflict=merge').slice(4)}`;
    const { status, body } = await personOn(socket, story.check).put<Saved>(path, whole, match(base));
    expect([status, body.version, body.pages, body.language]).toEqual([200, 3, 480, 'eng']);
    expect(body.receipt?.fields).toEqual({ language: 'theirs', pages: 'mine' });
    socket.close();
  });

  test('three versions behind: it says with whose changes, oldest first', async () => {
    const base = await newBook(ana, { title: 'Ulysses', subjects: ['Dublin'] });
    const second = await saves(ben, base, { title: 'Ulysses (1922)' });
    const third = await saves(chloe, second, { pages: 730 });
    await saves(ben, third, { subjects: ['Dublin', 'Odyssey'] });
    const { body } = await merging(ana, base, { subjects: ['Dublin', 'Joyce'], notes: 'Proofread.' });
    expect(body).toMatchObject({ version: 5, title: 'Ulysses (1922)', pages: 730, notes: 'Proofread.' });
    expect(body.subjects).toEqual(['Dublin', 'Joyce', 'Odyssey']);
    expect(body.receipt?.with.map(({ version, by, fields }) => [version, by.id, fields])).toEqual([
      [2, 'ben', ['title']],
      [3, 'chloe', ['pages']],
      [4, 'ben', ['subjects']],
    ]);
    expect((await howOf(ana, base, 5))?.combined?.with).toEqual([
      { id: 'ben', name: 'Ben' },
      { id: 'chloe', name: 'Chloe' },
    ]);
  });

  test('much that came between: the receipt tells of the newest hundred', async () => {
    const base = await newBook(ana, { title: 'Busy' });
    let newest: StetRecord = base;
    for (let pages = 1; pages <= 105; pages += 1) newest = await saves(ben, newest, { pages });
    const { body } = await merging(ana, base, { notes: 'Back again.' });
    expect([body.version, body.receipt?.base, body.receipt?.with.length]).toEqual([107, 1, 100]);
    expect([body.receipt?.with.at(0)?.version, body.receipt?.with.at(-1)?.version]).toEqual([7, 106]);
  });

  test('both did the same: nothing is left to write', async () => {
    const base = await newBook(ana, { title: 'Persuasion' });
    const theirs = await saves(ben, base, { pages: 249 });
    const { status, body } = await idly(() => merging(ana, base, { pages: 249 }));
    expect([status, body]).toEqual([200, theirs]);
  });

  test('what came between was one’s own, from another tab: the receipt says so, and nobody else is named', async () => {
    const base = await newBook(ana, { title: 'Two tabs' });
    await saves(ana, base, { pages: 1 }, { 'stet-connection': 'other-tab' });
    const { body } = await merging(ana, base, { language: 'eng' }, { 'stet-connection': 'this-tab' });
    expect(body.receipt?.with.map(({ by }) => by)).toEqual([{ id: 'ana', name: 'Ana', connection: 'other-tab' }]);
    expect((await howOf(ana, base, 3))?.combined).toMatchObject({ base: 1, with: [] });
  });

  test('a save that is not stale is saved as ever, without a receipt', async () => {
    const base = await newBook(ana);
    const { status, body } = await merging(ana, base, { pages: 7 });
    expect([status, body.version, body.receipt]).toEqual([200, 2, undefined]);
    expect(await howOf(ana, base, 2)).toBeUndefined();
  });

  test('[V1] twenty who save on one version at once: each gets in, and nothing of any is lost', async () => {
    const base = await newBook(ana, { title: 'Crowded', subjects: ['0'] });
    const people = [ana, ben, chloe, story.as('mara')];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, place) =>
        merging(people[place % 4] ?? ana, base, {
          subjects: ['0', `of ${place}`],
          [place % 2 ? 'pages' : 'notes']: null,
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(answers.map(({ body }) => body.version).sort((a, b) => a - b)).toEqual(answers.map((_, place) => place + 2));
    expect(await read(base)).toMatchObject({
      version: 21,
      subjects: ['0', ...answers.map((_, place) => `of ${place}`)].sort(),
    });
  });
});

describe('[M3] [V2] what does not combine is refused, and nothing is written', () => {
  test('a field that both changed: the answer is the one without `merge`', async () => {
    const base = await newBook(ana, { title: 'Dune', pages: 400 });
    const current = await saves(ben, base, { title: 'Dune (1965)' });
    const mine = { title: 'DUNE', pages: 412 };
    const merged = await idly(() => merging<Stale>(ana, base, mine));
    const plain = await idly(() => ana.patch<Stale>(at(base), mine, match(base)));
    expect([merged.status, merged.body]).toEqual([412, plain.body]);
    expect(merged.body).toMatchObject({ current, conflicts: ['title'] });
  });

  test('fields that belong together and were changed apart', async () => {
    const base = await newBook(ana, { title: 'The Fellowship' });
    await saves(ben, base, { isbn13: '9780261102354' });
    const { status, body } = await idly(() => merging<Stale>(ana, base, { isbn10: '0261102354' }));
    expect([status, body.conflicts]).toEqual([412, ['isbn10', 'isbn13']]);
    const { body: apart } = await merging(ana, base, { pages: 423 });
    expect(apart).toMatchObject({ isbn13: '9780261102354', pages: 423 });
  });

  test('two sound edits that come to an unsound record', async () => {
    const many = (mark: string, count: number) => Array.from({ length: count }, (_, place) => `${mark}${place}`);
    const base = await newBook(ana, { title: 'Encyclopaedia', subjects: many('a', 150) });
    const current = await saves(ben, base, { subjects: [...many('a', 150), ...many('b', 40)] });
    const mine = { subjects: [...many('a', 150), ...many('c', 40)] };
    const { status, body } = await idly(() => merging<Stale>(ana, base, mine));
    expect([status, body.conflicts, body.merged]).toEqual([412, ['subjects'], undefined]);
    expect(await read(base)).toEqual(current);
  });

  test('[V3] [V5] what is based on no version of this log, or meets a tombstone', async () => {
    const base = await newBook(ana, { title: 'Lost' });
    const current = await saves(ben, base, { pages: 1 });
    for (const etag of ['1-otherepoch', '9-', base.etag.replace('1-', '7-'), 'constructor']) {
      const { status } = await idly(() => merging<Stale>(ana, { id: base.id, etag }, { language: 'eng' }));
      expect([etag, status]).toEqual([etag, 412]);
      expect((await idly(() => merging<Stale>(ana, { id: base.id, etag }, { pages: 1 }))).status).toBe(412);
    }
    for (const headers of [{}, { 'if-match': '*' }]) {
      const { status } = await idly(() => ana.patch(at(base, '?onConflict=merge'), { language: 'eng' }, headers));
      expect(status).toBe(428);
    }
    const tombstone = (await ben.delete<{ etag: string }>(at(base), match(current))).body;
    for (const save of [
      () => merging<Stale>(ana, base, { language: 'eng' }),
      () => merging<Stale>(ana, current, {}),
      () => ana.put<Stale>(at(base, '?onConflict=merge'), { title: 'Lost' }, match(base)),
      () => ana.post<Stale>(at(base, '/restore?onConflict=merge'), { version: 1 }, match(base)),
    ]) {
      const { status, body } = await idly(save);
      expect([status, body.current]).toMatchObject([412, { deleted: true, etag: tombstone.etag }]);
    }
    const { status } = await idly(() => merging<Problem>(ana, { ...base, ...tombstone }, { language: 'eng' }));
    expect(status).toBe(410);
  });

  test('a stale delete: there is nothing to combine it with', async () => {
    const base = await newBook(ana);
    await saves(ben, base, { pages: 1 });
    expect((await idly(() => ana.delete(at(base), match(base)))).status).toBe(412);
  });

  test('[S3] whatever else stands behind the question mark', async () => {
    const base = await newBook(ana);
    const writes = (query: string) => [
      () => ana.patch<Problem>(at(base, query), { pages: 1 }, match(base)),
      () => ana.put<Problem>(at(base, query), { title: 'x' }, match(base)),
      () => ana.post<Problem>(at(base, `/restore${query}`), { version: 1 }, match(base)),
    ];
    const unknown = ['?onconflict=merge', '?force=1', '?__proto__=1', '?onConflict=reject&x='];
    for (const query of ['?onConflict=force', '?onConflict=', '?onConflict=merge&onConflict=merge', ...unknown]) {
      for (const write of writes(query)) {
        const { status, body } = await idly(write);
        expect([query, status, body.type]).toEqual([query, 400, '/problems/malformed']);
      }
    }
    for (const query of ['?onConflict=merge', '?x=1']) {
      expect((await idly(() => ana.post(`${books}${query}`, { title: 'x' }))).status).toBe(400);
      expect((await idly(() => ana.delete(at(base, query), match(base)))).status).toBe(400);
    }
    expect((await saves(ana, base, { pages: 1 })).version).toBe(2);
    expect((await ana.patch(at(base, '?onConflict=reject'), { pages: 2 }, match(base))).status).toBe(412);
  });
});

describe('[M4] a receipt can be undone, by a save that is guarded like any other', () => {
  const combined = async () => {
    const base = await newBook(ana, old);
    await saves(ben, base, bens);
    return (await merging(ana, base, anas)).body;
  };

  test('it takes back one’s own part and leaves the other’s', async () => {
    const { receipt, ...record } = await combined();
    const { status, body } = await goBack(ana, receipt?.undo);
    expect([status, body.version]).toEqual([200, 4]);
    expect(body).toMatchObject({ ...bens, title: 'Dune', language: null });
    expect(await howOf(ana, record, 4)).toEqual({ restored: { version: 2, fields: receipt?.undo.body.fields } });
  });

  test('what was saved after it in other fields stands, and is told of', async () => {
    const { receipt, ...record } = await combined();
    const later = await saves(chloe, record, { publisher: 'Chilton', pages: 896 });
    const { status, body } = await goBack(ana, receipt?.undo);
    expect([status, body]).toMatchObject([200, { ...bens, version: 5, publisher: 'Chilton', pages: 896 }]);
    expect(body.receipt).toMatchObject({ base: 3, version: 5, with: [{ version: 4, etag: later.etag }] });
    const { body: again } = await goBack(ana, body.receipt?.undo);
    expect(again).toMatchObject({ version: 6, notes: record.notes, language: 'eng', publisher: 'Chilton', pages: 896 });
  });

  test('it is refused once one of the fields has changed again, even to what would combine', async () => {
    const { receipt, ...record } = await combined();
    const current = await saves(chloe, record, { subjects: [...(record.subjects as string[]), 'Zen'] });
    const { status, body } = await idly(() => goBack<Stale>(ana, receipt?.undo));
    expect([status, body.conflicts, body.current]).toEqual([412, ['subjects'], current]);
    expect(body.verdicts).toMatchObject({ notes: 'mine', authors: 'mine', subjects: 'conflict', title: 'same' });
  });

  test('undone twice is undone once', async () => {
    const { receipt } = await combined();
    const { receipt: none, ...first } = (await goBack(ana, receipt?.undo)).body;
    expect(none).toBeUndefined();
    const { status, body } = await idly(() => goBack(ana, receipt?.undo));
    expect([status, body]).toEqual([200, first]);
  });

  test('[V5] not what was destroyed meanwhile', async () => {
    const { receipt, ...record } = await combined();
    await ben.delete(at(record), match(record));
    expect((await idly(() => goBack<Stale>(ana, receipt?.undo))).status).toBe(412);
  });

  test('[S1] and by nobody who may not write', async () => {
    const { receipt } = await combined();
    expect((await idly(() => goBack<Problem>(story.as('vic'), receipt?.undo))).status).toBe(403);
    expect((await idly(() => goBack<Problem>(story.as('zoe'), receipt?.undo))).status).toBe(404);
  });
});

describe('a restore brings back whole values, or none', () => {
  test('[V2] others’ changes of other fields do not hinder it, where it is to be combined', async () => {
    const first = await newBook(ana, { title: 'One', pages: 1, subjects: ['a'] });
    const second = await saves(ana, first, { title: 'Two', subjects: ['b'] });
    await saves(ben, second, { pages: 2 });
    const only = { version: 1, fields: ['title', 'subjects'] };
    expect((await idly(() => ana.post<Stale>(at(first, '/restore'), only, match(second)))).status).toBe(412);
    const { status, body } = await ana.post<Saved>(at(first, '/restore?onConflict=merge'), only, match(second));
    expect([status, body]).toMatchObject([200, { version: 4, title: 'One', subjects: ['a'], pages: 2 }]);
    expect(await howOf(ana, first, 4)).toEqual({
      combined: {
        base: 2,
        with: [{ id: 'ben', name: 'Ben' }],
        fields: { title: 'mine', pages: 'theirs', subjects: 'mine' },
      },
      restored: only,
    });
  });

  test('[V2] a field that it names and that has changed again is a question, whatever it was before', async () => {
    const first = await newBook(ana, { title: 'One', subjects: ['a'] });
    const second = await saves(ana, first, { title: 'Two' });
    await saves(ben, second, { subjects: ['a', 'b'] });
    for (const body of [{ version: 1 }, { version: 1, fields: ['title', 'subjects'] }]) {
      const path = at(first, '/restore?onConflict=merge');
      const answer = await idly(() => ana.post<Stale>(path, body, match(second)));
      expect([answer.status, answer.body.conflicts]).toEqual([412, ['subjects']]);
    }
  });

  test('the history says which version came back, and which fields of it', async () => {
    const first = await newBook(ana, { title: 'One', pages: 1 });
    const second = await saves(ana, first, { title: 'Two', pages: 2 });
    const third = (await ana.post<Saved>(at(first, '/restore'), { version: 1, fields: ['pages'] }, match(second))).body;
    const fourth = (await ana.post<Saved>(at(first, '/restore'), { version: 1 }, match(third))).body;
    const gone = (await ana.delete<{ etag: string }>(at(first), match(fourth))).body;
    await ana.post(at(first, '/restore'), { version: 2, fields: ['title'] }, match(gone));
    expect(await howOf(ana, first, 3)).toEqual({ restored: { version: 1, fields: ['pages'] } });
    expect(await howOf(ana, first, 4)).toEqual({ restored: { version: 1 } });
    expect(await howOf(ana, first, 5)).toBeUndefined();
    // A tombstone has no content that single fields could be put into: all of it came back.
    expect(await howOf(ana, first, 6)).toEqual({ restored: { version: 2 } });
    expect(await read(first)).toMatchObject({ title: 'Two', pages: 2 });
  });
});

describe('[M4] a choice that was settled', () => {
  test('gives a receipt for what of the others’ stands', async () => {
    const base = await newBook(ana, { title: 'Dune', pages: 400, notes: 'old' });
    const theirs = await saves(ben, base, { title: 'Dune (1965)', pages: 412, language: 'eng' });
    const mine = { title: 'Dune: a novel', notes: 'new' };
    const { receipt, ...record } = await saves(ana, theirs, mine, settling(theirs, base));
    expect(record).toMatchObject({ version: 3, title: 'Dune: a novel', pages: 412, language: 'eng', notes: 'new' });
    expect(receipt).toMatchObject({ base: 1, version: 3, with: [{ version: 2, by: { id: 'ben' } }] });
    expect(receipt?.fields).toEqual({ title: 'mine', pages: 'theirs', language: 'theirs', notes: 'mine' });
    expect((await goBack(ana, receipt?.undo)).body).toMatchObject({ title: 'Dune (1965)', notes: 'old', pages: 412 });
  });

  test('that meets a third save is combined with it, and the receipt tells of both', async () => {
    const base = await newBook(ana, { title: 'Dune', notes: 'old' });
    const seen = await saves(ben, base, { title: 'Dune (1965)', pages: 412 });
    const third = await saves(chloe, seen, { language: 'eng' });
    // She has taken ben's title, so that a later one of his would not be in conflict with hers.
    const { status, body } = await merging(ana, third, { notes: 'new' }, settling(seen, base));
    expect([status, body.receipt?.with.map(({ version }) => version)]).toEqual([200, [2, 3]]);
    expect(body.receipt?.fields).toEqual({ title: 'theirs', pages: 'theirs', language: 'theirs', notes: 'mine' });
    expect((await howOf(ana, base, 4))?.combined?.with.map(({ id }) => id)).toEqual(['ben', 'chloe']);
  });

  test('where only one’s own other tab had saved is nobody else’s business', async () => {
    const base = await newBook(ana, { title: 'Dune' });
    const other = await saves(ana, base, { title: 'Dune (1965)', pages: 412 });
    const body = await saves(ana, other, { title: 'Dune: a novel' }, settling(other, base));
    expect([body.receipt, await howOf(ana, base, 3)]).toEqual([undefined, undefined]);
  });

  test('[V2] from what another epoch knows claims nothing', async () => {
    const base = await newBook(ana, { title: 'Dune' });
    const other = await saves(ben, base, { title: 'Dune (1965)' });
    const headers = { ...match(other), 'stet-base': '"1-otherepoch"' };
    const body = await saves(ana, other, { title: 'Dune: a novel' }, headers);
    expect([body.version, body.receipt, await howOf(ana, base, 3)]).toEqual([3, undefined, undefined]);
  });

  test('[S3] that started from a version newer than it has seen, from two, or from none that can be read, is refused', async () => {
    const base = await newBook(ana);
    const newer = await saves(ben, base, { pages: 1 });
    const wrong = [`"${newer.etag}"`, `"${base.etag}", "${newer.etag}"`, '"', 'a b', 'garbage', '*', '""'];
    for (const start of wrong) {
      const headers = { ...match(base), 'stet-base': start };
      const { status, body } = await idly(() => ana.patch<Problem>(at(base), { pages: 2 }, headers));
      expect([start, status, body.type]).toEqual([start, 400, '/problems/malformed']);
    }
    const { status } = await idly(() => ana.patch(at(base), { pages: 2 }, { 'stet-base': `"${base.etag}"` }));
    expect(status).toBe(428);
  });
});
