import type { Draft } from '@stet/client';
import { books } from '@stet/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Editor, editorOf, hears, shown } from '../support/editor.js';
import { type InProcess, startInProcess } from '../support/server.js';
import { until } from '../support/until.js';

// Two people on one book, with the client that the page has.

let server: InProcess;
let ana: Editor;
let ben: Editor;
let id: string;

beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.stop());
beforeEach(async () => {
  [ana, ben] = [await editorOf(server, 'ana'), await editorOf(server, 'ben')];
  id = await ana.create({ title: 'The Hobbit', authors: ['J.R.R. Tolkien'], pages: 310 });
});
afterEach(() => {
  ana.close();
  ben.close();
});

const save = async (draft: Draft, fields: Record<string, string | number | string[]>): Promise<void> => {
  for (const [name, value] of Object.entries(fields)) draft.edit(name, value);
  expect(await draft.submit()).toBe('saved');
};
const choiceIn = (draft: Draft) => {
  const { state } = draft;
  if (state.kind !== 'choosing') throw new Error(`not choosing but ${JSON.stringify(state)}`);
  return state.choice;
};

describe('while somebody else saves', () => {
  test('[C2] an untouched form follows, and says who changed what', async () => {
    const [mine, theirs] = [await ana.open(id), await ben.open(id)];
    await save(mine, { title: 'The Hobbit, or There and Back Again' });
    await hears(theirs, 2);
    expect(shown(theirs, 'title')).toBe('The Hobbit, or There and Back Again');
    expect(theirs.freshBy('title')).toMatchObject({ id: 'ana' });
    expect(theirs.overtaken?.fields).toEqual([
      {
        name: 'title',
        before: 'The Hobbit',
        after: 'The Hobbit, or There and Back Again',
        touched: false,
        by: expect.objectContaining({ id: 'ana' }),
      },
    ]);
  });

  test('[C1] what was typed stays, and the banner says that it is a field that I changed too', async () => {
    const [mine, theirs] = [await ana.open(id), await ben.open(id)];
    theirs.edit('title', 'Hobbit!');
    await save(mine, { title: 'Der Hobbit', pages: 311 });
    await hears(theirs, 2);
    expect(shown(theirs, 'title')).toBe('Hobbit!');
    expect(shown(theirs, 'pages')).toBe(311);
    expect(theirs.overtaken?.fields.map(({ name, touched }) => [name, touched])).toEqual([
      ['title', true],
      ['pages', false],
    ]);
    expect(theirs.state.kind).toBe('unsaved');
  });

  test('[H5] nobody is warned about their own save, and their other tab is named as such', async () => {
    const otherTab = await editorOf(server, 'ana');
    const [mine, theirs] = [await ana.open(id), await otherTab.open(id)];
    await save(mine, { pages: 312 });
    await hears(theirs, 2);
    expect(theirs.overtaken?.changes.map(({ whose }) => whose)).toEqual(['own-elsewhere']);
    await until('the echo is there', () => ana.stet.record(books, id).server.kind === 'live');
    expect(mine.overtaken).toBeNull();
    expect(mine.state).toEqual({ kind: 'saved', version: 2 });
    otherTab.close();
  });

  test('a change and its reversal by the other side leave my typing where it is', async () => {
    const [mine, theirs] = [await ana.open(id), await ben.open(id)];
    theirs.edit('pages', 400);
    await save(mine, { pages: 1 });
    await save(mine, { pages: 310 });
    await hears(theirs, 3);
    expect(await theirs.submit()).toBe('saved');
    expect(shown(theirs, 'pages')).toBe(400);
  });
});

