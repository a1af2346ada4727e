import type { Draft, StetEvent } from '@stet/client';
import { books as ofBooks } from '@stet/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Editor, editorOf, hears, shown } from '../support/editor.js';
import { proxyTo } from '../support/proxy.js';
import { type InProcess, startInProcess } from '../support/server.js';
import { until } from '../support/until.js';
import { createWire, type Wire } from '../support/wire.js';

// Where no socket can be had, everything works over REST, and the log is looked at every few seconds (C7). Ben's page
// is such a one; Ana has a socket.

const nowhere = 'http://127.0.0.1:1';
const pace = { after: 1, every: 20 };

let server: InProcess;
let ana: Editor;
beforeAll(async () => {
  server = await startInProcess();
  ana = await editorOf(server, 'ana');
});
afterAll(async () => {
  ana.close();
  await server.stop();
});

let ben: Editor;
let wire: Wire;
/** What ben's page sends. */
let requests: Array<{ what: string; token: string }>;
let events: StetEvent[];
let id: string;
beforeEach(async () => {
  [wire, requests, events] = [createWire(), [], []];
  const fetching: typeof fetch = (input, init) => {
    const { authorization = '' } = (init?.headers ?? {}) as Record<string, string>;
    requests.push({ what: `${init?.method} ${new URL(String(input)).pathname}`, token: authorization.slice(7) });
    return wire.fetch(input, init);
  };
  ben = await editorOf(server, 'ben', { fetch: fetching, socketBy: nowhere, pace });
  ben.stet.subscribe((event) => events.push(event));
  id = await ana.create({ title: 'The Hobbit', pages: 310 });
});
afterEach(() => ben.close());

const saveAs = async (editor: Editor, fields: Record<string, string | number>): Promise<void> => {
  const draft = await editor.open(id);
  typeInto(draft, fields);
  expect(await draft.submit()).toBe('saved');
};
function typeInto(draft: Draft, fields: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(fields)) draft.edit(name, value);
}
const heard = () => events.flatMap((event) => (event.kind === 'change' ? [event] : []));

describe('[C7] without a socket', () => {
  test('a page says so, and follows what others save: the form, the list and who else is there', async () => {
    expect(ben.stet.link).toBe('polling');
    const list = ben.stet.list(ofBooks);
    await list.show({ ...list.query, q: 'hobbit' });
    const draft = await ben.open(id);
    await saveAs(ana, { pages: 311, title: 'Der Hobbit' });
    await hears(draft, 2);
    expect([shown(draft, 'title'), list.get(id)?.get('title')]).toEqual(['Der Hobbit', 'Der Hobbit']);
    expect(draft.freshBy('pages')).toMatchObject({ id: 'ana' });
    ben.stet.presence.here({ resource: 'books', id });
    await until('ana sees him', () => ana.stet.presence.of('books', id).some((person) => person.id === 'ben'));
    const second = await ana.create({ title: 'The Hobbit, annotated' });
    await until('the list has it too', () => list.get(second));
  });

  test('[H5] what it saves is its own when it comes back by the log, and is no news', async () => {
    const draft = await ben.open(id);
    typeInto(draft, { title: 'Hobbit!' });
    expect(await draft.submit()).toBe('saved');
    await until('the echo is there', () => heard().some(({ change }) => change.id === id && change.version === 2));
    expect(heard().find(({ change }) => change.id === id && change.version === 2)?.whose).toBe('own');
    expect([draft.overtaken, draft.state.kind, draft.receipt]).toEqual([null, 'saved', null]);
  });

  test('[V7] a save whose answer was lost is found in the log, and is not asked about', async () => {
    const draft = await ben.open(id);
    typeInto(draft, { title: 'Hobbit!' });
    wire.state = 'deaf';
    await draft.submit();
    await until('the echo is there', () => draft.state.kind === 'saved');
    expect([draft.isDirty, draft.overtaken]).toEqual([false, null]);
  });

  test('[C3] [C4] the banner has who, what and which fields are mine too, and the choice leads on', async () => {
    const draft = await ben.open(id);
    typeInto(draft, { title: 'Hobbit!' });
    await saveAs(ana, { title: 'Der Hobbit', pages: 311 });
    await hears(draft, 2);
    expect(draft.overtaken).toMatchObject({
      version: 2,
      changes: [{ by: { id: 'ana', name: 'Ana' }, whose: 'other', fields: ['title', 'pages'] }],
      fields: [
        { name: 'title', before: 'The Hobbit', after: 'Der Hobbit', touched: true },
        { name: 'pages', before: 310, after: 311, touched: false },
      ],
    });
    expect([shown(draft, 'title'), shown(draft, 'pages')]).toEqual(['Hobbit!', 311]);
    expect(await draft.submit()).toBe('choosing');
    expect(await draft.settleFor('mine')).toBe('saved');
    expect(draft.record?.toJSON()).toMatchObject({ title: 'Hobbit!', pages: 311, version: 3 });
  });

  test('[M4] whoever is overwritten is told, and has a way back', async () => {
    await saveAs(ben, { title: 'Hobbit!' });
    const hers = await ana.open(id);
    typeInto(hers, { title: 'Der Hobbit' });
    await saveAs(ben, { title: 'Hobbit!!' });
    await hears(hers, 3);
    expect(await hers.submit()).toBe('choosing');
    expect(await hers.settleFor('mine')).toBe('saved');
    const notice = await until('he is told', () => ben.stet.notices.items.find((each) => each.id === id));
    expect(notice.fields).toEqual({ title: { was: 'Hobbit!!', now: 'Der Hobbit' } });
    expect(await ben.stet.notices.restore(notice)).toMatchObject({ outcome: { kind: 'restored' } });
  });

  test('[V5] who edits what somebody deletes is told, and keeps the text', async () => {
    const draft = await ben.open(id);
    typeInto(draft, { title: 'Hobbit!' });
    const record = ana.stet.record(ofBooks, id);
    await ana.stet.load(record);
    await ana.stet.destroy(record);
    await until('he is told', () => draft.state.kind === 'orphaned');
    expect([draft.state, shown(draft, 'title')]).toMatchObject([{ by: { id: 'ana' } }, 'Hobbit!']);
  });

  test('[C6] a server that cannot be reached is said to be so, and found again; what failed can be saved', async () => {
    const draft = await ben.open(id);
    typeInto(draft, { title: 'Hobbit!' });
    wire.state = 'offline';
    await until('it is known', () => ben.stet.link === 'none');
    expect(await draft.submit()).toBe('failed');
    await saveAs(ana, { pages: 311 });
    wire.state = 'online';
    ben.stet.wake();
    await hears(draft, 2);
    await until('it is known', () => ben.stet.link === 'polling');
    expect(draft.state.kind).toBe('unsaved');
    expect(await draft.submit()).toBe('saved');
    expect(draft.record?.toJSON()).toMatchObject({ title: 'Hobbit!', pages: 311 });
  });
});

