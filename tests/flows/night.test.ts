import type { Draft, StetList } from '@stet/client';
import { type Down, books as ofBooks, type Up } from '@stet/protocol';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { book, Catalogue } from '../support/catalogue.js';
import { type Editor, editorOf, hears, shown } from '../support/editor.js';
import { bookId, fill } from '../support/fill.js';
import { framesTap } from '../support/frames.js';
import { proxyTo, type TcpProxy } from '../support/proxy.js';
import { type InProcess, startInProcess } from '../support/server.js';
import { until } from '../support/until.js';

// A page is left open over night, in a large catalogue where others go on. In the morning it costs what was missed, and
// not what is stored.

const many = 100_000;
const missed = 50;

let server: InProcess;
let catalogue: Catalogue;
beforeAll(async () => {
  server = await startInProcess();
  await server.workspace('night');
  catalogue = new Catalogue(server.engine.store, 'night');
  await fill(server.engine.store, catalogue, many);
}, 120_000);
afterAll(() => server.stop());

interface Page {
  editor: Editor;
  list: StetList;
  draft: Draft;
  /** All that it has asked for over HTTP. */
  asked: string[];
  /** All that was said on its sockets, as it stood on the wire. */
  said: Array<Up | Down>;
  /** The places in the log of all the changes that it was told of. */
  heard: number[];
  line: TcpProxy;
}

/** Ana's page with the beginning of the list, and a title that she has not saved. */
async function pageOf(way: 'socket' | 'polling', edited: string): Promise<Page> {
  const [asked, said, heard]: [string[], Array<Up | Down>, number[]] = [[], [], []];
  const note = (text: string) => void said.push(JSON.parse(text) as Up | Down);
  const line = await proxyTo(server.url, { tap: () => framesTap(note, note) });
  const asking: typeof fetch = (input, init) => {
    const { pathname, search } = new URL(String(input));
    asked.push(`${init?.method ?? 'GET'} ${pathname}${search}`);
    return fetch(input, init);
  };
  const editor = await editorOf({ ...server, url: line.url }, 'ana', {
    ...{ workspace: 'night', fetch: asking },
    ...(way === 'polling' ? { socketBy: nowhere, pace: { after: 1, every: 20 } } : {}),
  });
  editor.stet.subscribe((event) => event.kind === 'change' && heard.push(event.change.seq));
  onTestFinished(async () => {
    editor.close();
    await line.close();
  });
  const list = editor.stet.list(ofBooks);
  await list.show(list.query);
  const draft = await editor.open(edited);
  draft.edit('title', 'Mine');
  return { editor, list, draft, asked, said, heard, line };
}

const nowhere = 'http://127.0.0.1:1';

/** Every fifth is of one book; of the others, each gets a title that puts it first. Answers where the log stood before. */
async function nightOf(edited: string, from: number): Promise<number> {
  const before = (await server.engine.store.workspaces.get('night'))?.seq ?? 0;
  for (let place = 0; place < missed; place += 1) {
    const id = place % 5 === 0 ? edited : bookId(from + place);
    const stored = await catalogue.get(id);
    if (!stored) throw new Error(`There is no ${id}.`);
    const fields = id === edited ? { pages: place + 1 } : { title: 'A night’s work' };
    await catalogue.write(id, stored, book({ ...stored.body, ...fields }));
  }
  server.engine.bus.publish({ kind: 'log', workspace: 'night', seq: before + missed });
  return before;
}

const numbersFrom = (first: number) => Array.from({ length: missed }, (_, place) => first + place + 1);

let from = 0;
beforeEach(() => {
  from += 1_000;
});

test('[L2] [H2] by the socket, it is told the 50 changes that it missed, and asks for none of the 100,000 books', async () => {
  const edited = bookId(3);
  const { editor, list, draft, asked, said, heard, line } = await pageOf('socket', edited);
  line.meet({ kind: 'away' });
  await until('it sleeps', () => editor.stet.link === 'none');
  const before = await nightOf(edited, from);
  const [requests, frames] = [asked.length, said.length];
  line.meet({ kind: 'heal' });
  editor.stet.wake('network');
  await hears(draft, 11);
  await until('all is heard', () => heard.length === missed);
  expect(heard).toEqual(numbersFrom(before));
  const told = said.slice(frames).filter(({ type }) => type === 'rt-change');
  expect(told).toHaveLength(missed);
  expectUpToDate(list, draft);
  expect(asked.slice(requests).filter((what) => !isOfThePage(what))).toEqual([]);
});

test('[C7] [L2] without one, it reads the same 50 changes, and asks for no more', async () => {
  const edited = bookId(4);
  const { editor, list, draft, asked, heard, line } = await pageOf('polling', edited);
  line.meet({ kind: 'away' });
  await until('it sleeps', () => editor.stet.link === 'none');
  const already = heard.length;
  const before = await nightOf(edited, from);
  line.meet({ kind: 'heal' });
  const requests = asked.length;
  editor.stet.wake('network');
  await hears(draft, 11);
  await until('all is heard', () => heard.length === already + missed);
  expect(heard.slice(already)).toEqual(numbersFrom(before));
  expectUpToDate(list, draft);
  const cursors = asked.slice(requests).filter((what) => !isOfThePage(what));
  expect(cursors.length).toBeGreaterThan(0);
  expect(cursors.every((what) => what.startsWith('GET /api/workspaces/night/changes?since='))).toBe(true);
});

/** The list has what is new, in its place; the draft has what was typed, and what others saved beside it. */
function expectUpToDate(list: StetList, draft: Draft): void {
  const night = Array.from({ length: missed }, (_, place) => place).filter((place) => place % 5 > 0);
  expect(night.map((place) => list.get(bookId(from + place))?.get('title'))).toEqual(night.map(() => 'A night’s work'));
  expect(list.get(draft.record?.id as string)?.get('pages')).toBe(46);
  expect([shown(draft, 'title'), shown(draft, 'pages'), draft.state.kind]).toEqual(['Mine', 46, 'unsaved']);
}

/** A ticket, the notices and where it is: these cost the same whatever was missed. */
const isOfThePage = (what: string): boolean =>
  ['POST /api/rt/ticket', 'GET /api/workspaces/night/notices', 'PUT /api/workspaces/night/presence'].includes(what);