describe('a stale save', () => {
  const collide = async (): Promise<{ mine: Draft; theirs: Draft }> => {
    const [mine, theirs] = [await ana.open(id), await ben.open(id)];
    theirs.edit('title', 'Hobbit!');
    theirs.edit('publisher', 'Allen & Unwin');
    await save(mine, { title: 'Der Hobbit', pages: 311 });
    await hears(theirs, 2);
    expect(await theirs.submit()).toBe('choosing');
    return { mine, theirs };
  };

  test('[V2] is refused, and the choice says who changed what and what is in conflict', async () => {
    const { theirs } = await collide();
    const { questions, open, changes } = choiceIn(theirs);
    expect(open).toBe(1);
    expect(questions.map(({ name, verdict, side }) => [name, verdict, side])).toEqual([
      ['title', 'conflict', null],
      ['publisher', 'mine', 'mine'],
      ['pages', 'theirs', 'theirs'],
    ]);
    expect(changes.map(({ by, version }) => [by.name, version])).toEqual([['Ana', 2]]);
  });

  test('[C4] keep mine: one step, and what the other side changed besides stays', async () => {
    const { theirs } = await collide();
    expect(await theirs.settleFor('mine')).toBe('saved');
    const now = theirs.record?.toJSON();
    expect(now).toMatchObject({ title: 'Hobbit!', publisher: 'Allen & Unwin', pages: 311, version: 3 });
  });

  test('[C4] take theirs: one step, and what only I changed is saved', async () => {
    const { theirs } = await collide();
    expect(await theirs.settleFor('theirs')).toBe('saved');
    expect(theirs.record?.toJSON()).toMatchObject({ title: 'Der Hobbit', publisher: 'Allen & Unwin', pages: 311 });
  });

  test('[C4] field by field', async () => {
    const { theirs } = await collide();
    expect(await theirs.settle()).toBe('choosing');
    theirs.choose('title', 'mine');
    theirs.choose('publisher', 'theirs');
    expect(await theirs.settle()).toBe('saved');
    expect(theirs.record?.toJSON()).toMatchObject({ title: 'Hobbit!', publisher: null, pages: 311 });
  });

  test('[C4] typing on in a field for which theirs was chosen is asked about anew, and is not lost', async () => {
    const { theirs } = await collide();
    theirs.choose('title', 'theirs');
    theirs.edit('title', 'Hobbit?');
    expect(choiceIn(theirs)).toMatchObject({
      open: 1,
      questions: [{ name: 'title', mine: 'Hobbit?', side: null }, {}, {}],
    });
    theirs.choose('title', 'mine');
    theirs.edit('title', 'Hobbit!');
    expect(await theirs.settle()).toBe('saved');
    expect(theirs.record?.get('title')).toBe('Hobbit!');
  });

  test('[C4] a third save during the choice is shown, and what was chosen is kept where it still fits', async () => {
    const { mine, theirs } = await collide();
    theirs.choose('title', 'mine');
    await save(mine, { pages: 312 });
    await hears(theirs, 3);
    expect(choiceIn(theirs).questions.find(({ name }) => name === 'title')).toMatchObject({
      side: 'mine',
      again: false,
    });
    await save(mine, { title: 'Le Hobbit' });
    await hears(theirs, 4);
    expect(choiceIn(theirs).questions.find(({ name }) => name === 'title')).toMatchObject({
      side: null,
      again: true,
      mine: 'Hobbit!',
      theirs: 'Le Hobbit',
    });
    expect(await theirs.settleFor('mine')).toBe('saved');
    expect(theirs.record?.toJSON()).toMatchObject({ title: 'Hobbit!', pages: 312, version: 5 });
  });

  test('[C4] a third save that overtakes the chosen save asks again, with what is new and nothing lost', async () => {
    const { mine, theirs } = await collide();
    ben.stet.connection.close();
    await save(mine, { title: 'Le Hobbit' });
    expect(await theirs.settleFor('mine')).toBe('choosing');
    expect(choiceIn(theirs).questions.find(({ name }) => name === 'title')).toMatchObject({
      again: true,
      mine: 'Hobbit!',
      theirs: 'Le Hobbit',
    });
    expect(await theirs.settleFor('mine')).toBe('saved');
    expect(theirs.record?.toJSON()).toMatchObject({ title: 'Hobbit!', publisher: 'Allen & Unwin' });
  });
});

describe('a slow save', () => {
  test('saving twice at once is one save', async () => {
    const draft = await ana.open(id);
    draft.edit('pages', 5);
    expect(await Promise.all([draft.submit(), draft.submit()])).toEqual(['saved', 'saved']);
    expect(draft.state).toEqual({ kind: 'saved', version: 2 });
  });
});

