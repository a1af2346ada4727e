import { randomUUID } from 'node:crypto';
import { type Problem, quoted, type Stale, type StetRecord, type VersionInfo } from '@stet/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Json, match, type Person } from '../support/api.js';
import { connect, type Listener, personOn } from '../support/socket.js';
import { at, books, type Name, newBook, type Story, startStory } from '../support/story.js';

// A record's versions, from its creation to its return from the dead: told the same way over either transport.

let story: Story;
const sockets: Listener[] = [];
beforeAll(async () => {
  story = await startStory();
});
afterAll(async () => {
  for (const socket of sockets) socket.close();
  await story.stop();
});

async function overSocket(name: Name): Promise<Person> {
  const socket = await connect(story.url, story.as(name));
  sockets.push(socket);
  return personOn(socket, story.check);
}

const transports: Array<[string, (name: Name) => Promise<Person>]> = [
  ['over HTTP', async (name) => story.as(name)],
  ['over the socket', overSocket],
];

/** How many changes the catalogue has seen. */
const head = async () => (await story.engine.store.workspaces.get('catalogue'))?.seq;

/** Runs a request that must change nothing. */
async function idly<T>(run: () => Promise<Answer<T>>): Promise<Answer<T>> {
  const before = await head();
  const answer = await run();
  expect(await head()).toBe(before);
  return answer;
}