describe('what the log refuses', () => {
  test('[L3] [C1] where it was pruned, what is shown is read anew, and the draft survives', async () => {
    const list = ben.stet.list(ofBooks);
    await list.show({ ...list.query, q: 'hobbit' });
    const draft = await ben.open(id);
    typeInto(draft, { title: 'Hobbit!' });
    wire.state = 'offline';
    await until('he is away', () => ben.stet.link === 'none');
    await saveAs(ana, { pages: 311 });
    const second = await ana.create({ title: 'The Hobbit, annotated' });
    await server.engine.store.prune(new Date(Date.now() + 60_000).toISOString());
    wire.state = 'online';
    ben.stet.wake();
    await hears(draft, 2);
    await until('the list has it too', () => list.get(second));
    expect([shown(draft, 'title'), shown(draft, 'pages'), draft.state.kind]).toEqual(['Hobbit!', 311, 'unsaved']);
    expect(heard().map(({ change }) => change.id)).not.toContain(second);
    // What comes after that is followed again.
    await saveAs(ana, { language: 'eng' });
    await hears(draft, 3);
  });

  test('[H1] whoever is taken out is told so, and back in reads what there is by then', async () => {
    const list = ben.stet.list(ofBooks);
    await list.show({ ...list.query, q: 'hobbit' });
    const access = () => events.filter(({ kind }) => kind === 'access').length;
    await server.user('ben', { catalogue: null });
    // Once by the log, and once more where reading anew meets it.
    await until('he is told', () => access() > 0);
    const before = access();
    await saveAs(ana, { title: 'Der Hobbit' });
    await server.user('ben', { catalogue: 'editor' });
    ben.stet.wake();
    await until('he is told', () => access() > before);
    await until('and shown what there is', () => list.get(id)?.get('title') === 'Der Hobbit');
    expect(heard().some(({ change }) => change.id === id && change.version === 2)).toBe(false);
  });

  test('[S4] whoever is signed out is told so, and nothing more is asked in that name', async () => {
    const { token } = requests[0] ?? { token: '' };
    expect(await server.engine.auth.revokeToken(token)).toBe(true);
    await until('he is told', () => ben.stet.connection.state.kind === 'closed');
    expect(ben.stet.connection.state).toEqual({ kind: 'closed', why: 'signed-out' });
    expect(ben.stet.link).toBe('none');
    const before = requests.length;
    // Another page in the same place asks often enough meanwhile.
    await saveAs(ana, { pages: 311 });
    expect(requests).toHaveLength(before);
  });
});

test('[H2] the socket and the log may tell the same: each change comes once, and in order', async () => {
  const line = await proxyTo(server.url);
  line.meet({ kind: 'away' });
  /** Lets go the answer that is held, which tells of one change. */
  let letGo: (() => void) | null = null;
  let isHolding = false;
  const slow: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (!isHolding || !String(input).includes('/changes?')) return response;
    const text = await response.text();
    const { changes } = JSON.parse(text) as { changes: unknown[] };
    if (changes.length > 0 && !letGo) {
      await new Promise<void>((resolve) => {
        letGo = resolve;
      });
    }
    return new Response(text, { headers: { 'content-type': 'application/json' } });
  };
  const chloe = await editorOf(server, 'chloe', { fetch: slow, socketBy: line.url, pace });
  onTestFinished(async () => {
    chloe.close();
    await line.close();
  });
  const seqs: number[] = [];
  chloe.stet.subscribe((event) => {
    if (event.kind === 'change') seqs.push(event.change.seq);
    // The hello, with the old cursor, goes out now; the answer comes in between it and the welcome.
    if (event.kind === 'connection' && event.state.kind === 'greeting') letGo?.();
  });
  await until('all from before is known', async () => chloe.stet.link === 'polling');
  isHolding = true;
  await saveAs(ana, { pages: 1 });
  await until('it is on its way', () => letGo);
  for (let pages = 2; pages < 6; pages += 1) await saveAs(ana, { pages });
  line.meet({ kind: 'heal' });
  line.meet({ kind: 'delay', ms: 100 });
  chloe.stet.wake('network');
  await until('the socket is open', () => chloe.stet.link === 'live');
  await saveAs(ana, { pages: 6 });
  const last = (await server.engine.store.workspaces.get('catalogue'))?.seq ?? 0;
  await until('the last is heard', () => seqs.includes(last));
  expect(seqs.slice(-6)).toEqual(Array.from({ length: 6 }, (_, place) => last - 5 + place));
  expect(new Set(seqs).size).toBe(seqs.length);
});