describe('what cannot be saved', () => {
  test('[C6] a value that the schema refuses stays in the form, with what is wrong beside it', async () => {
    const draft = await ana.open(id);
    draft.edit('isbn10', '0261102211');
    draft.edit('pages', '12a');
    expect(await draft.submit()).toBe('failed');
    const { state } = draft;
    expect(state.kind === 'failed' && state.problem.errors?.map(({ path }) => path)).toEqual(['isbn10', 'pages']);
    expect(shown(draft, 'pages')).toBe('12a');
    draft.discard();
    expect(shown(draft, 'pages')).toBe(310);
    expect(draft.state.kind).toBe('clean');
  });

  test('a server out of reach: unsaved, and it says so', async () => {
    const draft = await ana.open(id);
    draft.edit('pages', 99);
    const { url } = server;
    await server.stop();
    expect(await draft.submit()).toBe('failed');
    expect(draft.state).toMatchObject({ kind: 'failed', problem: { status: 503 } });
    expect(shown(draft, 'pages')).toBe(99);
    expect(url).toContain('127.0.0.1');
    server = await startInProcess();
  });
});

describe('a book that is deleted while somebody edits it', () => {
  test('[V5] tells them so and keeps their text, which can become a new book', async () => {
    const [mine, theirs] = [await ana.open(id), await ben.open(id)];
    theirs.edit('notes', 'three hours of work');
    expect(await ana.stet.destroy(mine.record as NonNullable<typeof mine.record>)).toEqual({ kind: 'destroyed' });
    await hears(theirs, 2);
    expect(theirs.state).toMatchObject({ kind: 'orphaned', by: { id: 'ana' } });
    expect(shown(theirs, 'notes')).toBe('three hours of work');
    expect(await theirs.submit()).toBe('orphaned');
    theirs.keepAsNew();
    expect(await theirs.submit()).toBe('saved');
    expect(theirs.record?.toJSON()).toMatchObject({ title: 'The Hobbit', notes: 'three hours of work', version: 1 });
    expect(theirs.record?.id).not.toBe(id);
  });

  test('[V2] a delete of a version that is no longer current deletes nothing', async () => {
    ben.stet.connection.close();
    const [mine, theirs] = [await ana.open(id), await ben.open(id)];
    await save(mine, { pages: 311 });
    const outcome = await ben.stet.destroy(theirs.record as NonNullable<typeof theirs.record>);
    expect(outcome).toMatchObject({ kind: 'stale', stale: { current: { version: 2 } } });
    expect((await ana.open(id)).record?.server.kind).toBe('live');
  });
});

describe('a list', () => {
  test('[C2] follows what others create, rename and delete, in the order of the server', async () => {
    const list = ben.stet.list(books);
    await list.show({ q: 'zebra', sort: 'title', filters: {} });
    expect(list.length).toBe(0);
    const first = await ana.create({ title: 'Zebra two' });
    const second = await ana.create({ title: 'Zebra one' });
    await until('both are there', () => list.length === 2);
    expect(list.pluck('title')).toEqual(['Zebra one', 'Zebra two']);
    await save(await ana.open(second), { title: 'Zebra three' });
    await until('it moved', () => list.at(1).get('title') === 'Zebra two');
    const gone = await ana.open(first);
    await ana.stet.destroy(gone.record as NonNullable<typeof gone.record>);
    await until('it is gone', () => list.length === 1);
    await save(await ana.open(second), { title: 'Quagga' });
    await until('it no longer fits', () => list.length === 0);
  });
});

describe('a plain Backbone app on the same model', () => {
  test('saves only what it set, based on the version that it has; a stale save is an error and changes nothing', async () => {
    const [mine, theirs] = [(await ana.open(id)).record, (await ben.open(id)).record];
    ben.stet.connection.close();
    await mine?.save({ pages: 1 });
    expect(mine?.toJSON()).toMatchObject({ title: 'The Hobbit', pages: 1, version: 2 });
    const refused = new Promise((resolve) =>
      theirs?.save({ title: 'Hobbit!' }, { error: (_model, answer) => resolve(answer) }),
    );
    expect(await refused).toMatchObject({ kind: 'refused', problem: { status: 412 } });
    // What the other side saved has come in; what this app set stays set.
    expect(theirs?.toJSON()).toMatchObject({ title: 'Hobbit!', pages: 1, version: 2 });
    await theirs?.save();
    expect(theirs?.toJSON()).toMatchObject({ title: 'Hobbit!', pages: 1, version: 3 });
    await theirs?.destroy();
    expect(theirs?.server.kind).toBe('destroyed');
  });
});