describe.each(transports)('%s', (_transport, personOf) => {
  let ana: Person;
  let ben: Person;
  beforeAll(async () => {
    ana = await personOf('ana');
    ben = await personOf('ben');
  });
  const read = async (book: { id: string }) => (await ana.get<StetRecord>(at(book))).body;
  const patch = async (person: Person, book: StetRecord, fields: Json) => {
    const { status, body } = await person.patch<StetRecord>(at(book), fields, match(book));
    expect(status).toBe(200);
    return body;
  };

  test('[V1] a new record has version 1, and each accepted write adds exactly 1', async () => {
    const created = await ana.post<StetRecord>(books, { title: 'Emma', authors: ['Jane Austen'] });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ title: 'Emma', version: 1, createdBy: 'ana', updatedBy: 'ana', notes: null });
    expect(created.headers.location).toBe(at(created.body));
    expect(created.headers.etag).toBe(quoted(created.body.etag));

    const second = await ana.patch<StetRecord>(at(created.body), { pages: 474 }, match(created.body));
    expect(second.body).toMatchObject({ version: 2, title: 'Emma', pages: 474 });
    expect(second.headers.etag).toBe(quoted(second.body.etag));
    const third = await ben.put<StetRecord>(at(second.body), { title: 'Emma', language: 'eng' }, match(second.body));
    expect(third.body).toMatchObject({ version: 3, pages: null, authors: [], language: 'eng', updatedBy: 'ben' });
    const fourth = await ben.delete<{ version: number }>(at(third.body), match(third.body));
    expect([fourth.status, fourth.body.version]).toEqual([200, 4]);
  });

  test('[V1] a save that changes nothing adds nothing, and answers with the current version', async () => {
    const book = await newBook(ana, { title: 'Ulysses', subjects: ['Dublin', 'Odyssey'] });
    const asItWas = { title: ' Ulysses ', subjects: ['Odyssey', 'Dublin', 'Dublin'], notes: '' };
    for (const save of [ana.patch, ana.put]) {
      const { status, body, headers } = await idly(() => save<StetRecord>(at(book), asItWas, match(book)));
      expect([status, body, headers.etag]).toEqual([200, book, quoted(book.etag)]);
    }
    expect((await idly(() => ana.patch(at(book), {}, match(book)))).body).toEqual(book);
    expect((await idly(() => ana.post(at(book, '/restore'), { version: 1 }, match(book)))).body).toEqual(book);
  });

  test('what a client sends back of the envelope is passed over', async () => {
    const book = await newBook(ana);
    const { body } = await ana.put<StetRecord>(
      at(book),
      { ...book, version: 99, createdBy: 'zoe', pages: 3 },
      match(book),
    );
    expect(body).toEqual({ ...book, pages: 3, version: 2, etag: body.etag, updatedAt: body.updatedAt });
  });

  test('[V2] a stale save changes nothing and is told why, in one answer', async () => {
    const base = await newBook(ana, { title: 'Dune', pages: 400, subjects: ['desert'], notes: 'old' });
    const second = await patch(ben, base, { title: 'Dune (1965)', subjects: ['desert', 'spice'] });
    const current = await patch(ben, second, { pages: 412, language: 'eng' });

    const mine = { title: 'DUNE', subjects: ['desert', 'worms'], notes: 'new', pages: 412 };
    const { status, body, headers } = await idly(() => ana.patch<Stale>(at(base), mine, match(base)));

    expect(status).toBe(412);
    expect(headers.etag).toBe(quoted(current.etag));
    expect(body).toMatchObject({ type: '/problems/stale-version', status: 412 });
    expect(body.detail).toMatch(/Nothing was written: this answer shows .* what the book is to be\.$/);
    expect(body.base).toEqual(base);
    expect(body.current).toEqual(current);
    expect(body.changes).toEqual([
      {
        version: 2,
        etag: second.etag,
        action: 'update',
        by: expect.objectContaining({ id: 'ben', name: 'Ben' }),
        at: second.updatedAt,
        fields: ['title', 'subjects'],
      },
      {
        version: 3,
        etag: current.etag,
        action: 'update',
        by: expect.objectContaining({ id: 'ben', name: 'Ben' }),
        at: current.updatedAt,
        fields: ['language', 'pages'],
      },
    ]);
    expect(body.verdicts).toMatchObject({
      title: 'conflict',
      subjects: 'merged',
      notes: 'mine',
      language: 'theirs',
      pages: 'same',
      publisher: 'same',
    });
    expect(Object.keys(body.verdicts)).toEqual(
      Object.keys(current).filter((name) => name in base && !(name in envelope)),
    );
    expect(body.conflicts).toEqual(['title']);
    expect(body.merged).toBeUndefined();
    expect(await read(base)).toEqual(current);
  });

  test('[V2] a stale save whose fields all combine is shown the combined record, and it is not written', async () => {
    const base = await newBook(ana, { title: 'Persuasion', subjects: ['Bath'] });
    const current = await patch(ben, base, { subjects: ['Bath', 'navy'] });
    const mine = { subjects: ['Bath', 'Lyme'], pages: 249 };
    const { status, body } = await idly(() => ana.patch<Stale>(at(base), mine, match(base)));
    expect([status, body.conflicts]).toEqual([412, []]);
    expect(body.merged).toEqual({ ...current, subjects: ['Bath', 'Lyme', 'navy'], pages: 249 });

    const settled = await ana.put<StetRecord>(at(base), body.merged, match(body.current));
    expect(settled.body).toMatchObject({ version: 3, subjects: ['Bath', 'Lyme', 'navy'], pages: 249 });
  });

  test('[V2] a stale delete and a stale restore are refused like every other write', async () => {
    const base = await newBook(ana);
    const current = await patch(ben, base, { pages: 1 });
    const answers = [
      await idly(() => ana.delete<Stale>(at(base), match(base))),
      await idly(() => ana.post<Stale>(at(base, '/restore'), { version: 1 }, match(base))),
    ];
    for (const { status, body } of answers) {
      expect([status, body.current, body.base]).toEqual([412, current, base]);
      expect([body.verdicts.pages, body.conflicts]).toEqual(['conflict', ['pages']]);
    }
  });

  const writes = (person: Person, book: StetRecord, headers: Record<string, string | string[]> = {}) => ({
    put: () => person.put<Problem>(at(book), { title: 'x' }, headers),
    patch: () => person.patch<Problem>(at(book), { title: 'x' }, headers),
    delete: () => person.delete<Problem>(at(book), headers),
    restore: () => person.post<Problem>(at(book, '/restore'), { version: 1 }, headers),
  });

  test('[V3] a write that names no version is refused, whichever write it is', async () => {
    const book = await patch(ana, await newBook(ana), { title: 'Second' });
    for (const write of Object.values(writes(ana, book))) {
      const { status, body } = await idly(write);
      expect([status, body.type]).toEqual([428, '/problems/version-missing']);
    }
    for (const write of Object.values(writes(ana, book, { 'if-match': '' })))
      expect((await idly(write)).status).toBe(428);
  });

  test('[V4] there is no force: If-Match: * is refused like a missing one', async () => {
    const book = await patch(ana, await newBook(ana), { title: 'Second' });
    for (const write of Object.values(writes(ana, book, { 'if-match': '*' }))) {
      const { status, body } = await idly(write);
      expect([status, body.type]).toEqual([428, '/problems/version-missing']);
    }
  });

  test('our own etag is accepted after a proxy has weakened it, and without its quotes', async () => {
    let book = await newBook(ana);
    for (const tag of [(etag: string) => `W/"${etag}"`, (etag: string) => etag, (etag: string) => ` "${etag}" `]) {
      const answer = await ana.patch<StetRecord>(at(book), { pages: book.version }, { 'if-match': tag(book.etag) });
      expect([answer.status, answer.body.version]).toEqual([200, book.version + 1]);
      book = answer.body;
    }
  });

  test('an etag of another epoch, of another record’s future or of no log of ours fits nothing', async () => {
    const book = await newBook(ana);
    for (const etag of [
      '1-otherepoch',
      book.etag.replace('1-', '2-'),
      book.etag.replace('1-', '0-'),
      '1',
      'constructor',
    ]) {
      const { status, body } = await idly(() => ana.patch<Stale>(at(book), { pages: 1 }, { 'if-match': quoted(etag) }));
      expect([status, body.current, body.base]).toEqual([412, book, null]);
    }
  });

  test('a list of etags is refused: a write has one base', async () => {
    const book = await newBook(ana);
    const lists = [`"${book.etag}", "2-x"`, `"${book.etag}", *`, 'a b', '"', `"${book.etag}`];
    for (const header of lists) {
      const { status, body } = await idly(() => ana.patch<Problem>(at(book), { pages: 1 }, { 'if-match': header }));
      expect([header, status, body.type]).toEqual([header, 400, '/problems/malformed']);
    }
  });

  describe('[V5] a delete is a write that leaves a tombstone', () => {
    test('a late save is told of the tombstone and brings nothing back', async () => {
      const base = await newBook(ana, { title: 'Lost', pages: 5 });
      const gone = await ben.delete<{ id: string; version: number; etag: string }>(at(base), match(base));
      expect(gone.body).toEqual({ id: base.id, version: 2, etag: base.etag.replace('1-', '2-') });

      const late = await idly(() => ana.patch<Stale>(at(base), { title: 'Found' }, match(base)));
      expect(late.status).toBe(412);
      expect(late.body.current).toEqual({
        ...gone.body,
        deleted: true,
        by: expect.objectContaining({ id: 'ben', name: 'Ben' }),
        at: expect.any(String),
      });
      expect(late.body.base).toEqual(base);
      expect(late.body.changes).toMatchObject([{ version: 2, action: 'destroy', by: { id: 'ben' } }]);
      // What ana has changed is the question; what she has not touched is none.
      expect([late.body.verdicts.title, late.body.verdicts.pages]).toEqual(['conflict', 'same']);
      expect(late.body.conflicts).toEqual(['title']);
      expect(late.body.merged).toBeUndefined();
    });

    test('no save based on the tombstone and no new record brings it back; only a restore does', async () => {
      const base = await newBook(ana, { title: 'Phoenix', pages: 5 });
      const tombstone = (await ana.delete<{ version: number; etag: string }>(at(base), match(base))).body;
      const bodies = [
        await idly(() => ana.get<Problem>(at(base))),
        await idly(() => ana.patch<Problem>(at(base), { title: 'x' }, match(tombstone))),
        await idly(() => ana.put<Problem>(at(base), { title: 'x' }, match(tombstone))),
        await idly(() => ana.delete<Problem>(at(base), match(tombstone))),
      ];
      for (const { status, body, headers } of bodies) {
        expect([status, body.type, body.version, body.etag]).toEqual([410, '/problems/gone', 2, tombstone.etag]);
        expect(headers.etag).toBe(quoted(tombstone.etag));
      }
      const again = await idly(() => ana.post<Problem>(books, { id: base.id, title: 'Usurper' }));
      expect([again.status, again.body.type]).toEqual([409, '/problems/id-in-use']);

      const early = await idly(() => ben.post<Stale>(at(base, '/restore'), { version: 1 }, match(base)));
      expect(early.status).toBe(412);
      const empty = await idly(() => ben.post<Problem>(at(base, '/restore'), { version: 2 }, match(tombstone)));
      expect([empty.status, empty.body.errors?.[0]?.path]).toEqual([422, 'version']);
      const back = await ben.post<StetRecord>(at(base, '/restore'), { version: 1 }, match(tombstone));
      expect(back.status).toBe(200);
      expect(back.body).toMatchObject({ title: 'Phoenix', pages: 5, version: 3, createdBy: 'ana', updatedBy: 'ben' });
      expect((await idly(() => ana.patch(at(base), { pages: 6 }, match(base)))).status).toBe(412);
      expect(await read(base)).toEqual(back.body);
    });
  });

  test('a client may choose its own id, and an id in use is refused', async () => {
    const id = randomUUID();
    expect((await newBook(ana, { id, title: 'Mine' })).id).toBe(id);
    const { status, body } = await idly(() => ben.post<Problem>(books, { id, title: 'Mine too' }));
    expect([status, body.type, body.version]).toEqual([409, '/problems/id-in-use', 1]);
  });

  test('a read that knows the etag gets 304; an unknown record is 404', async () => {
    const book = await newBook(ana);
    for (const tag of [quoted(book.etag), `W/${quoted(book.etag)}`, `"x", ${quoted(book.etag)}`, '*']) {
      const { status, text, headers } = await ana.get(at(book), { 'if-none-match': tag });
      expect([status, text, headers.etag]).toEqual([304, '', quoted(book.etag)]);
    }
    expect((await ana.get(at(book), { 'if-none-match': '"1-other"' })).status).toBe(200);
    for (const path of ['', '/versions', '/versions/1']) {
      expect((await ana.get<Problem>(`${books}/nobody${path}`)).body.type).toBe('/problems/not-found');
    }
    expect((await ana.patch(`${books}/nobody`, { pages: 1 }, match(book))).status).toBe(404);
  });

  test('the history says who did what, newest first, and shows each version whole', async () => {
    const first = await newBook(ana, { title: 'Draft' });
    const second = await patch(ben, first, { title: 'Proof', pages: 10 });
    const third = (await ana.delete<{ version: number; etag: string }>(at(first), match(second))).body;
    const fourth = (await ana.post<StetRecord>(at(first, '/restore'), { version: 1 }, match(third))).body;

    type Page = { items: VersionInfo[]; next: string | null };
    const { body: whole } = await ana.get<Page>(at(first, '/versions'));
    expect(whole.items.map(({ version, action, by, fields }) => [version, action, by.id, fields])).toEqual([
      [4, 'create', 'ana', ['title']],
      [3, 'destroy', 'ana', []],
      [2, 'update', 'ben', ['title', 'pages']],
      [1, 'create', 'ana', ['title']],
    ]);
    expect([
      whole.next,
      whole.items
        .map(({ at: when }) => when)
        .sort()
        .reverse(),
    ]).toEqual([null, whole.items.map(({ at: when }) => when)]);

    const { body: newest } = await ana.get<Page>(at(first, '/versions?limit=3'));
    const { body: oldest } = await ana.get<Page>(at(first, `/versions?limit=3&after=${newest.next}`));
    expect([...newest.items, ...oldest.items]).toEqual(whole.items);
    expect(oldest.next).toBeNull();

    const objOf = async (version: number) => (await ana.get(at(first, `/versions/${version}`))).body.obj;
    expect([await objOf(1), await objOf(2), await objOf(3), await objOf(4)]).toEqual([first, second, null, fourth]);
    for (const version of ['5', '0', '-1', '1.5', 'x', '99999999999999999999']) {
      expect((await ana.get(at(first, `/versions/${version}`))).status).toBe(404);
    }
  });

  test('a restore can bring back only some fields', async () => {
    const first = await newBook(ana, { title: 'One', pages: 1, notes: 'kept' });
    const second = await patch(ben, first, { title: 'Two', pages: 2 });
    const { body } = await ana.post<StetRecord>(
      at(first, '/restore'),
      { version: 1, fields: ['pages'] },
      match(second),
    );
    expect(body).toMatchObject({ version: 3, title: 'Two', pages: 1, notes: 'kept' });
    const bad = [
      { version: 1, fields: ['nope'] },
      { version: 1, fields: [] },
      { version: 0 },
      { version: 9 },
      {},
      null,
      [1],
    ];
    for (const wrong of bad) {
      const { status } = await idly(() => ana.post(at(first, '/restore'), wrong, match(body)));
      expect([wrong, status]).toEqual([wrong, 422]);
    }
  });
});

const envelope = { id: 0, version: 0, etag: 0, createdAt: 0, updatedAt: 0, createdBy: 0, updatedBy: 0 };