describe('an answer that is lost', () => {
  const { fetch: unbroken } = globalThis;
  afterEach(() => {
    globalThis.fetch = unbroken;
  });

  // Over the socket, the client would find it again by itself.
  beforeEach(async () => {
    ana.close();
    ana = await editorOf(server, 'ana', { sync: 'rest' });
  });

  /** The request arrives, and nothing comes back. */
  const loseAnswers = (editor: Editor, path: RegExp) => {
    const fetching = globalThis.fetch;
    globalThis.fetch = async (...call) => {
      const response = await fetching(...call);
      const method = call[1]?.method ?? 'GET';
      if (method !== 'GET' && path.test(String(call[0]))) throw new TypeError('the network went away');
      return response;
    };
    expect(editor.stet.connection.state.kind).toBe('open');
    return () => {
      globalThis.fetch = fetching;
    };
  };

  test('[H5] a book that was created is one book, however often it is saved', async () => {
    const draft = await ana.stet.drafts.openNew(books);
    draft.edit('title', 'A book that is made once');
    const find = loseAnswers(ana, /\/books$/);
    ana.stet.connection.close();
    expect(await draft.submit()).toBe('failed');
    find();
    draft.edit('pages', 5);
    expect(await draft.submit()).toBe('saved');
    expect(draft.record?.toJSON()).toMatchObject({ title: 'A book that is made once', pages: 5, version: 2 });
  });

  test('[H5] and the echo of a creation makes it known by itself', async () => {
    const draft = await ana.stet.drafts.openNew(books);
    draft.edit('title', 'A book that tells of itself');
    const find = loseAnswers(ana, /\/books$/);
    await draft.submit();
    find();
    await until('the echo is there', () => draft.state.kind === 'saved');
    expect(draft.record?.get('title')).toBe('A book that tells of itself');
  });

  test('[C6] saved again while the first answer is still on its way, nothing is swallowed', async () => {
    const draft = await ana.open(id);
    const fetching = globalThis.fetch;
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    globalThis.fetch = async (...call) => {
      const response = await fetching(...call);
      globalThis.fetch = fetching;
      await held;
      return response;
    };
    draft.edit('notes', 'one');
    const first = draft.submit();
    await until('the echo is there', () => draft.state.kind === 'saved');
    draft.edit('notes', 'one two');
    expect(await draft.submit()).toBe('saved');
    answer();
    expect(await first).toBe('saved');
    expect(draft.record?.toJSON()).toMatchObject({ notes: 'one two', version: 3 });
    expect(draft.state).toEqual({ kind: 'saved', version: 3 });
  });

  test('[H5] typed on, and the echo comes first: the save is a save, and what was typed since is unsaved', async () => {
    const draft = await ana.open(id);
    const fetching = globalThis.fetch;
    globalThis.fetch = async (...call) => {
      const response = await fetching(...call);
      globalThis.fetch = fetching;
      await hears(draft, 2);
      return response;
    };
    draft.edit('notes', 'one');
    const first = draft.submit();
    draft.edit('notes', 'one two');
    expect(await first).toBe('saved');
    expect(draft.state).toEqual({ kind: 'unsaved' });
    expect(await draft.submit()).toBe('saved');
    expect(draft.record?.toJSON()).toMatchObject({ notes: 'one two', version: 3 });
  });

  test('[C6] saved again before the echo, what was typed since goes right after', async () => {
    const draft = await ana.open(id);
    ana.stet.connection.close();
    draft.edit('notes', 'one');
    const first = draft.submit();
    draft.edit('notes', 'one two');
    expect(await Promise.all([first, draft.submit()])).toEqual(['saved', 'saved']);
    expect(draft.record?.toJSON()).toMatchObject({ notes: 'one two', version: 3 });
  });
});
